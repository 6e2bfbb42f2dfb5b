"""Forms for the owner's actions on a subscription: cancel, pause, extend the trial, change the price."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from wtforms import DateField, RadioField, StringField
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Optional

from storefront import settings
from storefront.errors import FieldErrors
from storefront.money import PriceError, parse_price
from storefront.web.forms.base import Form

_date = _l("Enter a date like 2030-12-31.")


class DayField(DateField):  # type: ignore[misc] # WTForms ships no types
    """A date as browsers send it: `2030-12-31`."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Parse the date. Replaces the error message of WTForms."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(str(_date)) from error


class CancellationForm(Form):
    """When the subscription ends: at the end of the paid period, or now."""

    error_heading = _l("Nothing was changed. Check these fields:")

    when = RadioField(
        _l("When"),
        choices=[SelectChoice("period_end"), SelectChoice("now")],
        validators=[InputRequired(_l("Choose when it ends."))],
    )


class PauseForm(Form):
    """The date of resumption. Without a date, collection is paused until the owner resumes it."""

    error_heading = CancellationForm.error_heading

    resumes_at = DayField(_l("Resume on"), validators=[Optional()])


class TrialForm(Form):
    """The new end of the trial."""

    error_heading = CancellationForm.error_heading

    until = DayField(_l("Free until"), validators=[InputRequired(_date)])


class PriceForm(Form):
    """A new price for each period, per item, in major units."""

    error_heading = CancellationForm.error_heading

    price = StringField(_l("Price"), validators=[InputRequired(_l("Enter a price."))])

    def unit_amount(self, currency: str) -> int:
        """The price of one item in minor units. Raises FieldErrors (price_*)."""
        try:
            return parse_price(self.price.data, currency).amount
        except PriceError as error:
            raise FieldErrors({"price": [error.code]}, **error.details) from error


def start_of_day(day: date) -> datetime:
    """Midnight of this date in the shop's time zone."""
    return datetime.combine(day, time(), ZoneInfo(settings.time_zone()))
