"""The form of a promo code."""

import re
from datetime import date

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, SelectField, SelectMultipleField, StringField, ValidationError
from wtforms.fields import SelectChoice
from wtforms.validators import InputRequired

from storefront.models import CodeTiming, Offer
from storefront.money import CURRENCIES
from storefront.web.forms.base import Form
from storefront.web.forms.offers.offer import currency_label

_NUMBER = re.compile(r"[0-9]{1,7}")
_not_a_number = _l("Enter a whole number, or leave blank for no limit.")
_not_a_date = _l("Enter a date like 2026-12-31.")


class PromoCodeForm(Form):
    """The fields of a promo code. `pricing.save_code` checks the code and what it takes off."""

    code = StringField(_l("Code"), validators=[InputRequired(_l("Enter a code."))])
    percent = StringField(_l("Percent off"))
    amount = StringField(_l("Amount off"))
    currency = SelectField(_l("Currency"), choices=list(CURRENCIES), default="EUR")
    offers = SelectMultipleField(_l("Offers"), coerce=str, validate_choice=False)
    # Whether the shop has more offers than the select, and how many a search for others has found.
    finds_offers, offers_found = False, ""
    applies_to = SelectField(_l("Applies to"), choices=list(CodeTiming), default=CodeTiming.FIRST)
    starts = StringField(_l("Starts"))
    ends = StringField(_l("Ends"))
    total_uses = StringField(_l("Total uses"))
    uses_per_customer = StringField(_l("Uses per customer"))

    def set_choices(self, offers: list[Offer]) -> None:
        """Set the choices of all selects, in the page's language."""
        locale = get_locale() or Locale("en")
        self.currency.choices = [SelectChoice(code, currency_label(code, locale)) for code in CURRENCIES]
        self.offers.choices = [SelectChoice(str(offer.id), offer.title) for offer in offers]
        self.applies_to.choices = [
            SelectChoice(CodeTiming.FIRST, _("First payment")),
            SelectChoice(CodeTiming.EVERY, _("Every payment")),
        ]

    def validate_starts(self, field: Field) -> None:
        """A date or nothing."""
        self.date_of(field)

    def validate_ends(self, field: Field) -> None:
        """A date or nothing."""
        self.date_of(field)

    def validate_total_uses(self, field: Field) -> None:
        """A number or nothing."""
        self.number_of(field)

    def validate_uses_per_customer(self, field: Field) -> None:
        """A number or nothing."""
        self.number_of(field)

    def date_of(self, field: Field) -> date | None:
        """The date that was typed; None for nothing. Raises ValidationError."""
        if not field.data:
            return None
        try:
            day = date.fromisoformat(field.data)
        except ValueError as error:
            raise ValidationError(_not_a_date) from error
        if not 2000 <= day.year < 2900:
            raise ValidationError(_not_a_date)
        return day

    def number_of(self, field: Field) -> int | None:
        """The number that was typed; None for nothing. Raises ValidationError."""
        if not field.data:
            return None
        if not _NUMBER.fullmatch(field.data):
            raise ValidationError(_not_a_number)
        return int(field.data)
