"""Sends the queued messages, with retries for a day. What Telegram refuses for good turns it off."""

import logging
from datetime import timedelta

from peewee import SQL

from storefront import emails
from storefront.db import db
from storefront.errors import SecretUnreadable
from storefront.integrations.telegram import bot_api, wording
from storefront.integrations.telegram.bot_api import Reply, TelegramProblem
from storefront.isolation import Run
from storefront.models import DeliveryState, EmailKind, TelegramChannel, TelegramMessage, now

log = logging.getLogger(__name__)

# After each failed attempt the next one waits so many minutes: about a day in total.
RETRY_MINUTES = (1, 5, 15, 60, 2 * 60, 4 * 60, 8 * 60, 8 * 60)
MAX_ATTEMPTS = len(RETRY_MINUTES) + 1
# Messages of one run. The worker's other deliveries wait for it.
TURN = 20
# What only the owner can repair.
_PERMANENT = (TelegramProblem.TOKEN, TelegramProblem.CHAT, TelegramProblem.BLOCKED)


def has_due_messages() -> bool:
    """Whether a message can be sent now."""
    return bool(TelegramMessage.due(1))


def send_messages() -> int:
    """Send what is due, until Telegram has a problem. Return how many attempts were made."""
    channel = TelegramChannel.current()
    if channel is None or channel.off_reason:
        return 0
    run, made, is_stopped = Run(), 0, False

    def attempt(message: TelegramMessage) -> None:
        nonlocal made, is_stopped
        if not is_stopped and TelegramMessage.claim(message.id):
            made += 1
            is_stopped = _attempt(TelegramMessage.get_by_id(message.id), channel)

    due = TelegramMessage.due(TURN)
    run.each(lambda: due, attempt, name=lambda message: f"Telegram message {message.id}", failed=_give_up)
    run.log_failures()
    return made


def _attempt(message: TelegramMessage, channel: TelegramChannel) -> bool:
    """Send a claimed message and store what came of it. Return whether the others have to wait."""
    try:
        text = wording.message_text(message, channel)
        reply = bot_api.call(channel.token, "sendMessage", **wording.parameters(channel.chat_id, text))
    except SecretUnreadable:
        reply = Reply(0, TelegramProblem.UNREADABLE)
    with db.atomic():
        if reply.moved_to:
            _follow_chat(message, channel, reply.moved_to)
            return True
        _store(message, reply)
        _record(channel, reply)
    return reply.problem not in (None, TelegramProblem.REFUSED)


def _store(message: TelegramMessage, reply: Reply) -> None:
    state, due_at = DeliveryState.DELIVERED, message.due_at
    if reply.problem is TelegramProblem.LIMITED:
        # Telegram says when it takes messages again. That is no failure of this one.
        state, due_at = DeliveryState.WAITING, now() + timedelta(seconds=reply.retry_after)
        TelegramMessage.postpone(due_at)
        message.attempts -= 1
    elif reply.problem is not None:
        is_last = reply.problem is TelegramProblem.REFUSED or message.attempts >= MAX_ATTEMPTS
        state = DeliveryState.FAILED if is_last else DeliveryState.WAITING
        due_at = due_at if is_last else now() + timedelta(minutes=RETRY_MINUTES[message.attempts - 1])
        log.info("Telegram message %s: %s", message.id, reply.problem)
    TelegramMessage.update(
        state=state,
        due_at=due_at,
        claimed_until=None,
        attempts=message.attempts,
        problem=reply.problem or "",
    ).where(TelegramMessage.id == message.id, TelegramMessage.state == DeliveryState.WAITING).execute()


def _record(channel: TelegramChannel, reply: Reply) -> None:
    """Remember on the channel how it goes. Nothing is written there if the owner has saved it meanwhile."""
    same = (
        TelegramChannel.id == channel.id,
        TelegramChannel.token_encrypted == channel.token_encrypted,
        TelegramChannel.chat_id == channel.chat_id,
    )
    if reply.problem is None:
        TelegramChannel.update(sent_at=now(), failing_since=None, problem="").where(*same).execute()
    elif reply.problem in _PERMANENT:
        _turn_off(channel, reply.problem, same)
    elif reply.problem is not TelegramProblem.LIMITED:
        TelegramChannel.update(problem=reply.problem).where(*same).execute()
        TelegramChannel.update(failing_since=now()).where(*same, SQL("failing_since IS NULL")).execute()


def _turn_off(channel: TelegramChannel, problem: TelegramProblem, same: tuple[object, ...]) -> None:
    """Send nothing more until the owner saves the settings again, and tell the owner by email, once."""
    turned = (
        TelegramChannel.update(off_reason=problem, problem=problem, failing_since=now())
        .where(*same, TelegramChannel.off_reason == "")
        .execute()
    )
    if turned:
        TelegramMessage.drop_waiting(DeliveryState.FAILED)
        emails.write(EmailKind.OWNER_TELEGRAM_OFF, None, f"telegram-{channel.id}-{now():%Y%m%d%H%M%S}")


def _follow_chat(message: TelegramMessage, channel: TelegramChannel, chat_id: str) -> None:
    """The group has got another id. Send there, with the next run."""
    TelegramChannel.update(chat_id=chat_id).where(
        TelegramChannel.id == channel.id, TelegramChannel.chat_id == channel.chat_id
    ).execute()
    TelegramMessage.update(claimed_until=None, attempts=message.attempts - 1).where(
        TelegramMessage.id == message.id
    ).execute()


def _give_up(message: TelegramMessage, _error: Exception) -> None:
    """What can't be worded will not become so: a row that it is about is gone."""
    TelegramMessage.drop_waiting(DeliveryState.FAILED, TelegramMessage.id == message.id)
