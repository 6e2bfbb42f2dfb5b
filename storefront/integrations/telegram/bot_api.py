"""Calls of Telegram's bot API (https://core.telegram.org/bots/api).

The bot's token is part of each address: no address, and no exception that may contain one, leaves this module.
"""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_network
from typing import Any

from storefront.integrations import requests
from storefront.integrations.requests import NotDelivered
from storefront.runtime import current

# The bot's number, a colon, and its secret.
_TOKEN = re.compile(r"\d{3,20}:[A-Za-z0-9_-]{20,100}")
# A number (negative for groups and channels), or the name of a public channel.
_CHAT = re.compile(r"-?\d{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31}")
# Where the API is, the operator says in the environment: no owner can make the shop ask other servers with it.
_ANYWHERE = (ip_network("0.0.0.0/0"), ip_network("::/0"))
# Without a usable `retry_after`, and the longest that is waited.
_PAUSE_SECONDS, _LONGEST_PAUSE = 30, 24 * 3600


class TelegramProblem(StrEnum):
    """Why a message was not sent. The values are stored in rows and never change."""

    TOKEN = "token"  # noqa: S105 - no secret
    CHAT = "chat"  # there is no such chat, or the bot has never been in it
    BLOCKED = "blocked"  # the bot was blocked or removed, or may not write
    LIMITED = "limited"
    AWAY = "away"  # no answer, or an error of Telegram's own
    REFUSED = "refused"  # this message only
    UNREADABLE = "unreadable"  # the stored token


@dataclass(frozen=True)
class Reply:
    """`problem` is None after a success. `retry_after`: seconds. `moved_to`: the new id of a chat that has got one."""

    status: int
    problem: TelegramProblem | None = None
    retry_after: int = 0
    moved_to: str = ""


def is_token(text: str) -> bool:
    """Whether the text has the format of a token."""
    return bool(_TOKEN.fullmatch(text))


def is_chat_id(text: str) -> bool:
    """Whether the text has the format of a chat's id or of a public channel's name."""
    return bool(_CHAT.fullmatch(text))


def call(token: str, method: str, **parameters: object) -> Reply:
    """Call a method of the API. Never raises because of Telegram."""
    address = f"{current().config.telegram_api_base}/bot{token}/{method}"
    headers = {"content-type": "application/json", "user-agent": "Storefront-Telegram"}
    try:
        answer = requests.post(address, json.dumps(parameters).encode(), headers, allowed=_ANYWHERE)
    except NotDelivered:
        return Reply(0, TelegramProblem.AWAY)
    return Reply(200) if 200 <= answer.status < 300 else _refusal(answer.status, _parsed(answer.text))


def _refusal(status: int, body: dict[str, Any]) -> Reply:
    words = str(body.get("description", "")).lower()
    more = body.get("parameters")
    more = more if isinstance(more, dict) else {}
    if status == 429:
        said = more.get("retry_after")
        seconds = said if isinstance(said, int) and said > 0 else _PAUSE_SECONDS
        return Reply(status, TelegramProblem.LIMITED, min(seconds, _LONGEST_PAUSE))
    # A group that becomes a supergroup gets another id.
    moved = more.get("migrate_to_chat_id")
    if status == 400 and isinstance(moved, int):
        return Reply(status, TelegramProblem.CHAT, moved_to=str(moved))
    return Reply(status, _problem_of(status, words))


def _problem_of(status: int, words: str) -> TelegramProblem:
    """Telegram answers 401 to an unknown token, and 404 to one that can't be a token."""
    if status in (401, 404):
        return TelegramProblem.TOKEN
    if status == 403:
        return TelegramProblem.BLOCKED
    if status == 400 and any(part in words for part in ("chat not found", "peer_id_invalid", "chat_id is empty")):
        return TelegramProblem.CHAT
    if status == 400 and ("not enough rights" in words or "have no rights" in words):
        return TelegramProblem.BLOCKED
    return TelegramProblem.REFUSED if 400 <= status < 500 else TelegramProblem.AWAY


def _parsed(text: str) -> dict[str, Any]:
    try:
        body = json.loads(text)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}
