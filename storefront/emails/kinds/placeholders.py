"""What stands in a letter's placeholders: values as its rows have them, written out in its language."""

from datetime import UTC, datetime
from string import Formatter
from typing import Any

from babel.dates import format_date

from storefront import i18n, settings
from storefront.emails.kinds import KINDS, reasons
from storefront.i18n import N_
from storefront.models import Email, Order, Subscription
from storefront.money import Money

# Every letter has these; those about an order the next ones, and some have more.
ALWAYS = ("shop", "link")
OF_ORDERS = ("name", "title", "number", "amount")
# What the owner may use in their own words; `{link}` is the address behind the button.
ALL = frozenset(
    {*ALWAYS, *OF_ORDERS, "refund_amount", "due", "every", "new_amount", "card", "expires", "reason", "email"}
)
NOTHING = "—"
SAMPLE_REASONS = {
    "renewal_declined": i18n.DECLINED_MESSAGE,
    "owner_renewal_stopped": reasons.OWNER_BANK_ASKS,
    "owner_subscription_ended": reasons.ENDED["cancellation_requested"],
}


def names_in(text: str) -> set[str]:
    """The placeholders of a text. Raises ValueError for a brace that stands alone."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}


def placeholders_of(kind: str) -> list[str]:
    """Those that a letter of this kind fills."""
    it = KINDS[kind]
    used = names_in(it.subject) | names_in(it.words)
    return sorted({*ALWAYS, *(OF_ORDERS if it.of_order else ()), *used})


def stored_value(value: object) -> object:
    """A value as the letter's row keeps it: amounts and days are written out when its language is known."""
    if isinstance(value, Money):
        return {"amount": value.amount, "currency": value.currency}
    return {"at": value.isoformat()} if isinstance(value, datetime) else value


def values(letter: Email, language: str) -> dict[str, str]:
    """{placeholder: text} of everything but `shop` and `link`; "" for what this letter hasn't."""
    found: dict[str, Any] = dict.fromkeys(ALL, "")
    order, subscription, invoice = letter.order, letter.subscription, letter.invoice
    if order is not None:
        found |= {"name": order.name, "title": order.title, "number": str(order.number)}
        found["amount"] = (invoice or subscription or order).total
        if order.recurs:
            found["every"] = i18n.interval_text(order.every, order.interval, i18n.catalog_for(language))
    if subscription is not None:
        found |= _of_subscription(letter, subscription, language)
    found |= {name: value for name, value in letter.detail.items() if name in ALL}
    return {name: _written(value, language) for name, value in found.items()}


def samples(kind: str, language: str) -> dict[str, str]:
    """What previews show, about an order that isn't there."""
    words = i18n.catalog_for(language)
    return {
        "name": words.gettext(N_("Marko")),
        "title": words.gettext(N_("Watercolour evening")),
        "number": str(Order.FIRST_NUMBER),
        "amount": Money(1999, "EUR").format(language),
        "refund_amount": Money(500, "EUR").format(language),
        "due": _day(datetime(2030, 1, 31, 12, tzinfo=UTC), language),
        "every": i18n.interval_text(1, "month", words),
        "new_amount": Money(2499, "EUR").format(language),
        "card": "Visa •••• 4242",
        "expires": "01/2030",
        "reason": words.gettext(SAMPLE_REASONS.get(kind, reasons.BANK_ASKS)),
        "email": "marko@example.com",
    }


def _of_subscription(letter: Email, subscription: Subscription, language: str) -> dict[str, Any]:
    kind, words = KINDS[letter.kind], i18n.catalog_for(language)
    if letter.invoice is None:
        reason = reasons.of_end(subscription, words)
    else:
        reason = (reasons.to_owner if kind.to_owner else reasons.to_buyer)(letter.invoice, words)
    return {
        "due": kind.due(subscription) or NOTHING,
        "every": i18n.interval_text(subscription.every, subscription.interval, words),
        "card": i18n.card_label(subscription.card_brand, subscription.card_last4, words.gettext(N_("Card"))),
        "expires": f"{subscription.card_exp_month:02}/{subscription.card_exp_year}",
        "reason": reason,
    }


def _written(value: Any, language: str) -> str:
    """Both as a row keeps it and as it is."""
    if isinstance(value, dict) and "at" in value:
        value = datetime.fromisoformat(value["at"])
    elif isinstance(value, dict) and "amount" in value:
        value = Money(value["amount"], value["currency"])
    if isinstance(value, Money):
        return value.format(language)
    return _day(value, language) if isinstance(value, datetime) else str(value)


def _day(at: datetime, language: str) -> str:
    """The day, as people write it in a letter, on the shop's own clock."""
    return format_date(settings.local_time(at).date(), "long", locale=language)
