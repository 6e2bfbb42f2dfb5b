"""A secret is in no page, no export, no error and no log: every page is walked through with every secret in hand."""

import logging
import re
from collections.abc import Iterator
from logging import INFO

import pytest
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from storefront import db, subscriptions
from storefront.models import Email, Merchant, Offer, Order, Subscription
from storefront.worker import tasks
from stripe_simulator import accounts
from tests.conftest import PASSWORD, browser
from tests.factories import connect_merchant, make_offer
from tests.money.people import DECLINED, Marko, olena
from tests.money.stage import Stage, in_memory
from tests.web.admin_pages import STRIPE, connect, post

# Whatever the value: a shape that only a secret has.
SHAPES = re.compile(r"(?:sk|rk)_(?:test|live)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{16,}")
LINKS = re.compile(r'(?:href|hx-get|src)="(/[^"#]*)"')
MY = re.compile(r"/my/(?!email/)[\w.~-]{20,}")
# What opens a buyer's saved card, order or page: in letters and pages of theirs, and nowhere else.
PAY_KEY = re.compile(r"[?&](?:amp;)?key=([\w.~-]{20,})")
# Addresses that need what no page links to, or that hold no words of the shop's own.
NOT_WALKED = {
    "/static/<path:filename>",
    "/pictures/<name>-<int:width>.webp",
    "/admin/first/<token>",
    "/admin/settings/payment-systems/stripe/<public_id>/webhook/tests/<intent_id>/<int:since>",
}


@pytest.fixture
def stage(caplog: pytest.LogCaptureFixture) -> Iterator[Stage]:
    caplog.set_level(logging.DEBUG)
    with in_memory() as stage:
        stage.begin()
        with db.connection():
            yield stage


def test_defect_19_no_secret_is_in_any_answer_or_log(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    owner, visitor = olena(stage), browser(stage.app)
    a_full_shop(stage)
    secrets = all_secrets(stage)
    said = [*(walk(owner, stage)), *(walk(visitor, stage)), *refusals(owner, stage), *errors(visitor, stage)]
    said += [export(visitor, page) for page in set(MY.findall("".join(letters())))]
    said += [line.getMessage() + (line.exc_text or "") for line in caplog.records]
    said += [letter.text + letter.html + letter.problem for letter in Email.select()]
    assert len(said) > 150
    for text in said:
        found = [secret for secret in secrets if secret in text] + SHAPES.findall(text)
        assert not found, text[:2000]


def test_no_log_and_no_page_that_an_orders_address_opens_holds_what_opens_its_saved_card(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    owner = olena(stage)
    a_full_shop(stage)
    walk(owner, stage)
    errors(browser(stage.app), stage)
    keys = {key for letter in Email.select() for key in PAY_KEY.findall(letter.text)}
    assert len(keys) == 2
    for key in keys:
        # Each is pressed, and Stripe is silent once.
        for order in Order.select():
            stage.ask("GET", f"/orders/{order.token}/pay?key={key}")
            stage.steer("faults", kind="drop_before", times=2)
            stage.ask("POST", f"/orders/{order.token}/pay?key={key}")
    # What a shop logs (storefront/__main__.py); below that the database's statements would stand.
    logged = "\n".join(line.getMessage() + (line.exc_text or "") for line in caplog.records if line.levelno >= INFO)
    private = keys | {order.token for order in Order.select()} | set(MY.findall("".join(letters())))
    assert "could not be refreshed" in logged and not [one for one in private if one in logged]
    assert "_secret_" not in logged, "whoever holds an intent's secret can pay it, or read its card"
    for order in Order.select():
        for page in ("", "/thank-you", "/pay"):
            opened = stage.ask("GET", f"/orders/{order.token}{page}", follow_redirects=True).text
            assert not PAY_KEY.findall(opened) and not MY.findall(opened), page
            held = Subscription.current(order)
            assert held is None or not held.card_id or held.card_id not in opened, page
    csv = owner.get("/admin/orders.csv").text
    assert not [key for key in keys if key in csv]


def letters() -> list[str]:
    return [letter.text for letter in Email.select()]


def all_secrets(stage: Stage) -> set[str]:
    """Every secret in use."""
    known = {stage.config.secret_key, *stage.config.encryption_keys, PASSWORD}
    for merchant in Merchant.select():
        known |= {merchant.secret_key, *merchant.webhook_secrets}
    known |= {accounts.secret_key(accounts.TARAS), accounts.secret_key(accounts.TARAS, "live")}
    assert any(one.startswith("whsec_") for one in known) and any(one.startswith("sk_live_") for one in known)
    return known


def a_full_shop(stage: Stage) -> None:
    """Orders paid, refunded and declined, letters, a second merchant, an account that is gone."""
    marko = Marko(stage, Offer.get())
    marko.buys()
    stage.steer("refunds", payment_intent=marko.intent, amount=500)
    Marko(stage, marko.offer, "visit-of-a-friend").buys()
    waiting = Marko(stage, marko.offer, "visit-of-another")
    waiting.presses()
    waiting.types(DECLINED)
    waiting.comes_back()
    make_offer(connect_merchant(accounts.TARAS, "live"), currency="USD")
    subscribers(stage, marko)
    stage.deliver()
    stage.work()
    stage.ask("POST", f"{marko.page}/email", data={"email": "marko.the.second@example.com"})
    tasks.post_letters()


def subscribers(stage: Stage, marko: Marko) -> None:
    """Renewals paid, asked about and declined, a trial, a cancellation that is planned, a plan, a pause, a price."""
    merchant = marko.order.merchant
    monthly, plan = make_offer(merchant, kind="recurring"), make_offer(merchant, kind="plan", instalments=2)
    trial = make_offer(merchant, kind="recurring", trial_days=14)
    renewed, asked, declined, leaving = (Marko(stage, monthly, f"visit-of-subscriber-{number}") for number in range(4))
    for one in (renewed, asked, declined, leaving):
        one.subscribes()
    renewed.meets_a_renewal("succeeds")
    asked.meets_a_renewal("asks")
    declined.meets_a_renewal("declines")
    subscriptions.cancel(leaving.subscription, immediately=False, by="owner")
    subscriptions.pause(renewed.subscription, None)
    subscriptions.announce_price([renewed.subscription], 2999)
    Marko(stage, trial, "visit-for-a-trial-01").subscribes()
    Marko(stage, plan, "visit-for-a-plan-001").subscribes()


def walk(client: FlaskClient, stage: Stage) -> list[str]:
    """Every page that can be reached by links, or by an address without particulars; what they say."""
    plain = {rule.rule for rule in stage.app.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments}
    # Where letters lead: the customer's own page, waiting payments, another address that is to be confirmed.
    opened = {found for text in letters() for found in re.findall(r"https?://[^/\s]+(/\S+)", text)}
    to_see = [*plain, *opened, *(f"/orders/{order.token}" for order in Order.select())]
    seen: dict[str, str] = {}
    visited: set[str] = set()
    while to_see:
        page = to_see.pop().replace("&amp;", "&")
        page = re.sub(r"[?&]lang=\w+", "", page)
        if page in seen or page.startswith("/static/"):
            continue
        answer = client.get(page)
        assert answer.status_code < 500, f"{page}: {answer.status_code}"
        seen[page] = answer.text + str(answer.headers)
        visited.add(rule_of(stage, page))
        to_see += LINKS.findall(answer.text)
        if 300 <= answer.status_code < 400 and answer.location:
            to_see.append(answer.location)
    if client.get("/admin").status_code == 200:
        every = {rule.rule for rule in stage.app.url_map.iter_rules() if "GET" in rule.methods}
        assert every - visited - NOT_WALKED == set(), "no page led there"
    return list(seen.values())


def export(visitor: FlaskClient, page: str) -> str:
    """What a customer takes along of what is stored about them."""
    answer = visitor.post(f"{page}/data")
    assert answer.status_code == 200 and '"orders"' in answer.text
    return answer.text + str(answer.headers)


def rule_of(stage: Stage, page: str) -> str:
    """The rule that serves an address, "" where there is none."""
    try:
        rule, _ = stage.app.url_map.bind("shop.example.com").match(page.partition("?")[0], return_rule=True)
    except HTTPException:
        return ""
    return str(rule.rule)


def refusals(owner: FlaskClient, stage: Stage) -> list[str]:
    """What is said when keys are typed that can't be used, and when Stripe refuses those in use."""
    keys = accounts.publishable_key(accounts.TARAS), accounts.secret_key(accounts.TARAS)
    answers = [
        connect(owner, publishable_key=keys[1], secret_key=keys[1]),
        connect(owner, publishable_key=keys[0], secret_key=f"{keys[1]}x"),
        connect(owner, publishable_key=keys[0], secret_key=accounts.secret_key(accounts.TARAS, "live")),
    ]
    for merchant in Merchant.select():
        for fault in ({"kind": "status", "status": 401}, {"kind": "drop_before", "times": 9}):
            stage.steer("faults", **fault)
            answers.append(post(owner, f"{STRIPE}/{merchant.public_id}/check"))
            answers.append(post(owner, "/admin/doctor", htmx=True))
            stage.heal()
    return [answer.text + str(answer.headers) for answer in answers]


def errors(visitor: FlaskClient, stage: Stage) -> list[str]:
    """Error pages and errors in JSON."""
    merchant, offer = Merchant.get(), Offer.get()
    stage.steer("faults", kind="error_before", times=9)
    answers = [
        visitor.get("/nowhere"),
        visitor.delete("/"),
        visitor.post(f"/webhooks/stripe/{merchant.public_id}", data="{}"),
        visitor.post("/webhooks/stripe/nobody", data="{}"),
        visitor.post(f"/o/{offer.slug}/checkout", data={}),
        Marko(stage, offer, "visit-while-stripe-is-broken").presses(),
        visitor.post("/admin/login", data={"email": "olena@example.com", "password": PASSWORD}),
    ]
    assert all(answer.status_code >= 400 for answer in answers)
    stage.heal()
    return [answer.text + str(answer.headers) for answer in answers]
