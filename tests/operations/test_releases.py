"""The doctor says which version the shop has, and when a newer one exists, if it may ask."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from flask import Flask

from storefront import create_app, db
from storefront.config import VERSION, Config, ConfigError
from tests.http_server import serving
from tests.shop_clock import time_moved

NEWER = [
    {"tag_name": "v99.0.0-rc.1"},
    {"tag_name": "v98.0.0", "prerelease": True},
    {"tag_name": "v97.0.0", "draft": True},
    {"tag_name": f"v{VERSION}"},
    {"tag_name": "v9.10.0", "body": "What is new"},
    {"tag_name": "v9.9.0"},
]


@dataclass
class ReleaseList:
    """A list of releases on this machine; `asked` has the headers of each request."""

    url: str = ""
    answer: bytes = b"[]"
    status: int = 200
    asked: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def listed() -> Iterator[ReleaseList]:
    found = ReleaseList()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append({name.lower(): value for name, value in self.headers.items()} | {"path": self.path})
            self.send_response(found.status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(found.answer)

        def log_message(self, *_values: object) -> None:
            pass

    with serving(Handler) as port:
        found.url = f"http://127.0.0.1:{port}/releases"
        yield found


def doctor(app: Flask, environment: dict[str, str], **more: str) -> str:
    db.close_connections()
    return create_app(Config.from_environment({**environment, **more})).test_cli_runner().invoke(args=["doctor"]).output


def test_nobody_is_asked_unless_the_owner_lets_it(app: Flask, environment: dict[str, str], listed: ReleaseList) -> None:
    assert f"green  Version {VERSION}\n" in doctor(app, environment)
    assert listed.asked == []


def test_a_newer_release_is_named_and_asked_for_once_a_day(
    app: Flask, environment: dict[str, str], listed: ReleaseList
) -> None:
    listed.answer = json.dumps(NEWER).encode()
    newer = f"Version 9.10.0 is available. This is {VERSION}."
    db.close_connections()
    asking = create_app(Config.from_environment({**environment, "RELEASES_URL": listed.url}))
    for hours, asked in ((0, 1), (23, 1), (25, 2)):
        with time_moved(hours=hours):
            assert f"amber  {newer}" in asking.test_cli_runner().invoke(args=["doctor"]).output
        assert len(listed.asked) == asked, hours
    (sent,) = {json.dumps(one, sort_keys=True) for one in listed.asked}
    assert set(json.loads(sent)) <= {"path", "host", "accept", "accept-encoding", "connection", "user-agent"}
    assert VERSION not in sent and "shop.example.com" not in sent, "nothing about the shop is told"


def test_the_newest_release_is_said_to_be_the_newest(
    app: Flask, environment: dict[str, str], listed: ReleaseList
) -> None:
    listed.answer = json.dumps({"tag_name": f"v{VERSION}"}).encode()
    assert f"green  Version {VERSION}, the newest release" in doctor(app, environment, RELEASES_URL=listed.url)


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        (404, b"[]", "status 404"),
        (302, b"[]", "status 302"),
        (200, b"<html>", "not a list of releases"),
        (200, b'["v9.9.9"]', "not a list of releases"),
        (200, b"[" * 100_000, "not a list of releases"),
        (200, b" " * 5_000_000, "too long"),
    ],
)
def test_a_list_that_cannot_be_read_is_said_and_asked_again(
    status: int, answer: bytes, words: str, app: Flask, environment: dict[str, str], listed: ReleaseList
) -> None:
    listed.status, listed.answer = status, answer
    said = doctor(app, environment, RELEASES_URL=listed.url)
    assert f"green  Version {VERSION}\n" in said and words in said and "Traceback" not in said, said
    listed.status, listed.answer = 200, json.dumps(NEWER).encode()
    assert "Version 9.10.0 is available" in doctor(app, environment, RELEASES_URL=listed.url)


def test_a_list_that_is_away_and_a_wrong_address_are_said(
    app: Flask, environment: dict[str, str], tmp_path: Path
) -> None:
    assert "no answer (ConnectionError)" in doctor(app, environment, RELEASES_URL="http://127.0.0.1:9/releases")
    with pytest.raises(ConfigError, match="RELEASES_URL: "):
        Config.from_environment({"RELEASES_URL": "no address", "INSTANCE_DIR": str(tmp_path)})
