"""Telegram's bot API as a real HTTP server: one bot, its chats, and the answers that Telegram gives.

Sources: core.telegram.org/bots/api (making requests, sendMessage, getChat, ResponseParameters), and what it answers to
wrong tokens and chats.
"""

import json
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.http_server import serving

TOKEN, CHAT = "123456789:AAfake_token-of-a-bot-that-nobody-has", "4242"
TAGS = {"a", "b", "code", "i", "pre", "s", "u"}


@dataclass
class Telegram:
    """`sent` are the messages that arrived. `faults` are (status, body) for the next calls of sendMessage."""

    url: str
    chats: set[str] = field(default_factory=lambda: {CHAT})
    blocked: set[str] = field(default_factory=set)
    sent: list[dict[str, Any]] = field(default_factory=list)
    faults: deque[tuple[int, dict[str, Any]]] = field(default_factory=deque)
    calls: int = 0

    def texts(self) -> list[str]:
        """The texts that arrived, which are forgotten."""
        found = [message["text"] for message in self.sent]
        self.sent.clear()
        return found

    def fail(self, status: int, description: str = "", **parameters: object) -> None:
        self.faults.append(
            (status, {"ok": False, "error_code": status, "description": description, "parameters": parameters})
        )

    def answer(self, token: str, method: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.calls += 1
        if not re.fullmatch(r"\d+:[\w-]+", token) or method not in ("getChat", "sendMessage"):
            return _refused(404, "Not Found")
        if token != TOKEN:
            return _refused(401, "Unauthorized")
        chat = str(body.get("chat_id", ""))
        if chat not in self.chats:
            return _refused(400, "Bad Request: chat not found")
        if method == "getChat":
            return 200, {"ok": True, "result": {"id": chat, "type": "private"}}
        if chat in self.blocked:
            return _refused(403, "Forbidden: bot was blocked by the user")
        if self.faults:
            return self.faults.popleft()
        if body.get("parse_mode") == "HTML" and not _is_html(body["text"]):
            return _refused(400, "Bad Request: can't parse entities")
        self.sent.append(body)
        return 200, {"ok": True, "result": {"message_id": len(self.sent)}}


def _refused(status: int, description: str) -> tuple[int, dict[str, Any]]:
    return status, {"ok": False, "error_code": status, "description": description}


def _is_html(text: str) -> bool:
    """Whether all tags are ones that Telegram knows, and closed."""
    opened: list[str] = []
    wrong: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag: str, attrs: object) -> None:
            (opened if tag in TAGS else wrong).append(tag)

        def handle_endtag(self, tag: str) -> None:
            if not opened or opened.pop() != tag:
                wrong.append(tag)

    Parser().feed(text)
    return not opened and not wrong


@contextmanager
def running_telegram() -> Iterator[Telegram]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            _, bot, method = self.path.split("/")
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = telegram.answer(bot.removeprefix("bot"), method, body)
            text = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            pass

    with serving(Handler) as port:
        telegram = Telegram(f"http://127.0.0.1:{port}")
        yield telegram
