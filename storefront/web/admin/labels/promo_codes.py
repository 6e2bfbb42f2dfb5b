"""Promo codes as text: what they take off, and whether they work now."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from babel.numbers import format_percent
from flask_babel import gettext as _

from storefront.models import PromoCode
from storefront.web.support import current_language, day, money


@dataclass(frozen=True)
class CodeState:
    """A badge: its text, its CSS class, and a note beside it, "" for none."""

    text: str
    css: str
    note: str = ""


def code_state(code: PromoCode) -> CodeState:
    """Whether the code works now, and from or until when."""
    if not code.is_active:
        return CodeState(_("Switched off"), "archived")
    if code.is_over():
        return CodeState(_("Ended"), "archived")
    if not code.has_begun():
        return CodeState(_("Not started"), "draft", _("From %(day)s", day=day(code.starts_at)))
    # `ends_at` is when the last day is over.
    note = _("Until %(day)s", day=day(code.ends_at - timedelta(seconds=1))) if code.ends_at is not None else ""
    return CodeState(_("Active"), "published", note)


def code_value(code: PromoCode) -> str:
    """`−12.5%` or `−€5.00`."""
    amount = code.amount_off
    if amount is not None:
        return f"−{money(amount)}"
    share = (code.percentage or Decimal(0)) / 100
    return f"−{format_percent(share, locale=current_language(), decimal_quantization=False)}"
