"""The form of the shop's profile."""

from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import Field, SelectField, StringField, TextAreaField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import Length

from storefront import settings
from storefront.i18n import country_names
from storefront.web.forms.base import Form
from storefront.web.forms.lengths import EMAIL
from storefront.web.support import LANGUAGE_NAMES, LANGUAGES, current_language

_too_long = _l("This is too long.")
_invalid_email = _l("Enter an email address such as name@example.com.")


def _countries() -> list[Any]:
    names = country_names(current_language())
    return [SelectChoice("", _l("Choose a country")), *(SelectChoice(code, name) for code, name in names.items())]


class ShopProfileForm(Form):
    """The fields of `ShopProfile` and the time zone. `offers.save_profile` checks what the fields don't."""

    name = StringField(_l("Shop name"), validators=[Length(max=80, message=_too_long)])
    logo = FileField(_l("Logo"))
    accent = StringField(_l("Accent color"))
    contact_email = StringField(_l("Contact email"), validators=[Length(max=EMAIL, message=_too_long)])
    contact_phone = StringField(_l("Contact phone"), validators=[Length(max=40, message=_too_long)])
    legal_name = StringField(_l("Legal name"), validators=[Length(max=200, message=_too_long)])
    business_address = TextAreaField(_l("Business address"), validators=[Length(max=500, message=_too_long)])
    country = SelectField(_l("Country"), choices=_countries)
    tax_number = StringField(_l("Tax number"), validators=[Length(max=60, message=_too_long)])
    time_zone = SelectField(_l("Time zone"), choices=settings.time_zone_names, default=settings.time_zone)
    default_language = SelectField(
        _l("Default language"), choices=[SelectChoice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES], default="en"
    )
    reply_to = StringField(_l("Reply-to"), validators=[Length(max=EMAIL, message=_too_long)])

    def validate_contact_email(self, field: Field) -> None:
        """Empty, or an address that emails can be sent to."""
        if not field.data:
            return
        try:
            field.data = validate_email(field.data, check_deliverability=False, allow_smtputf8=False).normalized
        except EmailNotValidError as error:
            raise ValidationError(_invalid_email) from error

    validate_reply_to = validate_contact_email

    def uploaded_logo(self) -> bytes | None:
        """The uploaded file; None if none was chosen."""
        file = self.logo.data
        return file.read() if file and file.filename else None

    def profile_values(self) -> dict[str, str]:
        """The texts by their names in ShopProfile."""
        others = (self.logo, self.time_zone)
        values = {field.name: str(field.data or "") for field in self.typed_fields() if field not in others}
        return values | {"accent": values["accent"].lower()}
