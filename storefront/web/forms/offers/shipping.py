"""One shipping price in the form of an offer."""

from collections.abc import Iterable
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, SelectField, StringField, ValidationError
from wtforms.fields import SelectChoice

from storefront.i18n import country_names
from storefront.models import ShippingPrice
from storefront.offers import MAX_SHIPPING_PRICES, OTHERS_CHOICE, ShippingPriceFields
from storefront.web.forms.form_rows import RowForm


class ShippingPriceForm(RowForm):
    """`offers.save` checks country and price."""

    country = SelectField(_l("Country"), choices=[], validate_choice=False)
    price = StringField(_l("Price"))

    def set_country_choices(self) -> None:
        """Set the choices in the page's language."""
        names = country_names(str(get_locale() or "en"))
        self.country.choices = [
            SelectChoice("", _("Choose…")),
            SelectChoice(OTHERS_CHOICE, _("All other countries")),
            *(SelectChoice(code, name) for code, name in names.items()),
        ]

    def fields(self, name: str) -> ShippingPriceFields:
        """The typed values. `name` is that of the form's part."""
        return ShippingPriceFields(field=name, country=self.country.data or "", price=self.price.data or "")


def shipping_rows() -> Any:
    """The field of a form that holds them."""
    return FieldList(FormField(ShippingPriceForm), validators=[_not_too_many])


def rows_of_shipping(prices: Iterable[ShippingPrice], currency: str) -> list[dict[str, object]]:
    """The values of that field."""
    return [
        {"country": price.country or OTHERS_CHOICE, "price": price.price_in(currency).decimal_text()}
        for price in prices
    ]


def _not_too_many(_form: Any, field: Any) -> None:
    if len(field) > MAX_SHIPPING_PRICES:
        raise ValidationError(_("An offer has up to %(most)s shipping prices.", most=MAX_SHIPPING_PRICES))
