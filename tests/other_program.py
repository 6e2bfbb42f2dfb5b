"""A program of the owner's: a real HTTP server that keeps what comes, and answers as it is told."""

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.http_server import serving


@dataclass(frozen=True)
class Received:
    """One request: its path, headers with names in lower case, and body."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class OtherProgram:
    """`answers` are (status, body, headers) for the next requests; 200 without a body when none are left."""

    url: str
    received: list[Received] = field(default_factory=list)
    answers: deque[tuple[int, str, dict[str, str]]] = field(default_factory=deque)

    def will_answer(self, status: int, body: str = "", **headers: str) -> None:
        self.answers.append((status, body, headers))


@contextmanager
def running_program() -> Iterator[OtherProgram]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            program.received.append(Received(self.path, headers, body))
            status, text, more = program.answers.popleft() if program.answers else (200, "", {})
            self.send_response(status)
            for name, value in {**more, "Content-Length": str(len(text.encode()))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None:
            pass

    with serving(Handler) as port:
        program = OtherProgram(f"http://127.0.0.1:{port}")
        yield program
