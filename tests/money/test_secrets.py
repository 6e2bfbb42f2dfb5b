"""No page, export, error or log contains a secret: every page is opened and searched for all secrets."""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from logging import INFO
from urllib.parse import urlsplit

import pyotp
import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from storefront import db, emails, team
from storefront.emails.team_links import make_invitation_token, password_token_of
from storefront.models import (
    Admin,
    Email,
    EmailKind,
    EmailTopic,
    Merchant,
    Offer,
    Order,
    Role,
    Subscription,
    TeamInvitation,
    TelegramChannel,
    WebhookEndpoint,
    now,
)
from storefront.operations.key_rotation import encrypted_columns
from stripe_simulator import accounts
from tests.encrypted_values import encrypted_values
from tests.factories import make_admin
from tests.money.buyer import Marko, signed_in_owner
from tests.money.full_shop import fill_shop
from tests.money.in_process_shop import InProcessShop, in_process_shop
from tests.web.admin_pages import STRIPE, connect, post
from tests.web_client import PASSWORD, browser

# Any value in the format of a secret key or a webhook signing secret.
SHAPES = re.compile(r"(?:sk|rk)_(?:test|live)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{16,}")
LINKS = re.compile(r'(?:href|hx-get|src)="(/[^"#]*)"')
MY = re.compile(r"/my/(?!email/)[\w.~-]{20,}")
# The key that gives access to a saved card. It may appear only in the buyer's emails and pages.
PAY_KEY = re.compile(r"[?&](?:amp;)?key=([\w.~-]{20,})")
# An owner who has just typed the password copies the signing secret of another program here.
SHOWS_A_SECRET = re.compile(r"/admin/settings/webhooks/[^/]+/secret")
# Dates and filters multiply the addresses of one page, which differ in their numbers alone.
QUERIES_OF_A_PAGE = 8
# Routes that no page links to, or that serve files, and that one. The text of emails that open the admin isn't kept.
NOT_WALKED = {
    "/admin/settings/webhooks/<public_id>/secret",
    "/static/<path:filename>",
    "/pictures/<name>-<int:width>.webp",
    "/logo/<key>",
    "/admin/first/<token>",
    "/admin/invitations/<token>",
    "/admin/new-password/<token>",
    "/admin/file-uploads/<upload_id>",
    "/admin/settings/payment-systems/stripe/<public_id>/webhook/tests/<intent_id>/<int:since>",
}


@pytest.fixture
def shop(caplog: pytest.LogCaptureFixture) -> Iterator[InProcessShop]:
    caplog.set_level(logging.DEBUG)
    with in_process_shop() as shop:
        shop.reset()
        with db.connection():
            yield shop


def test_defect_19_no_response_and_no_log_contains_a_secret(
    shop: InProcessShop, caplog: pytest.LogCaptureFixture
) -> None:
    owner, visitor = signed_in_owner(shop), browser(shop.app)
    secrets = build_team(owner)
    fill_shop(shop)
    secrets |= all_secrets(shop) | turn_on_two_step()
    said = [
        *(open_all_pages(owner, shop)),
        *(open_all_pages(visitor, shop)),
        *refusals(owner, shop),
        *errors(visitor, shop),
    ]
    said += [export(visitor, page) for page in set(MY.findall("".join(email_texts())))]
    said += [line.getMessage() + (line.exc_text or "") for line in caplog.records]
    said += [letter.text + letter.html + letter.problem for letter in Email.select()]
    assert len(said) > 150
    for text in said:
        found = [secret for secret in secrets if secret in text] + SHAPES.findall(text)
        assert not found, text[:2000]
    # All pages are open already.
    no_page_or_log_contains_payment_link_keys(shop, owner, caplog)


def no_page_or_log_contains_payment_link_keys(
    shop: InProcessShop, owner: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Each key is used while Stripe is unreachable; then logs, pages and exports are searched for it."""
    keys = {key for letter in Email.select() for key in PAY_KEY.findall(letter.text)}
    assert len(keys) == 2
    for key in keys:
        # Press each one while Stripe is unreachable.
        for order in Order.select():
            # Pages of an order ask Stripe every few seconds.
            shop.advance_clock(10)
            shop.control("faults", kind="drop_before", times=2)
            shop.request("GET", f"/orders/{order.token}/pay?key={key}")
            shop.control("faults", kind="drop_before", times=2)
            shop.request("POST", f"/orders/{order.token}/pay?key={key}")
    # What a running shop logs (storefront/__main__.py). DEBUG would include SQL statements.
    logged = "\n".join(line.getMessage() + (line.exc_text or "") for line in caplog.records if line.levelno >= INFO)
    private = keys | {order.token for order in Order.select()} | set(MY.findall("".join(email_texts())))
    assert "could not be refreshed" in logged and not [one for one in private if one in logged]
    assert "_secret_" not in logged, "a client secret gives access to the payment"
    for order in Order.select():
        for page in ("", "/thank-you", "/pay"):
            opened = shop.request("GET", f"/orders/{order.token}{page}", follow_redirects=True).text
            assert not PAY_KEY.findall(opened) and not MY.findall(opened), page
            held = Subscription.current(order)
            assert held is None or not held.card_id or held.card_id not in opened, page
    csv = owner.get("/admin/orders.csv").text
    assert not [key for key in keys if key in csv]


def test_each_encrypted_value_is_in_a_column_that_rotate_keys_knows(shop: InProcessShop) -> None:
    fill_shop(shop)
    known = {f"{field.model._meta.table_name}.{field.column_name}" for field in encrypted_columns()}
    assert {place.split()[0] for place in encrypted_values()} <= known


def build_team(owner: FlaskClient) -> set[str]:
    """Add a manager, who forgets the password, and invite somebody; the keys of both links. They are in no page."""
    manager = make_admin("maria@example.com", Role.MANAGER)
    emails.write_password_link(manager)
    post(owner, "/admin/settings/team/invitations", email="vira@example.com", role=Role.VIEWER)
    letter, invitation = Email.get(Email.kind == EmailKind.PASSWORD_LINK), TeamInvitation.get()
    return {password_token_of(letter), make_invitation_token(invitation.key)}


def turn_on_two_step() -> set[str]:
    """The secrets of the owner's authenticator app and recovery codes, which were shown once."""
    admin = Admin.get()
    factor = team.begin_setup(admin)
    codes = team.confirm_setup(admin, factor, pyotp.TOTP(factor.secret).at(now()))
    assert codes is not None
    return {factor.secret, *codes, *(code.replace("-", "") for code in codes)}


def email_texts() -> list[str]:
    return [letter.text for letter in Email.select()]


def all_secrets(shop: InProcessShop) -> set[str]:
    """All secrets of the shop."""
    known = {shop.config.secret_key, *shop.config.encryption_keys, PASSWORD}
    for merchant in Merchant.select():
        known |= {merchant.secret_key, *merchant.webhook_secrets}
        known |= {merchant.previous_secret_key} if merchant.has_previous_keys else set()
    known |= {secret for endpoint in WebhookEndpoint.select() for secret in endpoint.secrets()}
    known |= {channel.token for channel in TelegramChannel.select()}
    known |= {accounts.secret_key(accounts.TARAS, mode) for mode in ("test", "live")}
    assert any(one.startswith("whsec_") for one in known) and any(one.startswith("sk_live_") for one in known)
    return known


def open_all_pages(client: FlaskClient, shop: InProcessShop) -> list[str]:
    """Open every page that has no parameters or is linked from another page; their contents."""
    plain = {rule.rule for rule in shop.app.url_map.iter_rules() if "GET" in rule.methods and "<" not in rule.rule}
    # Links in emails: the customer's page, open payments, the confirmation of an email address.
    opened = {found for text in email_texts() for found in re.findall(r"https?://[^/\s]+(/\S+)", text)}
    to_see = [*plain, *opened, *(f"/orders/{order.token}" for order in Order.select())]
    # Reminders lead to the first ones, other websites show the next in frames, and large shops have several sitemaps.
    to_see += [urlsplit(emails.unsubscribe_url("marko@example.com", topic, "en")).path for topic in EmailTopic]
    to_see += [f"/orders/{order.token}/framed" for order in Order.select()]
    to_see += [*(f"/o/{offer.slug}/embed" for offer in Offer.select()), "/sitemap-0.xml"]
    # Nothing leads to a switch where there is one option, nor to the progress of an import before it begins.
    held, of_customers = list(Subscription.select()), {found[0] for found in map(MY.match, opened) if found}
    to_see += [f"/admin/subscriptions/{one.public_id}/plan/new" for one in held]
    to_see += [f"{account}/subscriptions/{one.public_id}/switch" for account in of_customers for one in held]
    stripe = "/admin/settings/payment-systems/stripe"
    to_see += [f"{stripe}/{merchant.public_id}/subscriptions-import/progress" for merchant in Merchant.select()]
    # Programs read these.
    to_see += ["/api/v1/orders", f"/api/v1/orders/{Order.get().number}", "/api/v1/anything-else"]
    seen: dict[str, str] = {}
    visited: set[str] = set()
    queries: Counter[str] = Counter()
    while to_see:
        page = re.sub(r"[?&]lang=\w+", "", to_see.pop().replace("&amp;", "&"))
        path = page.partition("?")[0]
        if page in seen or path.startswith("/static/") or SHOWS_A_SECRET.fullmatch(page):
            continue
        queries[path] += 1
        if queries[path] > QUERIES_OF_A_PAGE:
            continue
        answer = client.get(page)
        assert answer.status_code < 500, f"{page}: {answer.status_code}"
        # Some are files: QR codes as pictures.
        text = answer.get_data().decode(errors="replace")
        seen[page] = text + str(answer.headers)
        visited.add(rule_of(shop, page))
        to_see += LINKS.findall(text)
        if 300 <= answer.status_code < 400 and answer.location:
            to_see.append(answer.location)
    if client.get("/admin").status_code == 200:
        every = {rule.rule for rule in shop.app.url_map.iter_rules() if "GET" in rule.methods}
        assert every - visited - NOT_WALKED == set(), "no page links to these routes"
    return list(seen.values())


def export(visitor: FlaskClient, page: str) -> str:
    """The file with the customer's data."""
    answer = visitor.post(f"{page}/data")
    assert answer.status_code == 200 and '"orders"' in answer.text
    return answer.text + str(answer.headers)


def rule_of(shop: InProcessShop, page: str) -> str:
    """The route that serves this address, or ""."""
    try:
        rule, _ = shop.app.url_map.bind("shop.example.com").match(page.partition("?")[0], return_rule=True)
    except HTTPException:
        return ""
    return str(rule.rule)


def refusals(owner: FlaskClient, shop: InProcessShop) -> list[str]:
    """Responses to unusable keys, and to checks while Stripe refuses the saved keys."""
    keys = accounts.publishable_key(accounts.TARAS), accounts.secret_key(accounts.TARAS)
    answers = [
        connect(owner, publishable_key=keys[1], secret_key=keys[1]),
        connect(owner, publishable_key=keys[0], secret_key=f"{keys[1]}x"),
        connect(owner, publishable_key=keys[0], secret_key=accounts.secret_key(accounts.TARAS, "live")),
    ]
    for merchant in Merchant.select():
        for fault in ({"kind": "status", "status": 401}, {"kind": "drop_before", "times": 9}):
            shop.control("faults", **fault)
            answers.append(post(owner, f"{STRIPE}/{merchant.public_id}/check"))
            answers.append(post(owner, "/admin/doctor", htmx=True))
            shop.clear_faults()
    return [answer.text + str(answer.headers) for answer in answers]


def errors(visitor: FlaskClient, shop: InProcessShop) -> list[str]:
    """Error pages and JSON errors."""
    merchant, offer = Merchant.get(), Offer.get()
    shop.control("faults", kind="error_before", times=9)
    answers = [
        visitor.get("/nowhere"),
        visitor.delete("/"),
        visitor.post(f"/webhooks/stripe/{merchant.public_id}", data="{}"),
        visitor.post("/webhooks/stripe/nobody", data="{}"),
        visitor.post(f"/o/{offer.slug}/checkout", data={}),
        Marko(shop, offer, "visit-while-stripe-is-broken").start_checkout(),
        visitor.post("/admin/login", data={"email": "olena@example.com", "password": PASSWORD}),
    ]
    shop.clear_faults()
    assert all(answer.status_code >= 400 for answer in answers)
    return [answer.text + str(answer.headers) for answer in answers]
