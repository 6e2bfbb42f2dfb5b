"""The lines of the same list (see test_defects.py) that are about what is paid again and again."""

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
from tests.money import books, subscription_books
from tests.money.people import ASKS, GOOD, Marko, olena
from tests.money.stage import Stage, in_memory
from tests.web.admin_pages import alerts_of, text_of

DAY, HOUR = 86400, 3600
VERSION = "2026-10-28.endive"


@pytest.fixture(scope="module")
def house() -> Iterator[Stage]:
    with in_memory() as stage:
        yield stage


@pytest.fixture
def stage(house: Stage) -> Iterator[Stage]:
    """A shop before anything has happened."""
    house.heal()
    with db.connection():
        yield house


@pytest.fixture
def marko(stage: Stage) -> Marko:
    """Before him is what costs €19.99 every month, from 20 January 2027, 21:30 UTC on."""
    return Marko(stage, stage.begin(kind="recurring", title="Weekly letters")[1])


@pytest.fixture
def owner(stage: Stage, marko: Marko) -> FlaskClient:
    return olena(stage)


def agree(stage: Stage) -> None:
    """What the worker has been told of makes both books say the same, without anybody asking about everything."""
    stage.deliver()
    stage.work()
    with db.connection():
        assert books.at_rest(stage.book()) == []
        assert subscription_books.at_rest(stage.at_stripe(), stage.book()) == []


# 10. `updated` arrived before `created`


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
def test_defect_10_any_order_of_events_ends_like_a_fresh_fetch(
    order: Callable[[list[int]], list[int]], one_by_one: bool, stage: Stage, marko: Marko
) -> None:
    # Nobody comes back to a page, nobody reconciles: events are all there is.
    marko.presses()
    marko.types(GOOD)
    for card in ("succeeds", "asks"):
        marko.ends_a_period(card)
    deliver(stage, order, one_by_one)
    assert subscription_books.after_reconcile(stage.at_stripe()) == []
    assert books.after_reconcile(stage.book()) == []
    assert (marko.order.status, marko.subscription.status) == ("paid", "past_due")
    assert Counter(letter.kind for letter in Email.select()) == {
        "receipt": 1,
        "owner_sale": 1,
        "renewal_receipt": 1,
        "renewal_authentication": 1,
        "renewal_reminder": 3,
        "owner_renewal_stopped": 1,
    }


def deliver(stage: Stage, order: Callable[[list[int]], list[int]], one_by_one: bool) -> None:
    """Every event that waits, in this order; the worker handles each at once, or all in the end."""
    for id_ in order([one["id"] for one in stage.steer("deliveries", "GET").json["data"]]):
        stage.steer("deliveries/send", ids=[id_])
        if one_by_one:
            tasks.handle_waiting_events()
    tasks.handle_waiting_events()
    assert WebhookEvent.select().where(WebhookEvent.handled_at.is_null()).count() == 0


def test_defect_10_old_events_that_come_late_bring_nothing_back(stage: Stage, marko: Marko) -> None:
    marko.subscribes()
    marko.meets_a_renewal("declines")
    marko.pays_by_letter("renewal_declined", GOOD)
    agree(stage)
    letters = Email.select().count()
    for event in {one["event"] for one in stage.steer("deliveries", "GET").json["data"]}:
        stage.steer(f"events/{event}/resend")
    stage.deliver(backwards)
    # As if they had never been stored.
    WebhookEvent.delete().execute()
    for event in {one["event"] for one in stage.steer("deliveries", "GET").json["data"]}:
        stage.steer(f"events/{event}/resend")
    stage.deliver(backwards)
    agree(stage)
    assert (marko.subscription.status, Email.select().count()) == ("active", letters)


# 13. Refreshing made a second subscription


@pytest.mark.parametrize("trial_days", [0, 7])
def test_defect_13_refreshing_makes_no_second_subscription(trial_days: int, stage: Stage) -> None:
    marko = Marko(stage, stage.begin(kind="recurring", trial_days=trial_days)[1])
    secrets = set()
    for _ in range(3):
        marko.presses()
        secrets.add(marko.secret)
        marko.comes_back()
        marko.presses_again()
        secrets.add(marko.secret)
    assert (len(secrets), len(stage.at_stripe().subscriptions)) == (1, 1)
    marko.types(GOOD)
    again = marko.presses()
    assert again.json["next"] == f"/orders/{marko.token}" and "Thank you" in marko.comes_back().text
    assert len(stage.at_stripe().subscriptions) == 1
    agree(stage)


@pytest.mark.parametrize("point", range(1, 6))
def test_defect_13_nor_do_two_tabs_at_once(point: int, stage: Stage, marko: Marko) -> None:
    other_tab = Marko(stage, marko.offer, marko.visit)
    stage.meanwhile(point, other_tab.presses)
    marko.presses()
    stage.heal()
    marko.presses()
    marko.types(GOOD)
    assert "Thank you" in marko.comes_back().text
    assert [one["status"] for one in stage.at_stripe().subscriptions.values()] == ["active"]
    agree(stage)


@pytest.mark.parametrize("trial_days", [0, 7])
def test_defect_13_nor_does_a_press_that_broke_off_anywhere(trial_days: int, stage: Stage) -> None:
    point = 0
    while True:
        point += 1
        marko = Marko(stage, stage.begin(kind="recurring", trial_days=trial_days)[1])
        stage.fuse.light(point)
        pressed = marko.stage.ask("POST", f"/o/{marko.offer.slug}/checkout", data=marko.form())
        stage.fuse.put_out()
        marko.presses()
        marko.types(GOOD)
        assert "Thank you" in marko.comes_back().text, stage.crashes
        assert len(stage.at_stripe().subscriptions) == 1, stage.crashes
        if pressed is not None:
            break
    assert point > 20, "it can break off at many points"


# 22. A new API version removed a field

# What invoices and subscriptions had before 2025-03-31, and what these would say now.
REMOVED = {
    "invoice": {"payment_intent": "pi_old", "charge": "ch_old", "paid": False, "subscription": "sub_old"},
    "subscription": {"current_period_start": 1, "current_period_end": 2},
    "payment_intent": {"invoice": "in_old", "charges": {"data": []}},
}


def with_removed_fields(body: str) -> str:
    """An answer in which old fields stand again, with nothing true in them."""
    return json.dumps(_deceived(json.loads(body)))


def _deceived(value: object) -> object:
    if isinstance(value, list):
        return [_deceived(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {name: _deceived(one) for name, one in value.items()} | REMOVED.get(str(value.get("object")), {})


def test_defect_22_nothing_goes_by_fields_that_were_removed(stage: Stage, marko: Marko) -> None:
    for kind, fields in REMOVED.items():
        for path in {"invoice": "invoices", "subscription": "subscriptions"}.get(kind, "payment_intents").split():
            assert not set(fields) & set(str(stage.dashboard("GET", path).json)), "the simulated Stripe has none either"
    stage.line.distorted = with_removed_fields
    try:
        marko.subscribes()
        marko.meets_a_renewal("asks")
        marko.pays_by_letter("renewal_authentication")
        marko.comes_back()
        marko.meets_a_renewal("succeeds")
        agree(stage)
    finally:
        stage.line.distorted = str
    assert (marko.order.status, marko.subscription.status) == ("paid", "active")
    assert [one.status for one in Invoice.of(marko.subscription)] == ["paid"] * 3


def test_defect_22_no_line_of_the_gateway_names_them() -> None:
    words = [
        rf"invoice\.({'|'.join(REMOVED['invoice'])})\b",
        r"subscription\.current_period",
        r"intent\.(invoice|charges)\b",
    ]
    for path in sorted((ROOT / "storefront" / "stripe_gateway").rglob("*.py")):
        for word in words:
            assert not re.search(word, path.read_text()), f"{path} reads {word}"


def test_defect_22_every_call_of_a_subscriptions_life_pins_the_version(
    stage: Stage, marko: Marko, owner: FlaskClient
) -> None:
    stage.line.versions.clear()
    marko.subscribes(ASKS)
    marko.meets_a_renewal()
    marko.pays_by_letter("renewal_authentication")
    stage.reconcile()
    press(marko, "cancellation")
    assert stage.line.versions == {VERSION}
    headers = {"Authorization": f"Bearer {accounts.secret_key(accounts.OLENA)}"}
    endpoints = stage.simulator.test_client().get("/v1/webhook_endpoints", headers=headers).json["data"]
    assert [one["api_version"] for one in endpoints] == [VERSION]


def press(marko: Marko, action: str) -> None:
    """The button of a page of the customer's own that asks first."""
    address = f"{marko.page}/subscriptions/{marko.subscription.public_id}/{action}"
    way = re.search(r'name="way" value="(\w+)"', marko.stage.ask("GET", address).text)
    answer = marko.stage.ask("POST", address, data={"way": way[1]} if way else {})
    assert answer is not None and answer.status_code == 303, answer


# 23. A bank's check that was cancelled or refreshed blocked the renewal for good


def test_defect_23_a_renewal_whose_check_was_closed_refreshed_and_failed_is_paid_in_the_end(
    stage: Stage, marko: Marko
) -> None:
    marko.subscribes(ASKS)
    assert marko.meets_a_renewal().needs == "authentication"
    for outcome in ("close", "fail", "close"):
        marko.pays_by_letter("renewal_authentication", outcome=outcome)
        # Whatever became of it, the page opens it again: after a refresh, too.
        for _ in range(2):
            page = text_of(marko.opens_the_letter("renewal_authentication").text)
            assert "Confirm the payment of €19.99" in page and "Nothing to pay" not in page
    marko.pays_by_letter("renewal_authentication")
    assert "Nothing to pay" in marko.opens_the_letter("renewal_authentication").text
    assert (marko.subscription.status, Invoice.of(marko.subscription)[0].status) == ("active", "paid")
    agree(stage)
    assert marko.meets_a_renewal().needs == "authentication", "it asks every time, and is recovered every time"
    marko.pays_by_letter("renewal_authentication")
    agree(stage)
    assert Email.select().where(Email.kind == "renewal_receipt").count() == 2


def test_defect_23_after_23_hours_a_new_subscription_starts_and_the_old_one_is_left_alone(
    stage: Stage, marko: Marko
) -> None:
    marko.presses()
    marko.types(ASKS)
    marko.answers_the_bank("fail")
    old = marko.secret
    stage.move(22 * HOUR)
    marko.presses()
    assert marko.secret == old, "until then it is the same one"
    stage.move(1 * HOUR + 60)
    assert "Try again" in marko.comes_back().text
    marko.presses_again()
    assert marko.secret != old
    marko.types(GOOD)
    assert "Thank you" in marko.comes_back().text
    key = marko.order.merchant.publishable_key
    assert stage.confirm(key, old, GOOD).status_code == 400, "nobody pays the old one any more"
    first, second = stage.at_stripe().subscriptions.values()
    assert (first["status"], second["status"]) == ("incomplete_expired", "active")
    attempts = {one["id"]: one["attempt_count"] for one in stage.at_stripe().invoices_of(first)}
    stage.move(9 * DAY)
    agree(stage)
    assert {one["id"]: one["attempt_count"] for one in stage.at_stripe().invoices_of(first)} == attempts
    assert sum(row["amount_received"] for row in stage.book().values()) == 1999
    assert Payment.select().where(Payment.kind == "first").count() == 2


# Below the list: retries after cancellation


def by_the_buyer(marko: Marko) -> None:
    press(marko, "cancellation")


def at_stripe(marko: Marko) -> None:
    marko.stage.dashboard("DELETE", f"subscriptions/{marko.subscription.subscription_id}")
    marko.stage.deliver()
    marko.stage.work()


@pytest.mark.parametrize("cancels", [by_the_buyer, at_stripe])
@pytest.mark.parametrize(("card", "letter"), [("asks", "renewal_authentication"), ("declines", "renewal_declined")])
def test_also_nothing_is_charged_or_asked_for_after_cancelling(
    cancels: Callable[[Marko], None], card: str, letter: str, stage: Stage, marko: Marko
) -> None:
    marko.subscribes()
    marko.meets_a_renewal(card)
    cancels(marko)
    assert marko.subscription.status == "canceled"
    taken, written = stage.book(), set(sent())
    # Its card is well again: whoever tried it now would take the money.
    stage.steer(f"subscriptions/{marko.subscription.subscription_id}/card", card="succeeds")
    for _ in range(15):
        stage.move(DAY)
        stage.deliver()
        stage.work()
    assert stage.book() == taken
    assert {kind for kind in set(sent()) - written if kind.startswith("renewal")} == set()
    assert "Nothing to pay" in marko.opens_the_letter(letter).text
    assert "client_secret" not in marko.pays_by_letter(letter).json
    assert stage.book() == taken and sum(one["amount_received"] for one in taken.values()) == 1999


def sent() -> list[str]:
    """Kinds of what has gone out, each as often as it has."""
    return [f"{letter.kind}-{letter.id}" for letter in Email.select().where(Email.state.in_(["sent", "kept"]))]


def test_also_a_trial_that_was_cancelled_is_never_charged(stage: Stage) -> None:
    marko = Marko(stage, stage.begin(kind="recurring", trial_days=14)[1])
    marko.subscribes()
    press(marko, "cancellation")
    assert marko.subscription.cancels_at_period_end
    for _ in range(20):
        stage.move(DAY)
        stage.deliver()
        stage.work()
    assert marko.subscription.status == "canceled" and stage.book() == {}
    assert not [kind for kind in sent() if kind.startswith(("trial_ends", "renewal"))]


# Below the list: time zones at a period's edge


def places(marko: Marko, owner: FlaskClient) -> dict[str, str]:
    """Where people read when it is charged next."""
    subscription = marko.subscription
    return {
        "the thank-you page": text_of(marko.comes_back().text),
        "the customer's own page": text_of(marko.opens(marko.page).text),
        "the page that asks before cancelling": text_of(
            marko.opens(f"{marko.page}/subscriptions/{subscription.public_id}/cancellation").text
        ),
        "the owner's page": text_of(owner.get(f"/admin/subscriptions/{subscription.public_id}").text),
    }


@pytest.mark.parametrize(
    ("zone", "day", "another"),
    [("UTC", "February 20, 2027", "February 21"), ("Europe/Kyiv", "February 21, 2027", "February 20")],
)
def test_also_a_period_that_ends_late_in_the_evening_ends_on_the_shops_own_day(
    zone: str, day: str, another: str, stage: Stage, marko: Marko, owner: FlaskClient
) -> None:
    settings.set_time_zone(zone)
    stage.move(2 * HOUR)
    marko.subscribes()
    assert f"{marko.subscription.period_end:%d %H:%M}" == "20 23:30"
    for place, words in places(marko, owner).items():
        assert day in words and another not in words, f"{place}: {words}"


def test_also_summer_time_moves_the_day_on_which_a_period_ends(stage: Stage, marko: Marko, owner: FlaskClient) -> None:
    settings.set_time_zone("Europe/Kyiv")
    stage.move((11 + 28 + 20) * DAY)
    marko.subscribes()
    # 23:30 on the clock in Kyiv when it began, 00:30 when it ends.
    assert f"{marko.subscription.period_start:%d %B %H:%M}, {marko.subscription.period_end:%d %B %H:%M}" == (
        "20 March 21:30, 20 April 21:30"
    )
    for place, words in places(marko, owner).items():
        assert "April 21, 2027" in words, f"{place}: {words}"


def test_also_letters_name_the_day_on_the_shops_own_clock(stage: Stage) -> None:
    marko = Marko(stage, stage.begin(kind="recurring", trial_days=14)[1])
    settings.set_time_zone("Europe/Kyiv")
    stage.move(2 * HOUR)
    marko.subscribes()
    stage.work()
    press(marko, "cancellation")
    stage.work()
    for kind in ("trial_started", "subscription_ends"):
        text = Email.get(Email.kind == kind).text
        assert "February 4, 2027" in text and "February 3" not in text, text
    assert alerts_of(marko.comes_back().text) == ""
    assert Subscription.select().count() == 1
