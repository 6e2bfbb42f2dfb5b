"""What the pages offer for a subscription is what the operations accept, in every state it can have."""

import re
from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import emails, subscriptions
from storefront.errors import FieldErrors, SecretUnreadable
from storefront.models import Merchant, Order, Subscription, now
from storefront.runtime import system_time
from storefront.stripe_gateway import Credentials
from storefront.stripe_gateway.client import secret_client
from storefront.subscriptions import Action, policy
from storefront.subscriptions.policy import Actor
from storefront.web.admin import labels
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator
from tests.subscription_steps import DAY, reload, renew, subscribe
from tests.web.admin_pages import HTMX, error_at, post, status_of


def paused_trial(simulator: Simulator) -> Subscription:
    """A trial that ended without a card: Stripe pauses it."""
    trial = subscribe(make_offer(connect_merchant(), kind="recurring", trial_days=14), simulator)
    at_stripe = secret_client(Credentials.of(trial.merchant)).v1
    at_stripe.subscriptions.update(
        trial.subscription_id, {"trial_settings": {"end_behavior": {"missing_payment_method": "pause"}}}
    )
    at_stripe.payment_methods.detach(trial.card_id)
    simulator.advance(15 * DAY)
    subscriptions.refresh(trial)
    assert reload(trial).status == "paused"
    return reload(trial)


def test_the_page_says_that_a_paused_trial_ends_now_and_it_does(
    app: Flask, client: FlaskClient, simulator: Simulator
) -> None:
    trial = paused_trial(simulator)
    page = f"/my/{emails.make_account_token('marko@example.com')}/subscriptions/{trial.public_id}/cancellation"
    question = client.get(page).text
    assert "The subscription ends immediately" in question and "have access until" not in question
    client.post(page, data={"way": "period_end"})
    assert reload(trial).status == "paused", "the page did not offer that"
    client.post(page, data={"way": "now"})
    assert reload(trial).status == "canceled"


# ------------------------------------------------------------------ every state a row can have

STATUSES = ("incomplete", "trialing", "active", "past_due", "unpaid", "paused", "canceled", "incomplete_expired")
# What our rows can say: status, installments, cancels_at_period_end, paused (collection), the offer's cancellation.
# A plan's offer never ends it immediately.
STATES = [
    state
    for state in product(STATUSES, (0, 3), (False, True), (False, True), ("period_end", "now"))
    if (state[1], state[4]) != (3, "now")
]
QUESTIONS = {
    "pause": Action.PAUSE,
    "trial": Action.EXTEND_TRIAL,
    "price": Action.CHANGE_PRICE,
    "cancellation": Action.CANCEL_NOW,
}
BUTTONS = {
    "Keep subscription": Action.REACTIVATE,
    "Resume payments": Action.RESUME,
    "Resume and charge": Action.RESUME,
    "Extend trial": Action.EXTEND_TRIAL,
    "Change price": Action.CHANGE_PRICE,
    "Pause payments": Action.PAUSE,
    "Cancel": Action.CANCEL_NOW,
    "End now": Action.CANCEL_NOW,
    "Sync with Stripe": Action.REFRESH,
}
LATER = system_time() + timedelta(days=60)
# What each action runs.
OPERATIONS: dict[tuple[Action, Actor], Callable[[Subscription], object]] = {
    (Action.CANCEL_NOW, "buyer"): lambda it: subscriptions.cancel(it, True, "buyer"),
    (Action.CANCEL_NOW, "owner"): lambda it: subscriptions.cancel(it, True, "owner"),
    (Action.CANCEL_AT_PERIOD_END, "buyer"): lambda it: subscriptions.cancel(it, False, "buyer"),
    (Action.CANCEL_AT_PERIOD_END, "owner"): lambda it: subscriptions.cancel(it, False, "owner"),
    (Action.REACTIVATE, "buyer"): lambda it: subscriptions.reactivate(it, "buyer"),
    (Action.REACTIVATE, "owner"): lambda it: subscriptions.reactivate(it, "owner"),
    (Action.PAUSE, "owner"): lambda it: subscriptions.pause(it, None),
    (Action.RESUME, "owner"): subscriptions.resume,
    (Action.EXTEND_TRIAL, "owner"): lambda it: subscriptions.extend_trial(it, LATER),
    (Action.CHANGE_PRICE, "owner"): lambda it: subscriptions.announce_price([it], it.unit_amount + 100),
    (Action.CHANGE_CARD, "buyer"): subscriptions.begin_card_change,
}


@pytest.fixture
def subscription(app: Flask, simulator: Simulator) -> Subscription:
    return subscribe(make_offer(connect_merchant(), kind="recurring"), simulator)


def put(subscription: Subscription, state: tuple[str, int, bool, bool, str]) -> Subscription:
    """Make the rows say this, whatever Stripe says."""
    status, instalments, ends, paused, cancellation = state
    Subscription.update(
        status=status,
        instalments=instalments,
        cancels_at_period_end=ends,
        paused=paused,
        trial_end=now() + timedelta(days=7),
        next_unit_amount=None,
        next_check_at=None,
    ).where(Subscription.id == subscription.id).execute()
    Order.update(cancellation=cancellation).where(Order.id == subscription.order_id).execute()
    return reload(subscription)


def outcome(operation: Callable[[Subscription], object], subscription: Subscription) -> str:
    """asks: it would ask Stripe, for which the key is missing; refused: FieldErrors; unchanged: it does neither."""
    try:
        operation(subscription)
    except FieldErrors:
        return "refused"
    except SecretUnreadable:
        return "asks"
    return "unchanged"


def test_operations_accept_what_the_policy_allows_and_nothing_else(subscription: Subscription) -> None:
    Merchant.update(secret_key_encrypted=None).execute()
    wrong = []
    for state in STATES:
        for (action, by), operation in OPERATIONS.items():
            it = put(subscription, state)
            code = subscriptions.obstacle(it, action, by)
            if action is Action.CANCEL_AT_PERIOD_END and subscriptions.ends_only_immediately(it, by):
                # Asked to end it later, `cancel` does what is still possible.
                code = subscriptions.obstacle(it, Action.CANCEL_NOW, by)
            already = code == "already" or (it.is_ended and action.startswith("cancel"))
            expected = "unchanged" if already else "refused" if code else "asks"
            got = outcome(operation, it)
            if got != expected:
                wrong.append((state, by, str(action), code, got))
    assert wrong == []


def test_the_owners_page_offers_what_the_policy_allows(admin: FlaskClient, subscription: Subscription) -> None:
    address, wrong = f"/admin/subscriptions/{subscription.public_id}", []
    for state in (state for state in STATES if state[4] == "period_end"):  # an owner may end all of them now
        it = put(subscription, state)
        allowed = subscriptions.allowed_actions(it, "owner")
        html = admin.get(f"{address}/actions", headers=HTMX).text
        offered = {BUTTONS[words] for words in re.findall(r">([^<]+)</button>", html) if words in BUTTONS}
        opened = {action for what, action in QUESTIONS.items() if admin.get(f"{address}/{what}/new").status_code == 200}
        if "When the paid period ends" in admin.get(f"{address}/cancellation/new").text:
            offered.add(Action.CANCEL_AT_PERIOD_END)
        if offered != allowed or opened != allowed & set(QUESTIONS.values()):
            wrong.append((state, allowed ^ offered, opened))
    assert wrong == []


def test_the_customers_page_offers_what_the_policy_allows(client: FlaskClient, subscription: Subscription) -> None:
    page = f"/my/{emails.make_account_token('marko@example.com')}/subscriptions/{subscription.public_id}"
    words = {
        "now": "The subscription ends immediately",
        "period_end": "have access until",
        "seller": "only the seller can end the plan",
    }
    wrong = []
    for state in STATES:
        it = put(subscription, state)
        when = subscriptions.cancellation(it, "buyer")
        allowed = subscriptions.allowed_actions(it, "buyer")
        html = client.get(page).text
        offered = {name for name in ("card", "cancellation", "continuation") if f'{it.public_id}/{name}"' in html}
        expected = {"card"} if Action.CHANGE_CARD in allowed else set()
        expected |= {"cancellation"} if when != "none" else set()
        expected |= {"continuation"} if Action.REACTIVATE in allowed else set()
        question = client.get(f"{page}/cancellation").text
        said = {name for name, sentence in words.items() if sentence in question}
        opened = {
            name for name in ("card", "cancellation", "continuation") if client.get(f"{page}/{name}").status_code == 200
        }
        if not offered == expected == opened or said != {str(when)} - {"none"}:
            wrong.append((state, str(when), offered, expected, opened, said))
    assert wrong == []


@pytest.mark.parametrize("state", [state for state in STATES if state[1] == 0 and state[0] in ("active", "past_due")])
def test_a_press_does_what_the_customers_page_says(
    client: FlaskClient, subscription: Subscription, simulator: Simulator, state: tuple[str, int, bool, bool, str]
) -> None:
    """Stripe itself is asked: it ends now, at the period's end, or nothing is changed."""
    it = put(subscription, state)
    when = subscriptions.cancellation(it, "buyer")
    page = f"/my/{emails.make_account_token('marko@example.com')}/subscriptions/{it.public_id}/cancellation"
    for way in {"now", "period_end"} - {str(when)}:
        client.post(page, data={"way": way})
        assert reload(it).status == state[0] and reload(it).cancels_at_period_end == state[2], (
            "the page did not say that"
        )
    client.post(page, data={"way": str(when)})
    after = reload(it)
    if when == "none":
        assert (after.status, after.cancels_at_period_end) == (state[0], state[2])
    else:
        assert (after.status == "canceled") == (when == "now")
        assert after.cancels_at_period_end == (when == "period_end")


def test_the_search_for_subscriptions_whose_price_can_change_agrees_with_the_policy(subscription: Subscription) -> None:
    for state in STATES:
        it = put(subscription, state)
        found = Subscription.select().where(Subscription.repriceable()).exists()
        allowed = not subscriptions.obstacle(it, Action.CHANGE_PRICE, "owner")
        assert found == it.is_repriceable == allowed, state


def test_every_refusal_that_an_owner_can_read_has_words(subscription: Subscription) -> None:
    for state in STATES:
        it = put(subscription, state)
        for action in policy.OWNER_ACTIONS:
            code = subscriptions.obstacle(it, action, "owner")
            if code not in ("", "already"):
                assert labels.field_errors(FieldErrors({"field": [code]})) != {"field": [code]}, (state, action)


# ------------------------------------------------------------------ the owner's page is older than the renewal


def test_an_owner_who_chose_the_periods_end_does_not_end_an_unpaid_one(
    admin: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "declines")
    address = f"/admin/subscriptions/{subscription.public_id}/cancellation"
    refused = post(admin, address, when="period_end")
    assert refused.status_code == 422 and error_at(refused.text, "when") == "A renewal hasn’t been paid."
    assert reload(subscription).status == "past_due"


def test_the_notice_says_what_became_of_it_when_stripe_knew_of_an_unpaid_renewal(
    admin: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    simulator.renew(subscription.subscription_id, "declines")
    address = f"/admin/subscriptions/{subscription.public_id}"
    post(admin, f"{address}/cancellation", when="period_end")
    assert reload(subscription).status == "canceled"
    assert status_of(admin.get(address).text) == "Canceled and ended."
