"""Canceling a subscription on the public page, without signing in."""

import pytest
from flask.testing import FlaskClient

from storefront import worker
from storefront.models import CancellationStatement, Email, Merchant, Subscription
from tests.factories import make_offer
from tests.purchase_steps import buy, timeline_kinds
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.subscription_steps import reload, renew
from tests.web.admin_pages import text_of

MARKOS = "marko@example.com"


def state(client: FlaskClient, number: object, email: str = MARKOS, **more: str) -> str:
    answer = client.post("/cancel", data={"number": str(number), "email": email, "wanted": "ordinary", **more})
    assert answer.status_code == 200
    return answer.text


def work() -> None:
    """The worker confirms statements with the emails, and cancels at Stripe with its next look at subscriptions."""
    worker.tasks.send_emails()
    worker.reconcile()


def stated_kinds(subscription: Subscription) -> list[str]:
    about = (Email.order == subscription.order) & Email.kind.contains("contract")
    return [one.kind for one in Email.select().where(about).order_by(Email.id)]


def test_a_stated_cancellation_ends_the_renewals_and_keeps_the_paid_period(
    client: FlaskClient, subscription: Subscription
) -> None:
    assert "Confirm cancellation" in client.get("/cancel").text
    answer = text_of(state(client, subscription.order.number))
    assert "We received your cancellation on" in answer and MARKOS in answer
    work()
    after = reload(subscription)
    assert after.status == "active" and after.ends_with_period
    assert stated_kinds(subscription) == ["contract_canceled", "owner_contract_canceled"]
    text = Email.get(Email.kind == "contract_canceled").text
    assert "The contract ends on" in text and str(subscription.order.number) in text
    assert timeline_kinds(subscription.order).count("cancellation_stated") == 1


def test_the_answer_tells_nothing_about_the_order(client: FlaskClient, subscription: Subscription) -> None:
    number = subscription.order.number
    right = text_of(state(client, number)).split("Order number")[1].replace(str(number), "N")
    other = text_of(state(client, 4711, "iryna@example.com")).split("Order number")[1]
    assert other.replace("4711", "N").replace("iryna@example.com", MARKOS) == right
    work()
    assert Email.select().where(Email.recipient == "iryna@example.com").count() == 0
    assert CancellationStatement.select().where(CancellationStatement.handled_at.is_null()).count() == 0


def test_stating_it_twice_is_one_cancellation(client: FlaskClient, subscription: Subscription) -> None:
    for _press in range(2):
        state(client, subscription.order.number)
    work()
    state(client, subscription.order.number)
    work()
    assert stated_kinds(subscription) == ["contract_canceled", "owner_contract_canceled"]


def test_an_immediate_end_needs_a_reason_and_is_the_owners_decision(
    client: FlaskClient, subscription: Subscription
) -> None:
    number = str(subscription.order.number)
    answer = client.post("/cancel", data={"number": number, "email": MARKOS, "wanted": "immediate"})
    assert answer.status_code == 422 and "Say why the contract should end immediately." in answer.text
    state(client, number, wanted="immediate", reason="It was never delivered.")
    work()
    assert reload(subscription).ends_with_period and reload(subscription).status == "active"
    text = Email.get(Email.kind == "owner_contract_canceled").text
    assert "The customer asks for an immediate end" in text and "It was never delivered." in text


def test_a_payment_plan_is_left_to_the_seller(client: FlaskClient, plan: Subscription) -> None:
    state(client, plan.order.number)
    work()
    assert reload(plan).status == "active" and reload(plan).planned_end is None
    assert "The seller checks the cancellation" in Email.get(Email.kind == "contract_canceled").text


def test_an_unpaid_renewal_ends_the_subscription_now(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "declines")
    state(client, subscription.order.number)
    work()
    assert reload(subscription).status == "canceled"
    assert "The contract ends now" in Email.get(Email.kind == "contract_canceled").text


def test_a_one_time_order_has_nothing_to_cancel(client: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    order = buy(make_offer(merchant), simulator)
    state(client, order.number)
    work()
    assert Email.select().where(Email.kind == "contract_canceled").count() == 0


def test_the_worker_tries_again_when_stripe_does_not_answer(
    client: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    simulator.add_fault("/v1/subscriptions/*", "error_before", times=9)
    state(client, subscription.order.number)
    work()
    assert not reload(subscription).ends_with_period
    assert stated_kinds(subscription) == ["contract_canceled", "owner_contract_canceled"]
    simulator.clear_faults()
    with time_moved(minutes=2):
        worker.reconcile()
    assert reload(subscription).ends_with_period
    assert stated_kinds(subscription) == ["contract_canceled", "owner_contract_canceled"]


def test_one_network_states_at_most_twenty_an_hour(client: FlaskClient, app: object) -> None:
    for number in range(20):
        state(client, 2000 + number)
    answer = client.post("/cancel", data={"number": "3000", "email": MARKOS, "wanted": "ordinary"})
    assert answer.status_code == 429 and "Too many cancellations" in answer.text
    with time_moved(hours=2):
        state(client, 3000)


@pytest.mark.parametrize("wrong", [{"number": "x"}, {"email": "nobody"}, {"wanted": "never"}, {"reason": "x" * 1001}])
def test_what_can_not_be_meant_is_refused(client: FlaskClient, app: object, wrong: dict[str, str]) -> None:
    form = {"number": "1001", "email": MARKOS, "wanted": "ordinary", **wrong}
    answer = client.post("/cancel", data=form)
    assert answer.status_code == 422 and CancellationStatement.select().count() == 0


def test_another_site_can_not_cancel(client: FlaskClient, subscription: Subscription) -> None:
    form = {"number": str(subscription.order.number), "email": MARKOS, "wanted": "ordinary"}
    assert client.post("/cancel", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert CancellationStatement.select().count() == 0
