"""Subscriptions that Stripe has paused: what their pages say, and how they are resumed."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from storefront import db, subscriptions
from storefront.errors import FieldErrors, StripeUnreachable
from storefront.models import Email, Invoice, PauseReason
from storefront.subscriptions import Resumption
from tests.cards import GOOD
from tests.money import payment_checks, subscription_checks
from tests.money.buyer import Marko, signed_in_owner
from tests.money.in_process_shop import InProcessShop
from tests.web.admin_pages import text_of
from tests.web_client import csrf_token

HOUR = 3600


@pytest.fixture
def marko(shared_shop: InProcessShop) -> Iterator[Marko]:
    """A customer of a monthly subscription."""
    shared_shop.clear_faults()
    marko = Marko(shared_shop, shared_shop.reset(kind="recurring", title="Weekly letters")[1])
    with db.connection():
        marko.subscribe()
        yield marko


@pytest.fixture
def owner(marko: Marko) -> FlaskClient:
    return signed_in_owner(marko.shop)


def pause(marko: Marko, reason: str) -> None:
    marko.shop.control(f"subscriptions/{marko.subscription.subscription_id}/pause", reason=reason)
    learn(marko)
    assert (marko.subscription.status, marko.subscription.pause_reason) == ("paused", reason)


def learn(marko: Marko) -> None:
    marko.shop.deliver_webhooks()
    marko.shop.run_worker()


def set_card(marko: Marko, behavior: str) -> None:
    marko.shop.control(f"subscriptions/{marko.subscription.subscription_id}/card", card=behavior)


def press_resume(marko: Marko, owner: FlaskClient) -> str:
    """Press the button; return the page that follows."""
    path = f"/admin/subscriptions/{marko.subscription.public_id}"
    page = owner.get(path).text
    assert "Resume and charge" in page
    return text_of(owner.post(f"{path}/resumption", data={"csrf_token": csrf_token(page)}, follow_redirects=True).text)


def assert_records_agree(marko: Marko) -> None:
    learn(marko)
    assert payment_checks.when_idle(marko.shop.ledger()) == []
    assert subscription_checks.when_idle(marko.shop.stripe_objects(), marko.shop.ledger()) == []


# What the customer and the owner read, by reason.
WORDS = {
    PauseReason.FIRST_PAYMENT_FAILURE: ("The first payment failed", "because the first payment failed"),
    PauseReason.FINAL_PAYMENT_FAILURE: ("won’t be retried", "won’t be retried"),
    PauseReason.PAUSE_REQUESTED: ("Paused by the seller.", "Paused in the Stripe Dashboard"),
    PauseReason.SYSTEM: ("Contact the seller for details.", "Paused by Stripe automatically"),
    # The customer of these tests has a card.
    PauseReason.TRIAL_END_WITHOUT_PAYMENT_METHOD: ("your card is saved", "The free trial is over"),
    "a_reason_of_tomorrow": ("Paused. You won’t be charged.", "Paused in Stripe. Nothing is charged."),
}


@pytest.mark.parametrize("reason", [*PauseReason, "a_reason_of_tomorrow"])
def test_every_reason_of_a_pause_has_its_words(reason: str, marko: Marko, owner: FlaskClient) -> None:
    pause(marko, reason)
    for_customer, for_owner = WORDS[reason]
    html = marko.open(marko.page).text
    page = text_of(html)
    assert for_customer in page and reason not in page
    seen = text_of(owner.get(f"/admin/subscriptions/{marko.subscription.public_id}").text)
    # In the status and in the timeline.
    assert seen.count(for_owner) == 2 and "Resume and charge" in seen and "resume the subscription here" in seen.lower()
    assert reason not in seen
    gives_card = reason in ("first_payment_failure", "final_payment_failure")
    # A card can always be changed; it is the button of the status only where a payment needs another one.
    buttons = [text_of(found).strip() for found in re.findall(r'<a class="button"[^>]*>(.*?)</a>', html)]
    assert ("Update card" in buttons) is gives_card and page.count("Update card") == 1


def test_resuming_charges_and_says_so(marko: Marko, owner: FlaskClient) -> None:
    pause(marko, "pause_requested")
    assert "Subscription resumed. A new period has started and is paid." in press_resume(marko, owner)
    row = marko.subscription
    assert (row.status, row.pause_reason) == ("active", "")
    assert Email.select().where(Email.kind == "renewal_receipt").count() == 1
    assert_records_agree(marko)


@pytest.mark.parametrize(("card", "kind"), [("declines", "renewal_declined"), ("asks", "renewal_authentication")])
def test_resuming_without_a_payment_says_so_and_goes_on_when_the_customer_pays(
    card: str, kind: str, marko: Marko, owner: FlaskClient
) -> None:
    pause(marko, "final_payment_failure")
    set_card(marko, card)
    seen = press_resume(marko, owner)
    assert "The subscription stays paused: the payment failed" in seen
    assert "It continues once its payment succeeds" in seen
    assert marko.subscription.status == "paused"
    # Another press would ask for the same period twice.
    with pytest.raises(FieldErrors) as refused:
        subscriptions.resume(marko.subscription)
    assert refused.value.errors == {"subscription": ["resumption_unpaid"]}
    assert Invoice.select().where(Invoice.status == "open").count() == 1
    learn(marko)
    marko.pay_from_email(kind, GOOD)
    learn(marko)
    assert marko.subscription.status == "active"
    assert_records_agree(marko)


def test_a_resumption_that_stays_unpaid_can_be_repeated_after_a_day(marko: Marko) -> None:
    pause(marko, "system")
    set_card(marko, "declines")
    assert subscriptions.resume(marko.subscription) is Resumption.UNPAID
    learn(marko)
    marko.shop.advance_clock(24 * HOUR)
    learn(marko)
    assert (marko.subscription.status, Invoice.select().where(Invoice.status == "open").count()) == ("paused", 0)
    set_card(marko, "succeeds")
    assert subscriptions.resume(marko.subscription) is Resumption.CHARGED
    assert_records_agree(marko)


def test_a_lost_answer_to_a_resumption_charges_once(marko: Marko) -> None:
    pause(marko, "system")
    set_card(marko, "declines")
    marko.shop.control("faults", kind="drop_after", method="POST", path="/v1/subscriptions/*/resume", times=2)
    with pytest.raises(StripeUnreachable):
        subscriptions.resume(marko.subscription)
    subscriptions.resume(marko.subscription)
    learn(marko)
    assert Invoice.select().where(Invoice.status == "open").count() == 1


def test_a_resumption_at_stripe_by_attempt_is_followed(marko: Marko) -> None:
    # As the owner does it in Stripe's Dashboard: nothing is charged in the request.
    pause(marko, "pause_requested")
    set_card(marko, "declines")
    marko.shop.dashboard("POST", f"subscriptions/{marko.subscription.subscription_id}/resume")
    learn(marko)
    assert marko.subscription.status == "paused"
    marko.shop.advance_clock(2 * HOUR)
    learn(marko)
    assert marko.subscription.status == "past_due"
    assert_records_agree(marko)
