"""The form of a payment request."""

from datetime import date, datetime, timedelta
from typing import Any

from babel import Locale
from email_validator import EmailNotValidError, validate_email
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, StringField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired, Length

from storefront.models import Merchant
from storefront.money import CURRENCIES
from storefront.web.forms.lengths import EMAIL, NAME
from storefront.web.forms.offers.offer import currency_label, merchant_choices
from storefront.web.forms.offers.taxes import OneTaxPart
from storefront.web.forms.subscriptions import start_of_day
from storefront.web.forms.withdrawal_fields import WithdrawalFields
from storefront.web.support import LANGUAGE_NAMES, LANGUAGES

_too_long = _l("This is too long.")


class PaymentRequestForm(OneTaxPart, WithdrawalFields):
    """Who is asked for what. `payments.create_request` checks amount and tax, and whether the account can charge it."""

    title = StringField(
        _l("Description"),
        validators=[InputRequired(_l("Say what the payment is for.")), Length(max=200, message=_too_long)],
    )
    amount = StringField(_l("Amount"), validators=[InputRequired(_l("Enter an amount."))])
    currency = SelectField(_l("Currency"), choices=list(CURRENCIES), validate_choice=True)
    merchant = SelectField(_l("Payment system"), coerce=str)
    name = StringField(_l("Customer name"), validators=[Length(max=NAME, message=_too_long)])
    email = StringField(_l("Customer email"), validators=[Length(max=EMAIL, message=_too_long)])
    expires = StringField(_l("Expires"))
    language = SelectField(_l("Language"), choices=[SelectChoice(code, LANGUAGE_NAMES[code]) for code in LANGUAGES])

    def validate_email(self, field: Field) -> None:
        """Normalizes an address; nothing is needed."""
        if not field.data:
            return
        try:
            field.data = validate_email(field.data, check_deliverability=False, allow_smtputf8=False).normalized
        except EmailNotValidError as error:
            raise ValidationError(_l("Enter an email address like name@example.com")) from error

    def validate_expires(self, field: Field) -> None:
        """A day, or nothing."""
        if field.data and self.expires_at() is None:
            raise ValidationError(_l("Enter a date."))

    def expires_at(self) -> datetime | None:
        """The last second of the day, in the shop's time zone; None for never, or what is no day."""
        try:
            day = date.fromisoformat(self.expires.data or "")
        except ValueError:
            return None
        return start_of_day(day + timedelta(days=1)) - timedelta(seconds=1) if 2000 <= day.year < 3000 else None

    def set_choices(self, merchants: list[Merchant]) -> None:
        """Set the choices of the selects, in the page's language."""
        locale = get_locale() or Locale("en")
        choices: dict[Any, list[SelectChoice]] = {
            self.currency: [SelectChoice(code, currency_label(code, locale)) for code in CURRENCIES],
            self.merchant: [*([] if len(merchants) == 1 else [SelectChoice("", "—")]), *merchant_choices(merchants)],
        }
        for field, its in choices.items():
            field.choices = its
