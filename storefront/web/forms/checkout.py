"""What a buyer types beside the card. No CSRF token: the page is the same for everybody, its origin is checked."""

import re
import secrets
import unicodedata
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import Field, StringField, ValidationError

from storefront.money import Money
from storefront.web.forms.lengths import EMAIL, NAME

VISIT = 128
_WHOLE = re.compile(r"[0-9]{1,6}")
_SEEN = re.compile(r"(?P<currency>[A-Z]{3}) (?P<amount>[0-9]{1,15})")


class PaymentForm(FlaskForm):  # type: ignore[misc] # Flask-WTF ships no types
    """Who pays an order; `proof` is the work that opens beyond the limits on declines."""

    email = StringField()
    name = StringField()
    proof = StringField()

    class Meta:
        csrf = False

    def validate_email(self, field: Field) -> None:
        """An address a letter can be sent to, as far as its writing tells; the domain isn't looked up."""
        typed = _one_line(field.data)
        if not typed:
            raise ValidationError(_("Please type your email address."))
        if len(typed) > EMAIL:
            raise ValidationError(_("This is too long for an email address."))
        try:
            field.data = validate_email(typed, check_deliverability=False, allow_smtputf8=False).normalized
        except EmailNotValidError as error:
            raise ValidationError(_("This doesn’t look like an email address. Please check it.")) from error

    def validate_name(self, field: Field) -> None:
        """One line of at most NAME letters."""
        field.data = _one_line(field.data)
        if not field.data:
            raise ValidationError(_("Please type your name."))
        if len(field.data) > NAME:
            raise ValidationError(_("This name is too long: %(most)s letters at most.", most=NAME))


class CheckoutForm(PaymentForm):
    """Who buys, how many pieces; `visit` is the browser's key.

    `seen` is what its page shows to be due each time ("EUR 1999"), `terms` its rhythm (a `terms_code`).
    """

    quantity = StringField()
    visit = StringField()
    seen = StringField()
    terms = StringField()

    def __init__(self, max_quantity: int, **options: Any) -> None:
        """`max_quantity` is the offer's."""
        super().__init__(**options)
        self.max_quantity = max_quantity

    def validate_quantity(self, field: Field) -> None:
        """A whole number of pieces, as an int; one where the page doesn't ask."""
        typed = _one_line(field.data) or "1"
        if not _WHOLE.fullmatch(typed) or not 1 <= int(typed) <= self.max_quantity:
            raise ValidationError(
                _("Please type a whole number from 1 to %(most)s.", most=self.max_quantity)
                if self.max_quantity > 1
                else _("Only one piece can be bought at a time.")
            )
        field.data = int(typed)

    def validate_visit(self, field: Field) -> None:
        """The browser's key; a fresh one where it sent none."""
        field.data = field.data or secrets.token_urlsafe(24)
        if len(field.data) > VISIT or not field.data.isprintable():
            raise ValidationError(_("This page is out of date. Reload it and try again."))

    def validate_seen(self, field: Field) -> None:
        """The total as Money; None where the page said none."""
        typed, field.data = field.data, None
        match = _SEEN.fullmatch(typed or "")
        if match:
            field.data = Money(int(match["amount"]), match["currency"])
        elif typed:
            raise ValidationError(_("This page is out of date. Reload it and try again."))


def _one_line(text: str | None) -> str:
    """`text` without what can't be seen or stored: control characters, spaces around and in rows."""
    shown = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cs") else c for c in text or "")
    return " ".join(shown.split())
