"""Defects of subscriptions in comparable systems. docs/defects.md describes each by its number."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from storefront import db, settings
from storefront.models import Email, Invoice, Payment, Subscription, WebhookEvent
from storefront.worker import tasks
from stripe_simulator import accounts
from tests.architecture.source import ROOT
from tests.cards import ASKS, GOOD
from tests.money import payment_checks, subscription_checks
from tests.money.buyer import Marko, signed_in_owner
from tests.money.in_process_shop import InProcessShop
from tests.web.admin_pages import alerts_of, text_of
from tests.web_client import stay_signed_in

DAY, HOUR = 86400, 3600
VERSION = "2026-10-28.endive"


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    """The shared shop without faults."""
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    """A buyer and an offer of €19.99 per month. The clock starts on 20 January 2027, 21:30 UTC."""
    return Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])


@pytest.fixture
def owner(shop: InProcessShop, marko: Marko) -> FlaskClient:
    return signed_in_owner(shop)


def assert_records_agree(shop: InProcessShop) -> None:
    """Deliver webhooks and run the worker; then the shop's records agree with Stripe's, without a reconciliation."""
    shop.deliver_webhooks()
    shop.run_worker()
    with db.connection():
        assert payment_checks.when_idle(shop.ledger()) == []
        assert subscription_checks.when_idle(shop.stripe_objects(), shop.ledger()) == []


# Defect 10


def as_they_happened(ids: list[int]) -> list[int]:
    return ids


def backwards(ids: list[int]) -> list[int]:
    return ids[::-1]


def the_last_first(ids: list[int]) -> list[int]:
    return ids[-1:] + ids[:-1]


def shuffled(seed: int) -> Callable[[list[int]], list[int]]:
    def order(ids: list[int]) -> list[int]:
        return random.Random(seed).sample(ids, len(ids))

    return order


ORDERS = [as_they_happened, backwards, the_last_first, *(shuffled(seed) for seed in range(4))]


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("one_by_one", [False, True], ids=["handled together", "handled one by one"])
def test_defect_10_events_in_any_order_lead_to_the_state_at_stripe(
    order: Callable[[list[int]], list[int]], one_by_one: bool, shop: InProcessShop, marko: Marko
) -> None:
    # No page view and no reconciliation: only events.
    marko.start_checkout()
    marko.confirm_card(GOOD)
    for card in ("succeeds", "asks"):
        marko.end_period(card)
    deliver(shop, order, one_by_one)
    assert subscription_checks.after_reconcile(shop.stripe_objects()) == []
    assert payment_checks.after_reconcile(shop.ledger()) == []
    assert (marko.order.status, marko.subscription.status) == ("paid", "past_due")
    assert Counter(letter.kind for letter in Email.select()) == {
        "receipt": 1,
        "owner_sale": 1,
        "renewal_receipt": 1,
        "renewal_authentication": 1,
        "renewal_reminder": 3,
        "owner_renewal_stopped": 1,
    }


def deliver(shop: InProcessShop, order: Callable[[list[int]], list[int]], one_by_one: bool) -> None:
    """Deliver all waiting events in this order; handle each one immediately, or all at the end."""
    for id_ in order([one["id"] for one in shop.control("deliveries", "GET").json["data"]]):
        shop.control("deliveries/send", ids=[id_])
        if one_by_one:
            tasks.handle_waiting_events()
    tasks.handle_waiting_events()
    assert WebhookEvent.select().where(WebhookEvent.handled_at.is_null()).count() == 0


def test_defect_10_late_repetitions_of_old_events_change_nothing(shop: InProcessShop, marko: Marko) -> None:
    marko.subscribe()
    marko.renew("declines")
    marko.pay_from_email("renewal_declined", GOOD)
    assert_records_agree(shop)
    letters = Email.select().count()
    for event in {one["event"] for one in shop.control("deliveries", "GET").json["data"]}:
        shop.control(f"events/{event}/resend")
    shop.deliver_webhooks(backwards)
    # Now as if they had never been stored.
    WebhookEvent.delete().execute()
    for event in {one["event"] for one in shop.control("deliveries", "GET").json["data"]}:
        shop.control(f"events/{event}/resend")
    shop.deliver_webhooks(backwards)
    assert_records_agree(shop)
    assert (marko.subscription.status, Email.select().count()) == ("active", letters)


# Defect 13


@pytest.mark.parametrize("trial_days", [0, 7])
def test_defect_13_refreshing_creates_no_second_subscription(trial_days: int, shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="recurring", trial_days=trial_days)[1])
    secrets = set()
    for _ in range(3):
        marko.start_checkout()
        secrets.add(marko.secret)
        marko.open_order()
        marko.retry_payment()
        secrets.add(marko.secret)
    assert (len(secrets), len(shop.stripe_objects().subscriptions)) == (1, 1)
    marko.confirm_card(GOOD)
    again = marko.start_checkout()
    assert again.json["next"] == f"/orders/{marko.token}" and "Thank you" in marko.open_order().text
    assert len(shop.stripe_objects().subscriptions) == 1
    assert_records_agree(shop)


@pytest.mark.parametrize("point", range(1, 6))
def test_defect_13_two_concurrent_tabs_create_no_second_subscription(
    point: int, shop: InProcessShop, marko: Marko
) -> None:
    other_tab = Marko(shop, marko.offer, marko.visit)
    shop.schedule_concurrent(point, other_tab.start_checkout)
    marko.start_checkout()
    shop.clear_faults()
    marko.start_checkout()
    marko.confirm_card(GOOD)
    assert "Thank you" in marko.open_order().text
    assert [one["status"] for one in shop.stripe_objects().subscriptions.values()] == ["active"]
    assert_records_agree(shop)


@pytest.mark.parametrize("trial_days", [0, 7])
def test_defect_13_a_crash_at_any_point_creates_no_second_subscription(trial_days: int, shop: InProcessShop) -> None:
    point = 0
    while True:
        point += 1
        marko = Marko(shop, shop.reset(kind="recurring", trial_days=trial_days)[1])
        shop.crash_injector.arm(point)
        pressed = marko.shop.request("POST", f"/o/{marko.offer.slug}/checkout", data=marko.form())
        shop.crash_injector.disarm()
        marko.start_checkout()
        marko.confirm_card(GOOD)
        assert "Thank you" in marko.open_order().text, shop.crashes
        assert len(shop.stripe_objects().subscriptions) == 1, shop.crashes
        if pressed is not None:
            break
    assert point > 20, "there are many crash points"


# Defect 22

# Fields that Stripe removed in API version 2025-03-31, with wrong values.
REMOVED = {
    "invoice": {"payment_intent": "pi_old", "charge": "ch_old", "paid": False, "subscription": "sub_old"},
    "subscription": {"current_period_start": 1, "current_period_end": 2},
    "payment_intent": {"invoice": "in_old", "charges": {"data": []}},
}


def with_removed_fields(body: str) -> str:
    """A response with the removed fields added again, with wrong values."""
    return json.dumps(_with_removed_fields(json.loads(body)))


def _with_removed_fields(value: object) -> object:
    if isinstance(value, list):
        return [_with_removed_fields(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: _with_removed_fields(one) for name, one in value.items()} | REMOVED.get(str(value.get("object")), {})


def test_defect_22_removed_fields_are_not_used(shop: InProcessShop, marko: Marko) -> None:
    for kind, fields in REMOVED.items():
        for path in {"invoice": "invoices", "subscription": "subscriptions"}.get(kind, "payment_intents").split():
            assert not set(fields) & set(str(shop.dashboard("GET", path).json)), (
                "the simulator does not have these fields"
            )
    shop.stripe_client.change_answer = with_removed_fields
    try:
        marko.subscribe()
        marko.renew("asks")
        marko.pay_from_email("renewal_authentication")
        marko.open_order()
        marko.renew("succeeds")
        assert_records_agree(shop)
    finally:
        shop.stripe_client.change_answer = str
    assert (marko.order.status, marko.subscription.status) == ("paid", "active")
    assert [one.status for one in Invoice.all_of(marko.subscription)] == ["paid"] * 3


def test_defect_22_the_gateway_does_not_read_removed_fields() -> None:
    words = [
        rf"invoice\.({'|'.join(REMOVED['invoice'])})\b",
        r"subscription\.current_period",
        r"intent\.(invoice|charges)\b",
    ]
    for path in sorted((ROOT / "storefront" / "stripe_gateway").rglob("*.py")):
        for word in words:
            assert not re.search(word, path.read_text()), f"{path} reads {word}"


def test_defect_22_every_request_of_a_subscription_pins_the_api_version(
    shop: InProcessShop, marko: Marko, owner: FlaskClient
) -> None:
    shop.stripe_client.api_versions.clear()
    marko.subscribe(ASKS)
    marko.renew()
    marko.pay_from_email("renewal_authentication")
    shop.reconcile()
    press(marko, "cancellation")
    assert shop.stripe_client.api_versions == {VERSION}
    headers = {"Authorization": f"Bearer {accounts.secret_key(accounts.OLENA)}"}
    endpoints = shop.simulator.test_client().get("/v1/webhook_endpoints", headers=headers).json["data"]
    assert [one["api_version"] for one in endpoints] == [VERSION]


def press(marko: Marko, action: str) -> None:
    """Press the button on a confirmation page of the customer's page."""
    address = f"{marko.page}/subscriptions/{marko.subscription.public_id}/{action}"
    way = re.search(r'name="way" value="(\w+)"', marko.shop.request("GET", address).text)
    answer = marko.shop.request("POST", address, data={"way": way[1]} if way else {})
    assert answer is not None and answer.status_code == 303, answer


# Defect 23


def test_defect_23_a_renewal_can_be_paid_after_closed_and_failed_3d_secure_checks(
    shop: InProcessShop, marko: Marko
) -> None:
    marko.subscribe(ASKS)
    assert marko.renew().needs == "authentication"
    for outcome in ("close", "fail", "close"):
        marko.pay_from_email("renewal_authentication", outcome=outcome)
        # After every outcome, and after a refresh, the page offers the payment again.
        for _ in range(2):
            page = text_of(marko.open_email_link("renewal_authentication").text)
            assert "Confirm €19.99 payment" in page and "Nothing to pay" not in page
    marko.pay_from_email("renewal_authentication")
    assert "Nothing to pay" in marko.open_email_link("renewal_authentication").text
    assert (marko.subscription.status, Invoice.all_of(marko.subscription)[0].status) == ("active", "paid")
    assert_records_agree(shop)
    assert marko.renew().needs == "authentication", "each renewal needs 3-D Secure and can be paid"
    marko.pay_from_email("renewal_authentication")
    assert_records_agree(shop)
    assert Email.select().where(Email.kind == "renewal_receipt").count() == 2


def test_defect_23_after_23_hours_a_new_subscription_starts_and_the_old_one_is_not_retried(
    shop: InProcessShop, marko: Marko
) -> None:
    marko.start_checkout()
    marko.confirm_card(ASKS)
    marko.answer_challenge("fail")
    old = marko.secret
    shop.advance_clock(22 * HOUR)
    marko.start_checkout()
    assert marko.secret == old, "before that, the subscription is the same"
    shop.advance_clock(1 * HOUR + 60)
    assert "Try again" in marko.open_order().text
    marko.retry_payment()
    assert marko.secret != old
    marko.confirm_card(GOOD)
    assert "Thank you" in marko.open_order().text
    key = marko.order.merchant.publishable_key
    assert shop.confirm(key, old, GOOD).status_code == 400, "the old intent can no longer be paid"
    first, second = shop.stripe_objects().subscriptions.values()
    assert (first["status"], second["status"]) == ("incomplete_expired", "active")
    attempts = {one["id"]: one["attempt_count"] for one in shop.stripe_objects().invoices_of(first)}
    shop.advance_clock(9 * DAY)
    assert_records_agree(shop)
    assert {one["id"]: one["attempt_count"] for one in shop.stripe_objects().invoices_of(first)} == attempts
    assert sum(row["amount_received"] for row in shop.ledger().values()) == 1999
    assert Payment.select().where(Payment.kind == "first").count() == 2


# No retries after a cancellation


def by_the_buyer(marko: Marko) -> None:
    press(marko, "cancellation")


def at_stripe(marko: Marko) -> None:
    marko.shop.dashboard("DELETE", f"subscriptions/{marko.subscription.subscription_id}")
    marko.shop.deliver_webhooks()
    marko.shop.run_worker()


@pytest.mark.parametrize("cancels", [by_the_buyer, at_stripe])
@pytest.mark.parametrize(("card", "letter"), [("asks", "renewal_authentication"), ("declines", "renewal_declined")])
def test_nothing_is_charged_or_emailed_after_canceling(
    cancels: Callable[[Marko], None], card: str, letter: str, shop: InProcessShop, marko: Marko
) -> None:
    marko.subscribe()
    marko.renew(card)
    cancels(marko)
    assert marko.subscription.status == "canceled"
    taken, written = shop.ledger(), set(sent())
    # The card works again: a retry would succeed.
    shop.control(f"subscriptions/{marko.subscription.subscription_id}/card", card="succeeds")
    for _ in range(15):
        shop.advance_clock(DAY)
        shop.deliver_webhooks()
        shop.run_worker()
    assert shop.ledger() == taken
    assert {kind for kind in set(sent()) - written if kind.startswith("renewal")} == set()
    assert "Nothing to pay" in marko.open_email_link(letter).text
    assert "client_secret" not in marko.pay_from_email(letter).json
    assert shop.ledger() == taken and sum(one["amount_received"] for one in taken.values()) == 1999


def sent() -> list[str]:
    """ "kind-id" of each email that was sent."""
    return [f"{letter.kind}-{letter.id}" for letter in Email.select().where(Email.state.in_(["sent", "kept"]))]


def test_a_canceled_trial_is_never_charged(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="recurring", trial_days=14)[1])
    marko.subscribe()
    press(marko, "cancellation")
    assert marko.subscription.cancels_at_period_end
    for _ in range(20):
        shop.advance_clock(DAY)
        shop.deliver_webhooks()
        shop.run_worker()
    assert marko.subscription.status == "canceled" and shop.ledger() == {}
    assert not [kind for kind in sent() if kind.startswith(("trial_ends", "renewal"))]


# Time zones at the end of a period

MONTHS = {"Jan": "January", "Feb": "February", "Mar": "March", "Apr": "April"}


def places(marko: Marko, owner: FlaskClient) -> dict[str, str]:
    """{page: its text} of all pages that show the next charge. Months in full: the owner's page shortens them."""
    subscription = marko.subscription
    return {
        "the thank-you page": text_of(marko.open_order().text),
        "the customer's own page": text_of(marko.open(marko.page).text),
        "the page that asks before cancelling": text_of(
            marko.open(f"{marko.page}/subscriptions/{subscription.public_id}/cancellation").text
        ),
        "the owner's page": re.sub(
            r"\b(Jan|Feb|Mar|Apr)\b",
            lambda short: MONTHS[short[0]],
            text_of(owner.get(f"/admin/subscriptions/{subscription.public_id}").text),
        ),
    }


@pytest.mark.parametrize(
    ("zone", "day", "another"),
    [("UTC", "February 20, 2027", "February 21"), ("Europe/Kyiv", "February 21, 2027", "February 20")],
)
def test_the_end_of_a_period_is_shown_in_the_shops_time_zone(
    zone: str, day: str, another: str, shop: InProcessShop, marko: Marko, owner: FlaskClient
) -> None:
    settings.set_time_zone(zone)
    shop.advance_clock(2 * HOUR)
    marko.subscribe()
    assert f"{marko.subscription.period_end:%d %H:%M}" == "20 23:30"
    for place, words in places(marko, owner).items():
        assert day in words and another not in words, f"{place}: {words}"


def test_summer_time_can_move_the_end_of_a_period_to_the_next_day(
    shop: InProcessShop, marko: Marko, owner: FlaskClient
) -> None:
    settings.set_time_zone("Europe/Kyiv")
    shop.advance_clock((11 + 28 + 20) * DAY)
    stay_signed_in()
    marko.subscribe()
    # The period starts at 23:30 in Kyiv and ends at 00:30, because summer time has begun.
    assert f"{marko.subscription.period_start:%d %B %H:%M}, {marko.subscription.period_end:%d %B %H:%M}" == (
        "20 March 21:30, 20 April 21:30"
    )
    for place, words in places(marko, owner).items():
        assert "April 21, 2027" in words, f"{place}: {words}"


def test_emails_show_dates_in_the_shops_time_zone(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="recurring", trial_days=14)[1])
    settings.set_time_zone("Europe/Kyiv")
    shop.advance_clock(2 * HOUR)
    marko.subscribe()
    shop.run_worker()
    press(marko, "cancellation")
    shop.run_worker()
    for kind in ("trial_started", "subscription_ends"):
        text = Email.get(Email.kind == kind).text
        assert "February 4, 2027" in text and "February 3" not in text, text
    assert alerts_of(marko.open_order().text) == ""
    assert Subscription.select().count() == 1
