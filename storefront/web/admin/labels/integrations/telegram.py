"""Telegram: what messages are about, what they may contain, and why they are not sent."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from storefront.integrations import TelegramProblem
from storefront.models import TelegramDetail, TelegramKind

TELEGRAM_KINDS: Mapping[str, Any] = {
    TelegramKind.SALE: _l("Sale"),
    TelegramKind.RENEWAL_FAILED: _l("Failed renewal"),
    TelegramKind.DISPUTE: _l("Dispute"),
    TelegramKind.WITHDRAWAL: _l("Withdrawal from the contract"),
    TelegramKind.KEYS_LOW: _l("License keys running low"),
    TelegramKind.SECOND_ACCOUNT: _l("New orders go to another account"),
}
TELEGRAM_DETAILS: Mapping[str, Any] = {
    TelegramDetail.NAME: _l("Customer’s name"),
    TelegramDetail.EMAIL: _l("Customer’s email address"),
}
TELEGRAM_PROBLEMS: Mapping[str, Any] = {
    TelegramProblem.TOKEN: _l("Telegram doesn’t know this token anymore. Enter the bot’s current token."),
    TelegramProblem.CHAT: _l("The bot can’t find the chat anymore. Enter its ID again."),
    TelegramProblem.BLOCKED: _l("The bot was blocked or removed from the chat, or isn’t allowed to post there."),
    TelegramProblem.LIMITED: _l("Telegram takes no more messages at the moment. Try again in a minute."),
    TelegramProblem.AWAY: _l("Telegram doesn’t answer."),
    TelegramProblem.REFUSED: _l("Telegram refused a message."),
    TelegramProblem.UNREADABLE: _l("The stored token can’t be decrypted. Enter it again."),
}


def telegram_problem(problem: str) -> str:
    """Why messages are not sent."""
    return str(TELEGRAM_PROBLEMS.get(problem, problem))
