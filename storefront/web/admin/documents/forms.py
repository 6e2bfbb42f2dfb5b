"""The form of a corrected invoice."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length

from storefront.i18n import country_names
from storefront.web.forms import NAME, Form, valid_vat_id
from storefront.web.support import current_language

FIELDS = ("name", "company", "address", "country", "vat_id")


class CorrectionForm(Form):
    """The customer's details on the new invoice."""

    name = StringField(_l("Name"), validators=[Length(max=NAME)])
    company = StringField(_l("Company"), validators=[Length(max=NAME)])
    address = TextAreaField(_l("Address"), validators=[Length(max=500)])
    country = SelectField(_l("Country"), validate_choice=False)
    vat_id = StringField(_l("VAT ID"), validators=[Length(max=40)])

    def set_countries(self) -> None:
        """Set the choices in the page's language."""
        names = country_names(current_language())
        self.country.choices = [("", _("Not set")), *names.items()]

    def validate(self, extra_validators: object = None) -> bool:
        """Check the fields, and that the invoice names somebody."""
        self.set_countries()
        is_valid = bool(super().validate(extra_validators))
        if is_valid and not (self.name.data or self.company.data):
            self.add_errors({"name": [_("Enter a name or a company.")]})
        if is_valid and self.country.data and self.country.data not in country_names("en"):
            self.add_errors({"country": [_("Choose a country from the list.")]})
        if is_valid and self.vat_id.data and valid_vat_id(self.vat_id.data, self.country.data or "") is None:
            self.add_errors({"vat_id": [_("Check this VAT ID, or leave it blank.")]})
        return is_valid and not any(field.errors for field in self)

    def buyer(self) -> dict[str, str]:
        """What the invoice says of the customer."""
        typed = {name: self[name].data or "" for name in FIELDS}
        return {**typed, "vat_id": valid_vat_id(typed["vat_id"], typed["country"]) or "" if typed["vat_id"] else ""}
