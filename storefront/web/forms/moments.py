"""A field for a date with its time, in the shop's time zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from wtforms import StringField, ValidationError

from storefront import settings

FORMAT = "%Y-%m-%dT%H:%M"


class MomentField(StringField):  # type: ignore[misc] # WTForms ships no types
    """An `<input type="datetime-local">`. Its data is the text, `moment` what it means; None for a blank field."""

    @property
    def moment(self) -> datetime | None:
        """The moment in UTC."""
        return _parsed(self.data) if self.data else None

    def pre_validate(self, _form: object) -> None:
        """Refuse what is no date with a time."""
        try:
            _parsed(self.data or "2000-01-01T00:00")
        except ValueError:
            raise ValidationError(_("Enter a date and time like 2027-01-31 18:00.")) from None


def moment_text(at: datetime | None) -> str:
    """The value of such a field."""
    return at.astimezone(ZoneInfo(settings.time_zone())).strftime(FORMAT) if at is not None else ""


def _parsed(typed: str) -> datetime:
    local = datetime.strptime(typed.strip().replace(" ", "T", 1)[:16], FORMAT)
    if not 2000 <= local.year < 3000:
        raise ValueError(typed)
    return local.replace(tzinfo=ZoneInfo(settings.time_zone())).astimezone(UTC)
