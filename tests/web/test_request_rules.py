"""What every request has to meet: a host that the shop serves, a body that is a form, addresses without controls."""

import re
from collections.abc import Iterator
from itertools import cycle, product
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from storefront import create_app
from storefront.config import Config, ConfigError
from storefront.models import Merchant, Offer, Order
from tests.web_client import browser

MALFORMED_HOSTS = (
    *("...", "a..b", "a" * 64 + ".example.com", "-a.example.com", "a b", "a/b", "a@b", "[::1", "a:b", "a:99999"),
    *("%00", "\u0430.example.com"),
)
PUBLIC = "shop.example.com"


def routes(app: Flask) -> Iterator[tuple[str, str]]:
    """(method, address) of every route, with a made-up value for each part."""
    for rule in app.url_map.iter_rules():
        parts = {name: made_up(rule, name, "1") for name in rule.arguments}
        _domain, address = rule.build(parts) or ("", "")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield method, address


def made_up(rule: Rule, name: str, value: str) -> str:
    """A value that the rule accepts for this part: the first of those it lists, otherwise `value`."""
    listed = re.search(rf"<any\((\w+)[^)]*\):{name}>", rule.rule)
    return listed[1] if listed else value


def test_a_malformed_host_is_refused_at_every_address(app: Flask) -> None:
    client = browser(app)
    wrong = []
    for method, address in routes(app):
        for host in MALFORMED_HOSTS:
            answer = client.open(address, method=method, headers={"Host": host})
            programs = address in ("/healthz", "/readyz", "/metrics")
            if (answer.status_code == 400) == programs or answer.status_code >= 500:
                wrong.append((method, address, host, answer.status_code))
    assert not wrong


def test_only_the_public_host_this_machine_and_allowed_hosts_are_served(environment: dict[str, str]) -> None:
    config = Config.from_environment({**environment, "ALLOWED_HOSTS": "Old.Example.com, xn--80aairftm.xn--j1amh"})
    client = browser(create_app(config))
    served = {
        **dict.fromkeys((PUBLIC, f"{PUBLIC}:80", f"{PUBLIC.upper()}.", "old.example.com:8080"), True),
        **dict.fromkeys(("localhost:8000", "127.0.0.1", "127.8.8.8:1", "[::1]:8000", "xn--80aairftm.xn--j1amh"), True),
        **dict.fromkeys(("elsewhere.example.com", "example.com", f"a.{PUBLIC}", "192.0.2.1", "[2001:db8::1]"), False),
    }
    assert {host: client.get("/robots.txt", headers={"Host": host}).status_code != 400 for host in served} == served
    refused = client.get("/", headers={"Host": "elsewhere.example.com", "Accept-Language": "uk"})
    assert "Відкрийте його за адресою http://shop.example.com" in refused.text
    assert client.get("/healthz", headers={"Host": "elsewhere.example.com"}).status_code == 200


def test_without_a_public_url_any_host_is_served(environment: dict[str, str]) -> None:
    client = browser(create_app(Config.from_environment({**environment, "PUBLIC_URL": ""})))
    assert client.get("/robots.txt", headers={"Host": "elsewhere.example.com"}).status_code != 400
    assert client.get("/robots.txt", headers={"Host": "a..b"}).status_code == 400


def test_the_host_that_a_trusted_proxy_names_is_checked(environment: dict[str, str]) -> None:
    client = browser(create_app(Config.from_environment({**environment, "TRUSTED_PROXIES": "1"})))
    for host, status in ((PUBLIC, 404), ("elsewhere.example.com", 400)):
        headers = {"Host": "127.0.0.1:8000", "X-Forwarded-Host": host}
        assert client.get("/nothing", headers=headers).status_code == status


@pytest.mark.parametrize("hosts", ["https://old.example.com", "old..example.com", "a b", "old.example.com/shop"])
def test_allowed_hosts_must_be_host_names(environment: dict[str, str], hosts: str) -> None:
    with pytest.raises(ConfigError, match=r"\AALLOWED_HOSTS: "):
        Config.from_environment({**environment, "ALLOWED_HOSTS": hosts})


BODIES = (
    *(b"1", b'"x"', b"[1]", b"null", b"true", b"{}", b'{"email": 1}', b'{"email": ["a"]}', b'{"email": {"a": 1}}'),
    *(b"[" * 30_000, b'{"a":' * 30_000, b'"\\ud800"', b'{"email": "\\ud800"}', b"1e400", b"\xff\xfe", b"", b"{"),
    *(b"NaN", b'{"csrf_token": 1, "visit": 1e999}'),
)

KINDS = ("text/plain", "application/json; charset=utf-16", "application/octet-stream", "x")


def posts(app: Flask) -> list[str]:
    return [address for method, address in routes(app) if method == "POST" and not address.startswith("/webhooks/")]


def test_a_body_that_is_no_form_is_refused_at_every_address(
    app: Flask, admin: FlaskClient, merchant: Merchant, offer: Offer
) -> None:
    stranger, bodies = browser(app), cycle(BODIES)
    wrong = []
    for address in [*posts(app), f"/o/{offer.slug}/checkout"]:
        for client, body in [(stranger, next(bodies)), *((admin, body) for body in BODIES)]:
            answer = client.post(address, data=body, content_type="application/json")
            if answer.status_code != 415:
                wrong.append((address, body[:20], answer.status_code))
        for client, kind in product((stranger, admin), KINDS):
            if client.post(address, data=b"a=b", content_type=kind).status_code != 415:
                wrong.append((address, kind.encode(), 0))
    assert not wrong
    assert not Order.select().exists()


def test_control_characters_in_an_address_are_not_found(app: Flask, admin: FlaskClient, offer: Offer) -> None:
    wrong = []
    for rule in app.url_map.iter_rules():
        texts = [name for name in rule.arguments - set(rule.defaults or ()) if not is_number(rule, name)]
        for value in ("\0", "a\0b", "\x1f", "a\x7f", "a" * 3000):
            if not texts or rule.endpoint == "static":
                continue
            marks = {name: made_up(rule, name, "mark") for name in texts}
            _domain, address = rule.build(dict.fromkeys(rule.arguments, "11") | dict(rule.defaults or {}) | marks) or (
                "",
                "",
            )
            for mark in set(marks.values()):
                address = address.replace(mark, quote(value))
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                if admin.open(address, method=method).status_code != 404:
                    wrong.append((method, address[:80]))
    assert not wrong


def is_number(rule: Rule, name: str) -> bool:
    return f"<int:{name}>" in rule.rule
