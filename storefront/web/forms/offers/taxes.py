"""The tax in the form of an offer, with a row for each country that has a rate of its own."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, SelectField, StringField, ValidationError
from wtforms.fields import SelectChoice

from storefront.i18n import country_names
from storefront.models import TaxTerms, percent_of
from storefront.offers import MAX_TAX_RATES, TaxFields, TaxRateFields
from storefront.web.forms.form_rows import RowForm
from storefront.web.support import current_language


class TaxRateForm(RowForm):
    """`offers.save` checks both."""

    country = SelectField(_l("Country"), validate_choice=False, default="")
    rate = StringField(_l("Rate"))


def _not_too_many(_form: Any, field: Any) -> None:
    if len(field) > MAX_TAX_RATES:
        raise ValidationError(_("An offer has up to %(most)s tax rates by country.", most=MAX_TAX_RATES))


class TaxPart:
    """Part of the form of an offer. `offers.save` checks name and rates."""

    tax_name = StringField(_l("Tax name"))
    tax_rate = StringField(_l("Tax rate"))
    tax_included = BooleanField(_l("Prices include tax"))
    tax_rates: Any = FieldList(FormField(TaxRateForm), validators=[_not_too_many])

    def typed_tax(self) -> TaxFields:
        """The typed values."""
        rows = tuple(
            TaxRateFields(row.name, row.form.country.data or "", row.form.rate.data or "") for row in self.tax_rates
        )
        return TaxFields(self.tax_name.data or "", self.tax_rate.data or "", self.tax_included.data, rows)

    def set_tax_choices(self) -> None:
        """Set the choices of the countries, in the page's language."""
        names = country_names(current_language())
        choices = [SelectChoice("", _("Choose…")), *(SelectChoice(code, name) for code, name in names.items())]
        for row in self.tax_rates:
            row.form.country.choices = choices


def tax_values(offer: TaxTerms) -> dict[str, Any]:
    """The tax of an offer as the form's fields hold it."""
    return {
        "tax_name": offer.tax_name,
        "tax_rate": "" if offer.tax_rate is None else f"{percent_of(offer.tax_rate):f}",
        "tax_included": offer.tax_included,
        "tax_rates": [
            {"country": country, "rate": f"{percent_of(rate):f}"} for country, rate in offer.tax_rates.items()
        ],
    }
