"""Variables in email texts, such as `{title}`: which exist, and their values in the email's language."""

from datetime import UTC, datetime
from gettext import NullTranslations
from string import Formatter
from typing import Any

from babel.dates import format_date, format_time

from storefront import i18n, settings
from storefront.emails import greeting
from storefront.emails.kinds import KINDS, disputes, facts, reasons, withdrawals
from storefront.i18n import N_
from storefront.models import Email, EmailKind, Order, Subscription
from storefront.money import Money

# Every email has the first two, emails about an order the next four. Some kinds have more.
IN_ALL_EMAILS = ("shop", "link")
IN_ORDER_EMAILS = ("name", "title", "number", "amount")
# All that the owner's texts may contain. `{link}` is the URL of the button.
ALL = frozenset(
    {
        *IN_ALL_EMAILS,
        *IN_ORDER_EMAILS,
        "refund_amount",
        "due",
        "every",
        "new_amount",
        "new_every",
        "plan",
        "card",
        "expires",
        "reason",
        "email",
        "browser",
        "ip_address",
        "declines",
        "received",
        "permission",
        "left",
        "second",
    }
)
UNKNOWN_DATE = "—"
DATE_AT_STRIPE = N_("the date shown in Stripe")
FREE = N_("Free")
# Their `{amount}` is what is charged next, once.
_ABOUT_NEXT_CHARGE = (EmailKind.CARD_EXPIRES, EmailKind.CARD_REMOVED)
# In place of an amount and interval that are charged in a way that the shop can't show.
UNCLEAR_AMOUNT, UNCLEAR_INTERVAL = N_("an amount set by the seller"), N_("regularly")
# The day of the examples in previews.
SAMPLE_DAY = datetime(2030, 1, 31, 12, tzinfo=UTC)
SAMPLE_REASONS: dict[str, str] = {
    "renewal_declined": i18n.DECLINED_MESSAGE,
    "owner_renewal_stopped": reasons.OWNER_BANK_ASKS,
    "owner_subscription_ended": reasons.ENDED["cancellation_requested"],
    **withdrawals.SAMPLE_REASONS,
    "owner_terms_unclear": i18n.unclear_terms_text("metered", NullTranslations()),
}


def names_in(text: str) -> set[str]:
    """Return the names of the variables in `text`. Raises ValueError for an unmatched brace."""
    return {name for _text, name, _spec, _conversion in Formatter().parse(text) if name is not None}


def variables_of(kind: str) -> list[str]:
    """Return the variables that an email of this kind fills, in alphabetical order."""
    definition = KINDS[kind]
    used = names_in(definition.subject) | names_in(definition.body) | (facts.names_in_rows(definition.facts) & ALL)
    return sorted({*IN_ALL_EMAILS, *(IN_ORDER_EMAILS if definition.about_order else ()), *used})


def stored_value(value: object) -> object:
    """Convert a value for storage in `Email.detail` (JSON). Money, dates and intervals (a dict of `every` and
    `interval`) are formatted only on rendering.
    """
    if isinstance(value, Money):
        return {"amount": value.amount, "currency": value.currency}
    return {"at": value.isoformat()} if isinstance(value, datetime) else value


def is_free(email: Email) -> bool:
    """Whether it is about an order for which nothing was paid, and has a text for that."""
    return email.order is not None and not email.order.amount and KINDS[email.kind].free_text is not None


def values(email: Email, language: str) -> dict[str, str]:
    """Return {variable: text} for all variables except `shop` and `link`. Text is "" for those without a value."""
    found: dict[str, Any] = dict.fromkeys(ALL, "")
    order, subscription, invoice = email.order, email.subscription, email.invoice
    if order is not None:
        found |= {"name": _name(order, email), "title": i18n.isolate(order.title), "number": str(order.number)}
        found["amount"] = (invoice or subscription or order).total
        if is_free(email):
            found["amount"] = i18n.catalog_for(language).gettext(FREE)
        if order.recurs:
            found["every"] = i18n.interval_text(order.every, order.interval, i18n.catalog_for(language))
    dispute = disputes.dispute_of(email)
    if dispute is not None:
        found |= {"amount": dispute.total, "due": _format_deadline(dispute.evidence_due_at, language)}
    if subscription is not None:
        found |= _subscription_values(email, subscription, language)
    found |= {name: value for name, value in email.detail.items() if name in ALL}
    if email.kind in withdrawals.KINDS:
        found["reason"] = withdrawals.reason(email, i18n.catalog_for(language), _format(found["due"], language))
    return {name: _format(value, language) for name, value in found.items()}


def _name(order: Order, email: Email) -> str:
    """The customer's name. Emails to customers don't repeat what doesn't look like one."""
    is_shown = KINDS[email.kind].for_owner or greeting.looks_like_name(order.name)
    return i18n.isolate(order.name) if is_shown else ""


def sample_values(kind: str, language: str) -> dict[str, str]:
    """Return example values for a preview, as `values` does."""
    catalog = i18n.catalog_for(language)
    return {
        "name": catalog.gettext(N_("Marko")),
        "title": catalog.gettext(N_("Watercolor evening")),
        "number": str(Order.FIRST_NUMBER),
        "amount": Money(1999, "EUR").format(language),
        "refund_amount": Money(500, "EUR").format(language),
        "due": _format_day(SAMPLE_DAY, language),
        "every": i18n.interval_text(1, "month", catalog),
        "new_amount": Money(2499, "EUR").format(language),
        "new_every": i18n.interval_text(1, "year", catalog),
        "plan": catalog.gettext(N_("Yearly")),
        "card": "Visa •••• 4242",
        "expires": "01/2030",
        "reason": catalog.gettext(SAMPLE_REASONS.get(kind, reasons.BANK_ASKS)),
        "email": "marko@example.com",
        "browser": "Firefox, Windows",
        "ip_address": "203.0.113.7",
        "declines": "300",
        "received": _format_moment(datetime(2030, 1, 17, 9, 30, tzinfo=UTC), language),
        "permission": "Charges and Refunds: Write",
        "second": catalog.gettext(N_("Second account")),
        "left": "7",
    }


def _subscription_values(email: Email, subscription: Subscription, language: str) -> dict[str, Any]:
    kind, catalog = KINDS[email.kind], i18n.catalog_for(language)
    if email.kind == EmailKind.OWNER_TERMS_UNCLEAR:
        reason = i18n.unclear_terms_text(subscription.unclear_terms, catalog)
    elif email.invoice is None:
        reason = reasons.end_reason(subscription, catalog)
    else:
        explain = reasons.renewal_reason_for_owner if kind.for_owner else reasons.renewal_reason_for_customer
        reason = explain(email.invoice, catalog)
    found: dict[str, Any] = {}
    if email.kind in _ABOUT_NEXT_CHARGE:
        found["amount"] = subscription.next_charge
    if subscription.unclear_terms and email.invoice is None:
        found["amount"] = catalog.gettext(UNCLEAR_AMOUNT)
    every = i18n.interval_text(subscription.every, subscription.interval, catalog)
    return found | {
        "due": kind.due_date(subscription) or UNKNOWN_DATE,
        "every": catalog.gettext(UNCLEAR_INTERVAL) if subscription.unclear_terms else every,
        "card": i18n.card_label(subscription.card_brand, subscription.card_last4, catalog.gettext(N_("Card"))),
        "expires": f"{subscription.card_exp_month:02}/{subscription.card_exp_year}",
        "reason": reason,
    }


def _format(value: Any, language: str) -> str:
    """Format Money and dates, given as such or as `stored_value` returns them; any other value as `str`."""
    if isinstance(value, dict) and "moment" in value:
        return _format_moment(datetime.fromisoformat(value["moment"]), language)
    if isinstance(value, dict) and "at" in value:
        value = datetime.fromisoformat(value["at"])
    elif isinstance(value, dict) and "interval" in value:
        value = i18n.interval_text(value["every"], value["interval"], i18n.catalog_for(language))
    elif isinstance(value, dict) and "amount" in value:
        value = Money(value["amount"], value["currency"])
    if isinstance(value, Money):
        return value.format(language)
    return _format_day(value, language) if isinstance(value, datetime) else str(value)


def _format_deadline(at: datetime | None, language: str) -> str:
    """Return date and time of `at` in the shop's time zone, with its name: evidence is late after that minute."""
    if at is None:
        return i18n.catalog_for(language).gettext(DATE_AT_STRIPE)
    return _format_moment(at, language)


def moment(at: datetime) -> dict[str, str]:
    """A date with its time, for the value of a variable."""
    return {"moment": at.isoformat()}


def _format_moment(at: datetime, language: str) -> str:
    """Return date and time of `at` in the shop's time zone, with its name."""
    local = settings.local_time(at)
    return f"{_format_day(at, language)}, {format_time(local, 'short', locale=language)} {local.tzname()}"


def _format_day(at: datetime, language: str) -> str:
    """Return the date of `at` in the shop's time zone, in the long form of the language."""
    return format_date(settings.local_time(at).date(), "long", locale=language)
