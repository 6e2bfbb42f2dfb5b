"""Setting up Telegram: bot and chat are checked there before they are stored."""

from collections.abc import Collection

from storefront.db import db
from storefront.errors import FieldErrors, SecretUnreadable
from storefront.integrations.telegram import bot_api, wording
from storefront.integrations.telegram.bot_api import Reply, TelegramProblem
from storefront.models import DeliveryState, TelegramChannel, TelegramDetail, TelegramKind, TelegramMessage

# The field that each problem is told at.
_FIELDS = {
    TelegramProblem.TOKEN: "token",
    TelegramProblem.UNREADABLE: "token",
    TelegramProblem.CHAT: "chat_id",
    TelegramProblem.BLOCKED: "chat_id",
}


def save_telegram(
    token: str, chat_id: str, kinds: Collection[str], details: Collection[str], language: str
) -> TelegramProblem | None:
    """Ask Telegram about bot and chat, and store them. An empty token keeps the stored one.

    Return why Telegram could not check them, None if it has: what has the right format is stored then as well. Raises
    FieldErrors (token, chat_id).
    """
    channel = TelegramChannel.current() or TelegramChannel()
    token, chat_id = _checked(channel, token, chat_id)
    reply = bot_api.call(token, "getChat", chat_id=chat_id)
    # A bot API server may lack this method, and says "not found" too. The format of the token was checked before.
    if reply.status != 404:
        _raise_at_field(reply)
    if token != _readable_token(channel):
        channel.token = token
    channel.chat_id = reply.moved_to or chat_id
    channel.kinds = [str(kind) for kind in TelegramKind if kind in kinds]
    channel.details = [str(detail) for detail in TelegramDetail if detail in details]
    channel.language = language
    channel.failing_since, channel.problem, channel.off_reason = None, "", ""
    with db.atomic():
        channel.save()
        TelegramMessage.send_soon()
    return reply.problem if reply.problem in (TelegramProblem.AWAY, TelegramProblem.LIMITED) else None


def send_test_message() -> TelegramProblem | None:
    """Send a test to the stored chat now. Return why it was not sent, None if it was. Raises FieldErrors likewise."""
    channel = TelegramChannel.current()
    token = _readable_token(channel) if channel is not None else ""
    if channel is None or not token:
        raise FieldErrors({"token": ["telegram_token_missing"]})
    reply = bot_api.call(token, "sendMessage", **wording.parameters(channel.chat_id, wording.test_text(channel)))
    _raise_at_field(reply)
    return reply.problem


def disconnect_telegram() -> None:
    """Forget bot and chat. What waits is not sent."""
    with db.atomic():
        TelegramChannel.delete().execute()
        TelegramMessage.drop_waiting(DeliveryState.DROPPED)


def is_token_readable(channel: TelegramChannel) -> bool:
    """False after a restore without the keys of the shop."""
    return bool(_readable_token(channel))


def _checked(channel: TelegramChannel, token: str, chat_id: str) -> tuple[str, str]:
    """Token and chat as they are to be stored. Raises FieldErrors."""
    errors: dict[str, list[str]] = {}
    token = token.strip() or _readable_token(channel)
    if not token:
        errors["token"] = ["telegram_token_missing"]
    elif not bot_api.is_token(token):
        errors["token"] = ["telegram_token_format"]
    chat_id = chat_id.strip()
    if not bot_api.is_chat_id(chat_id):
        errors["chat_id"] = ["telegram_chat_format"]
    if errors:
        raise FieldErrors(errors)
    return token, chat_id


def _readable_token(channel: TelegramChannel) -> str:
    try:
        return channel.token if channel.token_encrypted else ""
    except SecretUnreadable:
        return ""


def _raise_at_field(reply: Reply) -> None:
    if reply.problem in _FIELDS and not reply.moved_to:
        raise FieldErrors({_FIELDS[reply.problem]: [f"telegram_{reply.problem}"]})
