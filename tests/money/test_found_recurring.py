"""What the random histories of subscriptions have found, as short stories."""

from collections.abc import Iterator

import pytest

from storefront import db, settings
from storefront.models import Email, Payment, Subscription
from tests.money import subscription_books
from tests.money.people import GOOD, Marko
from tests.money.stage import Stage, in_memory

DAY = 86400


@pytest.fixture(scope="module")
def house() -> Iterator[Stage]:
    with in_memory() as stage:
        yield stage


@pytest.fixture
def stage(house: Stage) -> Iterator[Stage]:
    house.heal()
    with db.connection():
        yield house


def trial(stage: Stage, days: int = 7) -> Marko:
    return Marko(stage, stage.begin(kind="recurring", interval="week", trial_days=days)[1])


def weekly(stage: Stage) -> Marko:
    return Marko(stage, stage.begin(kind="recurring", interval="week")[1])


def test_a_trial_whose_press_was_interrupted_before_its_intent_was_kept_holds_up_no_reconcile(stage: Stage) -> None:
    marko = trial(stage)
    marko.presses()
    # As after a crash between two commits: the subscription is known, its setup intent is not.
    Payment.update(intent_id=None).execute()
    assert stage.reconcile().unanswered == []
    marko.presses()
    marko.types("4242424242424242")
    marko.comes_back()
    assert (marko.order.status, Subscription.get().status, Subscription.select().count()) == ("paid", "trialing", 1)


def test_nobody_is_written_to_about_a_trial_that_they_never_began(stage: Stage) -> None:
    marko = trial(stage, days=4)
    marko.presses()
    stage.deliver()
    stage.work()
    stage.move(2 * DAY)
    stage.work()
    assert marko.order.status == "pending"
    assert [letter.state for letter in Email.select().where(Email.kind == "trial_ends")] == ["dropped"]


def test_one_run_lets_an_order_expire_and_knows_what_became_of_its_subscription(stage: Stage) -> None:
    marko = weekly(stage)
    settings.save({"order_expiry_hours": 1})
    marko.presses()
    stage.move(2 * 3600)
    stage.reconcile()
    assert (marko.order.status, Subscription.get().status) == ("expired", "incomplete_expired")
    assert subscription_books.after_reconcile(stage.at_stripe()) == []


def test_whoever_corrects_their_address_after_a_lost_answer_is_not_refused(stage: Stage) -> None:
    marko = weekly(stage)
    stage.steer("faults", kind="drop_after", path="/v1/customers", times=2)
    assert marko.presses(email="marko@exmaple.com").status_code == 503
    stage.heal()
    assert marko.presses(email="marko@example.com", name="Marko K.").status_code == 200
    marko.types(GOOD)
    marko.comes_back()
    assert (marko.order.status, Subscription.get().customer_email) == ("paid", "marko@example.com")


def test_a_trial_that_was_over_before_a_card_was_given_is_begun_anew(stage: Stage) -> None:
    marko = trial(stage, days=1)
    marko.presses()
    old_tab = Marko(stage, marko.offer, marko.visit, marko.token, marko.secret)
    stage.move(DAY + 3600)
    stage.deliver()
    stage.work()
    assert Subscription.get().status == "canceled"
    assert old_tab.types(GOOD).status_code == 400, "its setup intent leads nowhere any more"
    assert marko.order.status == "pending" and Email.select().count() == 0
    marko.presses()
    marko.types(GOOD)
    assert "Thank you" in marko.comes_back().text
    assert [one["status"] for one in stage.at_stripe().subscriptions.values()] == ["canceled", "trialing"]
    assert marko.subscription.status == "trialing"
