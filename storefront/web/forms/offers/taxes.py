"""The tax in the forms of offers and payment requests; offers have a row for each country with a rate of its own."""

from dataclasses import replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, FieldList, FormField, SelectField, StringField, ValidationError
from wtforms.fields import SelectChoice

from storefront.i18n import country_names
from storefront.models import OfferTax, percent_of
from storefront.offers import MAX_TAX_RATES, TaxFields, TaxRateFields, tax_fields
from storefront.web.forms.form_rows import RowForm
from storefront.web.support import current_language


class TaxRateForm(RowForm):
    """`offers.save` checks both."""

    country = SelectField(_l("Country"), validate_choice=False, default="")
    rate = StringField(_l("Rate"))


def _not_too_many(_form: Any, field: Any) -> None:
    if len(field) > MAX_TAX_RATES:
        raise ValidationError(_("An offer has up to %(most)s tax rates by country.", most=MAX_TAX_RATES))


class OneTaxPart:
    """Part of a form. `offers.apply_tax` checks name and rate."""

    tax_name = StringField(_l("Tax name"))
    tax_rate = StringField(_l("Tax rate"))
    tax_included = BooleanField(_l("Prices include tax"))

    def typed_tax(self) -> TaxFields:
        """The typed values."""
        return TaxFields(self.tax_name.data or "", self.tax_rate.data or "", self.tax_included.data)


class TaxPart(OneTaxPart):
    """Part of the form of an offer."""

    tax_rates: Any = FieldList(FormField(TaxRateForm), validators=[_not_too_many])

    def typed_tax(self) -> TaxFields:
        """The typed values."""
        rows = tuple(
            TaxRateFields(row.name, row.form.country.data or "", row.form.rate.data or "") for row in self.tax_rates
        )
        return replace(super().typed_tax(), rates=rows)

    def set_tax_choices(self) -> None:
        """Set the choices of the countries, in the page's language."""
        names = country_names(current_language())
        choices = [SelectChoice("", _("Choose…")), *(SelectChoice(code, name) for code, name in names.items())]
        for row in self.tax_rates:
            row.form.country.choices = choices


def tax_values(offer: OfferTax) -> dict[str, Any]:
    """The tax of an offer as the form's fields hold it."""
    typed = tax_fields(offer)
    return {
        "tax_name": typed.name,
        "tax_rate": typed.rate,
        "tax_included": typed.included,
        "tax_rates": [
            {"country": country, "rate": f"{percent_of(rate):f}"} for country, rate in offer.tax_rates.items()
        ],
    }
