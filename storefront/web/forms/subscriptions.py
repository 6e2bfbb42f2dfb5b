"""What the owner decides about a subscription: its end, its pauses, its trial, its price."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional

from storefront import settings
from storefront.errors import FieldErrors
from storefront.money import PriceError, parse_price
from storefront.web.forms.base import Form, trimmed

_date = _l("Enter a date, for example 2030-12-31.")


class DayField(DateField):  # type: ignore[misc] # WTForms ships no types
    """A day as browsers send it: `2030-12-31`."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the day, or refuse what is none in words of ours."""
        try:
            super().process_formdata([trimmed(value) for value in valuelist])
        except ValueError as error:
            raise ValueError(str(_date)) from error


class CancellationForm(Form):
    """When it ends: with the period that is paid, or now."""

    error_heading = _l("Nothing was changed. Please look at:")

    when = RadioField(
        _l("When"),
        choices=[SelectChoice("period_end"), SelectChoice("now")],
        validators=[InputRequired(_l("Choose when it ends."))],
    )


class PauseForm(Form):
    """Until when nothing is collected; without a date until it is resumed."""

    error_heading = CancellationForm.error_heading

    resumes_at = DayField(_l("Resume on"), validators=[Optional()])


class TrialForm(Form):
    """The trial's new end."""

    error_heading = CancellationForm.error_heading

    until = DayField(_l("Free until"), validators=[InputRequired(_date)])


class PriceForm(Form):
    """A new price for each period, per item, in major units."""

    error_heading = CancellationForm.error_heading

    price = StringField(_l("Price"), filters=[trimmed], validators=[InputRequired(_l("Enter a price."))])

    def unit_amount(self, currency: str) -> int:
        """The price of one item in minor units. Raises FieldErrors (price_*)."""
        try:
            return parse_price(self.price.data, currency).amount
        except PriceError as error:
            details = {"limit": error.limit, "decimals": error.decimals, "currency": currency}
            raise FieldErrors({"price": [error.code]}, **details) from error


def midnight(day: date) -> datetime:
    """Midnight on the shop's clock."""
    return datetime.combine(day, time(), ZoneInfo(settings.time_zone()))
