"""The form that sends a test email."""

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField, ValidationError

from storefront.web.forms.base import Form

_invalid_email = _l("Enter an email address such as name@example.com.")


class MailTestForm(Form):
    """Where the test email goes."""

    to = StringField(_l("Send to"))

    def validate_to(self, field: Field) -> None:
        """An address that emails can be sent to."""
        try:
            field.data = validate_email(field.data, check_deliverability=False, allow_smtputf8=False).normalized
        except EmailNotValidError as error:
            raise ValidationError(_invalid_email) from error
