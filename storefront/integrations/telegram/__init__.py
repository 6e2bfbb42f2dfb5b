"""Telegram: messages to the owner, written in the transaction of the fact and sent by the worker."""

from storefront.integrations.telegram.bot_api import TelegramProblem
from storefront.integrations.telegram.channel import (
    disconnect_telegram,
    is_token_readable,
    save_telegram,
    send_test_message,
)
from storefront.integrations.telegram.sending import has_due_messages, send_messages
from storefront.integrations.telegram.writing import write_message

__all__ = [
    "TelegramProblem",
    "disconnect_telegram",
    "has_due_messages",
    "is_token_readable",
    "save_telegram",
    "send_messages",
    "send_test_message",
    "write_message",
]
