"""Withdrawing from a contract: the order's page, its two steps, and the link by email."""

import re
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient

from storefront import emails, payments, worker
from storefront.models import Email, Merchant, Offer, Order, Subscription
from tests.factories import make_offer
from tests.purchase_steps import buy, start_checkout
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.subscription_steps import reload, renew, subscribe
from tests.web.admin_pages import text_of
from tests.web.query_count import statements_of

HERE = "Withdraw from contract here"
CONFIRM = "Confirm withdrawal"
MARKOS = "marko@example.com"


@pytest.fixture
def order(merchant: Merchant, simulator: Simulator) -> Order:
    return buy(make_offer(merchant, withdrawal_days=14), simulator)


def page(order: Order, rest: str = "") -> str:
    return f"/orders/{order.token}{rest}"


def test_the_thank_you_page_leads_through_two_steps(client: FlaskClient, order: Order) -> None:
    shown = client.get(page(order, "/thank-you")).text
    assert HERE in shown and page(order, "/withdraw") in shown and "Possible until" in shown
    first = client.get(page(order, "/withdraw")).text
    assert CONFIRM in first and str(order.number) in first and "without giving a reason" in first
    answer = client.post(page(order, "/withdraw"), data={"reason": "It doesn’t fit."}, follow_redirects=True)
    assert "Withdrawal received" in answer.text and "We’ve sent a confirmation to marko@example.com" in answer.text
    assert CONFIRM not in answer.text
    later = client.get(page(order, "/thank-you")).text
    assert HERE not in later and "You withdrew from this contract on" in later


def test_pressing_twice_answers_the_same(client: FlaskClient, order: Order) -> None:
    for _press in range(2):
        answer = client.post(page(order, "/withdraw"), follow_redirects=True)
        assert answer.status_code == 200 and "Withdrawal received" in answer.text
    assert Email.select().where(Email.kind == "withdrawn").count() == 1


def test_another_site_can_not_withdraw(client: FlaskClient, order: Order) -> None:
    answer = client.post(page(order, "/withdraw"), headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert Order.get().withdrawn_at is None


def test_a_reason_that_is_too_long_is_refused_and_kept(client: FlaskClient, order: Order) -> None:
    answer = client.post(page(order, "/withdraw"), data={"reason": "x" * 1001})
    assert answer.status_code == 422 and "This is too long." in answer.text and "x" * 1001 in answer.text
    assert Order.get().withdrawn_at is None


def test_after_the_period_the_page_says_when_it_ended(client: FlaskClient, order: Order) -> None:
    with time_moved(days=20):
        assert HERE not in client.get(page(order, "/thank-you")).text
        assert "The period for withdrawing ended on" in client.get(page(order, "/withdraw")).text
        answer = client.post(page(order, "/withdraw"))
        assert answer.status_code == 409 and CONFIRM not in answer.text


def test_without_the_right_the_page_says_why(client: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant, withdrawal_days=0)
    Offer.update(withdrawal_days=0, no_withdrawal_reason="The evening has a fixed date.").execute()
    order = buy(Offer.get_by_id(offer.id), simulator)
    assert HERE not in client.get(page(order, "/thank-you")).text
    shown = client.get(page(order, "/withdraw")).text
    assert "There is no right of withdrawal for this order." in shown and "The evening has a fixed date." in shown
    assert CONFIRM not in shown


def test_an_unpaid_order_says_that_there_is_nothing_to_withdraw_from(client: FlaskClient, merchant: Merchant) -> None:
    order = start_checkout(make_offer(merchant, withdrawal_days=14)).order
    assert HERE not in client.get(page(order)).text
    assert "there is no contract to withdraw from" in client.get(page(order, "/withdraw")).text
    assert client.post(page(order, "/withdraw")).status_code == 409


def test_a_partly_refunded_order_offers_it_on_its_own_page(client: FlaskClient, order: Order) -> None:
    payments.request_refund(order, 500, "requested_by_customer", "first-press-of-the-owner")
    assert HERE in client.get(page(order)).text


def test_the_customers_page_offers_it_for_orders_and_subscriptions(
    client: FlaskClient, order: Order, merchant: Merchant, simulator: Simulator
) -> None:
    weekly = subscribe(make_offer(merchant, kind="recurring", withdrawal_days=14), simulator)
    account = f"/my/{emails.make_account_token(MARKOS)}"
    shown = client.get(account).text
    assert page(order, "/withdraw") in shown and page(weekly.order, "/withdraw") in shown
    client.post(page(weekly.order, "/withdraw"))
    assert reload(weekly).status == "canceled"
    shown = client.get(account).text
    assert page(weekly.order, "/withdraw") not in shown and "Withdrawn on" in shown


def test_a_subscription_says_that_it_ends(client: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    for kind, words in (("recurring", "Your subscription ends immediately."), ("plan", "Your payment plan ends")):
        offer = make_offer(merchant, kind=kind, instalments=3 if kind == "plan" else 0, withdrawal_days=14)
        assert words in client.get(page(subscribe(offer, simulator).order, "/withdraw")).text


def test_the_thank_you_page_reads_little(client: FlaskClient, order: Order) -> None:
    assert len(statements_of(lambda: client.get(page(order, "/thank-you")))) <= 3


# The link by email


def ask(client: FlaskClient, number: object, email: str = MARKOS) -> str:
    answer = client.post("/withdraw", data={"number": str(number), "email": email})
    assert answer.status_code == 200
    worker.tasks.send_emails()
    return answer.text


def links() -> list[Email]:
    return list(Email.select().where(Email.kind == "withdrawal_link"))


def test_order_number_and_email_get_the_link_by_email(client: FlaskClient, order: Order) -> None:
    assert "Order number" in client.get("/withdraw").text
    assert "an email with the link is on its way" in ask(client, order.number)
    (email,) = links()
    assert email.recipient == MARKOS
    found = re.search(r"https?://\S+/withdraw\S*", email.text)
    assert found
    address = urlsplit(found[0])
    assert CONFIRM in client.get(f"{address.path}?{address.query}").text


@pytest.mark.parametrize("number", ["#{}", " {} "])
def test_the_number_may_be_typed_as_it_is_read(client: FlaskClient, order: Order, number: str) -> None:
    ask(client, number.format(order.number))
    assert len(links()) == 1


def test_the_answer_tells_nothing_about_the_order(client: FlaskClient, order: Order) -> None:
    right = text_of(ask(client, order.number))
    for number, email in ((order.number, "iryna@example.com"), (order.number + 7, MARKOS), (1, MARKOS)):
        assert text_of(ask(client, number, email)).replace(email, MARKOS) == right
    assert len(links()) == 1


def test_an_unpaid_order_gets_no_link(client: FlaskClient, merchant: Merchant) -> None:
    ask(client, start_checkout(make_offer(merchant, withdrawal_days=14)).order.number)
    assert links() == []


def test_at_most_three_links_an_hour_go_to_one_address(client: FlaskClient, order: Order) -> None:
    for _request in range(5):
        ask(client, order.number)
    assert len(links()) == 3


@pytest.mark.parametrize(("number", "email"), [("", MARKOS), ("abc", MARKOS), ("9" * 30, MARKOS), ("1001", "nobody")])
def test_what_can_not_be_meant_is_refused_at_its_field(client: FlaskClient, number: str, email: str) -> None:
    answer = client.post("/withdraw", data={"number": number, "email": email})
    assert answer.status_code == 422 and 'aria-invalid="true"' in answer.text and f'value="{number}"' in answer.text


def test_the_subscription_row_is_marked_before_stripe_is_asked(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    weekly = subscribe(make_offer(merchant, kind="recurring", withdrawal_days=14), simulator)
    simulator.add_fault("/v1/subscriptions/*", "error_before", method="GET", times=99)
    simulator.add_fault("/v1/subscriptions/*", "error_before", method="DELETE", times=99)
    answer = client.post(page(weekly.order, "/withdraw"), follow_redirects=True)
    assert "Withdrawal received" in answer.text
    assert Subscription.get().unwanted
    assert "Next charge" not in client.get(page(weekly.order, "/thank-you")).text


def test_an_open_renewal_is_not_asked_for_while_stripe_does_not_answer(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    weekly = subscribe(make_offer(merchant, kind="recurring", interval="week", withdrawal_days=14), simulator)
    renew(weekly, simulator, "declines")
    assert "Complete your payment" in client.get(page(weekly.order, "/thank-you")).text
    simulator.add_fault("/v1/subscriptions/*", "error_before", method="DELETE", times=99)
    client.post(page(weekly.order, "/withdraw"))
    assert "Complete your payment" not in client.get(page(weekly.order, "/thank-you")).text
    assert "Complete your payment" not in client.get(page(weekly.order, "/pay"), follow_redirects=True).text
