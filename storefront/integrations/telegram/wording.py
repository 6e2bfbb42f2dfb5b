"""The words of messages, as Telegram's HTML (https://core.telegram.org/bots/api#html-style), in one language.

They are made when a message is sent: what the order says then is what the owner reads, and erased data is gone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from gettext import NullTranslations
from html import escape
from typing import Any

from storefront import i18n
from storefront.i18n import N_
from storefront.models import (
    Dispute,
    DisputeStage,
    Invoice,
    InvoiceNeed,
    Merchant,
    Offer,
    Order,
    ShopProfile,
    TelegramChannel,
    TelegramDetail,
    TelegramKind,
    TelegramMessage,
)
from storefront.money import Money
from storefront.runtime import current

_DISPUTES = {
    DisputeStage.INQUIRY: N_("Bank inquiry about a payment"),
    DisputeStage.INQUIRY_CLOSED: N_("The bank’s inquiry is closed"),
    DisputeStage.CHARGEBACK: N_("A payment is disputed"),
    DisputeStage.WON: N_("Dispute won"),
    DisputeStage.LOST: N_("Dispute lost"),
    DisputeStage.PREVENTED: N_("Dispute prevented"),
}


@dataclass(frozen=True)
class _Words:
    """`heading` is bold. `amount` is None where there is none. `about` is what was sold."""

    heading: str
    about: str
    amount: Money | None = None
    note: str = ""


def message_text(message: TelegramMessage, channel: TelegramChannel) -> str:
    """The text of a queued message. Raises DoesNotExist if a row that it is about is gone."""
    catalog, language = i18n.catalog_for(channel.language), channel.language
    order: Order | None = message.order
    words = _WORDS[TelegramKind(message.kind)](message, order)
    heading = catalog.gettext(words.heading)
    if words.amount is not None:
        heading = f"{heading}: {words.amount.format(language)}"
    lines = [f"<b>{escape(heading)}</b>", escape(words.about)]
    if words.note:
        lines.append(escape(catalog.gettext(words.note).format(**message.detail)))
    link, label = f"/admin/offers/{message.detail.get('offer', '')}#offer-delivery", N_("Open offer")
    if order is not None:
        lines += _order_lines(order, channel, catalog)
        link, label = f"/admin/orders/{order.number}", N_("View order")
    if message.kind == TelegramKind.SECOND_ACCOUNT:
        link, label = "/admin/settings/payment-systems/stripe", N_("Open settings")
    lines.append(f'<a href="{escape(current().config.public_url + link)}">{escape(catalog.gettext(label))}</a>')
    return "\n".join(lines)


def test_text(channel: TelegramChannel) -> str:
    """The text of a test message."""
    words = i18n.catalog_for(channel.language).gettext(N_("This is a test. Messages from {shop} arrive here."))
    return escape(words.format(shop=ShopProfile.load().display_name))


def parameters(chat_id: str, text: str) -> dict[str, Any]:
    """What the method `sendMessage` takes. Links get no preview: Telegram would open the admin's sign-in page."""
    return {"chat_id": chat_id, "text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}


def _order_lines(order: Order, channel: TelegramChannel, catalog: NullTranslations) -> list[str]:
    """Its number, and of the customer what the owner has chosen."""
    number = catalog.gettext(N_("Order #{number}")).format(number=order.number)
    test_mode = catalog.gettext(N_("Test mode"))
    lines = [f"{number} · {test_mode}" if order.mode == "test" else number]
    lines += [order.name] if TelegramDetail.NAME in channel.details else []
    lines += [order.email] if TelegramDetail.EMAIL in channel.details else []
    return [escape(line) for line in lines]


def _sale(_message: TelegramMessage, order: Any) -> _Words:
    title = f"{order.title} × {order.quantity}" if order.quantity > 1 else order.title
    if not order.amount:
        return _Words(N_("New free trial") if order.recurs else N_("New order"), title)
    return _Words(N_("New sale"), title, Money(order.amount, order.currency))


def _renewal(message: TelegramMessage, order: Any) -> _Words:
    invoice = Invoice.get_by_id(message.detail["invoice"])
    note = N_("The bank asks the customer to confirm the payment.")
    if invoice.needs != InvoiceNeed.AUTHENTICATION:
        note = N_("The customer was emailed and gets reminders.")
    return _Words(N_("Renewal failed"), order.title, Money(invoice.amount, invoice.currency), note)


def _dispute(message: TelegramMessage, order: Any) -> _Words:
    dispute = Dispute.get_by_id(message.detail["dispute"])
    # `about` ends with the stage that the message is about.
    stage = DisputeStage(message.about.rpartition("-")[2])
    return _Words(_DISPUTES[stage], order.title, Money(dispute.amount, dispute.currency))


def _withdrawal(_message: TelegramMessage, order: Any) -> _Words:
    return _Words(N_("Withdrawal from the contract"), order.title, Money(order.amount, order.currency))


def _keys(message: TelegramMessage, _order: Any) -> _Words:
    title = Offer.get_by_id(message.detail["offer"]).title
    if not message.detail["left"]:
        return _Words(N_("No license keys left"), title)
    return _Words(N_("License keys are running low"), title, note=N_("Keys left: {left}"))


def _second_account(message: TelegramMessage, _order: Any) -> _Words:
    name = Merchant.get_by_id(message.detail["merchant"]).name
    return _Words(N_("New orders go to another account"), name, note=N_("They are paid to: {second}"))


_WORDS: dict[TelegramKind, Callable[[TelegramMessage, Any], _Words]] = {
    TelegramKind.SALE: _sale,
    TelegramKind.RENEWAL_FAILED: _renewal,
    TelegramKind.DISPUTE: _dispute,
    TelegramKind.WITHDRAWAL: _withdrawal,
    TelegramKind.KEYS_LOW: _keys,
    TelegramKind.SECOND_ACCOUNT: _second_account,
}
