"""The form of a token for the API."""

from datetime import date

from flask_babel import lazy_gettext as _l
from wtforms import Field, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from storefront.models import now
from storefront.web.forms.base import Form

_not_a_day = _l("Enter a future date like 2027-12-31, or leave blank.")


class ApiTokenForm(Form):
    """What the token is for, and the last day on which it works."""

    name = StringField(
        _l("Token name"),
        validators=[
            InputRequired(_l("Enter a name for this token.")),
            Length(max=100, message=_l("This is too long.")),
        ],
    )
    expires = StringField(_l("Expires"))

    def validate_expires(self, field: Field) -> None:
        """A future day or nothing."""
        self.last_day()

    def last_day(self) -> date | None:
        """The day that was typed; None for nothing. Raises ValidationError."""
        if not self.expires.data:
            return None
        try:
            day = date.fromisoformat(self.expires.data)
        except ValueError as error:
            raise ValidationError(_not_a_day) from error
        if not now().date() <= day <= date(2900, 1, 1):
            raise ValidationError(_not_a_day)
        return day
