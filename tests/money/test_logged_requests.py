"""The log has one line for each request, and never a person or a secret: both are fed to every page in every place."""

import json
import logging
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pyotp
import pytest
from flask import url_for
from flask.testing import FlaskClient
from werkzeug.datastructures import Headers
from werkzeug.routing import BuildError

from storefront import db, emails, team
from storefront.emails.team_links import make_invitation_token
from storefront.log_lines import PrivateFormatter
from storefront.models import Admin, Offer, Order, now
from storefront.operations.logs import FORMAT, RepeatFilter
from stripe_simulator import accounts
from tests.factories import OWNER_EMAIL
from tests.money.buyer import Marko, signed_in_owner
from tests.money.in_process_shop import InProcessShop, in_process_shop
from tests.web_client import PASSWORD, browser, csrf_token

PERSON = {
    "email": "lesia.private@example.com",
    "name": "Lesia Kosach-Kvitka",
    "phone": "+48 600 100 200",
    "line1": "ulica Chmielna 17/42",
    "address": "203.0.113.99",
    "tax_id": "PL5260250274",
    "q": "Allergic to walnuts",
    "text": "Called twice, wants a refund",
    "number": "4000056655665556",
}
SECRETS = {
    "secret_key": accounts.secret_key(accounts.TARAS, "live"),
    "secret": "whsec_" + "Zk3" * 10,
    "api_token": "shop_" + "Qw7" * 12,
    "token": "1234567890:AAF" + "xYz" * 10,
    "smtp_url": "smtp://mailer:smtp-word-of-pass@mail.example.com",
    "redis_url": "redis://:redis-word-of-pass@redis.example.com/0",
    "database_url": "postgresql://shop:database-word-of-pass@db/shop",
}
# Parts of these addresses that count; a host of the shop's own machines is no secret.
HIDDEN_PARTS = ("smtp-word-of-pass", "redis-word-of-pass", "database-word-of-pass")


@pytest.fixture
def shop(caplog: pytest.LogCaptureFixture) -> Iterator[InProcessShop]:
    caplog.set_level(logging.INFO)
    with in_process_shop() as shop:
        shop.reset()
        with db.connection():
            yield shop


def test_no_line_of_the_log_holds_a_person_or_a_secret_whatever_is_sent_to_any_page(
    shop: InProcessShop, caplog: pytest.LogCaptureFixture
) -> None:
    owner, visitor = signed_in_owner(shop), browser(shop.app)
    marko = Marko(shop, Offer.get())
    marko.buy()
    fed = {**PERSON, **SECRETS, **own_secrets(shop, owner)}
    caplog.clear()
    asked = feed(shop, visitor, fed, "") + feed(shop, owner, fed, csrf_token(owner.get("/admin/password").text)) + 1
    written = lines_of(caplog)
    requests = [json.loads(line) for line in written if '"log": "requests"' in line]
    assert len(requests) == asked, "one line for each request"
    assert all(set(line) == {"time", "log", "id", "method", "route", "status", "ms", "bytes"} for line in requests)
    assert {line["route"] for line in requests} - {None} <= {rule.rule for rule in shop.app.url_map.iter_rules()}
    searched = [without_admins(line) for line in written]
    values = {value for name, value in fed.items() if not name.endswith("_url")} | set(HIDDEN_PARTS)
    found = {(value, line[:300]) for value in values for line in searched if value in line}
    assert not found


def own_secrets(shop: InProcessShop, owner: FlaskClient) -> dict[str, str]:
    """Secrets of this shop and of its people, which open or do something."""
    order = Order.get()
    admin = Admin.get()
    factor = team.begin_setup(admin)
    codes = team.confirm_setup(admin, factor, pyotp.TOTP(factor.secret).at(now()))
    emails.write_password_link(admin)
    cookie = owner.get_cookie("session", "shop.example.com") or owner.get_cookie("session")
    assert codes and cookie
    return {
        "password": PASSWORD,
        "code": codes[0],
        "two_step_secret": factor.secret,
        "order": order.token,
        "key": emails.make_account_token(order.email),
        "buyer": order.email,
        "invitation": make_invitation_token("k" * 32),
        "session": cookie.value,
        "secret_key_of_shop": shop.config.secret_key,
        "webhook": order.merchant.webhook_secrets[0] if order.merchant.webhook_secrets else SECRETS["secret"],
    }


def feed(shop: InProcessShop, client: FlaskClient, fed: dict[str, str], csrf: str) -> int:
    """Send everything to every route: in its path, its parameters, its form, its headers. Return how many requests."""
    query = urlencode(fed)
    headers = Headers({"User-Agent": " ".join(PERSON.values()), "Referer": f"https://shop.example.com/?{query}"})
    headers.add("X-Request-ID", PERSON["email"])
    headers.add("Authorization", f"Bearer {SECRETS['api_token']}")
    number = 0
    places = {**client.environ_base, "REMOTE_ADDR": PERSON["address"]}
    for rule in shop.app.url_map.iter_rules():
        if rule.rule == "/admin/sign-out" or rule.endpoint == "static":
            continue
        path = path_of(shop, rule.endpoint, rule.arguments, fed)
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            form = {**fed, "csrf_token": csrf} if method == "POST" else None
            client.open(f"{path}?{query}", method=method, data=form, headers=headers, environ_base=places).close()
            number += 1
    return number


def path_of(shop: InProcessShop, endpoint: str, arguments: set[str], fed: dict[str, str]) -> str:
    """An address of the route whose parts are an order's token, or secrets where it takes them."""
    with shop.app.test_request_context():
        for value in (fed["order"], fed["key"], 7, PERSON["email"]):
            try:
                return url_for(endpoint, **dict.fromkeys(arguments, value))
            except (BuildError, ValueError):
                continue
    return "/" + fed["order"]


def lines_of(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the shop's processes write for these records."""
    formatter, repetitions = PrivateFormatter(FORMAT), RepeatFilter()
    return [formatter.format(record) for record in caplog.records if repetitions.filter(record)]


def without_admins(line: str) -> str:
    """The line of a security event without the admin and the address, which it is there to name."""
    if '"log": "security"' not in line:
        return line
    fields = json.loads(line)
    return json.dumps({name: value for name, value in fields.items() if name not in ("who", "from", "admin")})


def test_the_line_of_a_file_has_the_route_of_files(shop: InProcessShop, caplog: pytest.LogCaptureFixture) -> None:
    visitor = browser(shop.app)
    for path, status in (("css/shop.css", 200), ("css/nowhere.css", 404)):
        visitor.get(f"/static/{path}").close()
        line = json.loads(caplog.records[-1].getMessage())
        assert (line["route"], line["status"]) == ("/static/<path:filename>", status)


def test_a_request_has_an_id_that_the_answer_the_log_and_the_error_page_name(
    shop: InProcessShop, caplog: pytest.LogCaptureFixture
) -> None:
    answer = browser(shop.app).get("/nowhere", headers={"X-Request-ID": "a" * 32})
    own_id = answer.headers["X-Request-ID"]
    assert re.fullmatch("[0-9a-f]{32}", own_id) and own_id != "a" * 32, "no proxy is trusted"
    line = json.loads(caplog.records[-1].getMessage())
    assert (line["id"], line["method"], line["route"], line["status"]) == (own_id, "GET", None, 404)
    assert line["bytes"] == len(answer.data) and line["ms"] >= 0
    assert OWNER_EMAIL not in str(line)
