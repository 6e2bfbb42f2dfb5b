"""Changes on a subscription's admin page: cancel, keep, pause, resume, extend the trial, change the price, refund."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import merchants, subscriptions, worker
from storefront.models import Email, Merchant, Offer, Order, Payment, Refund, Subscription, now
from tests.cast import MARKO
from tests.factories import make_offer
from tests.simulator_process import Simulator
from tests.stripe_dashboard import cancel_at_stripe
from tests.subscription_steps import email_kinds, newest_invoice, reload, renew, subscribe
from tests.web.admin_pages import HTMX, alerts_of, error_at, post, status_of, text_of

LIST = "/admin/subscriptions"
# action → the last part of its confirmation page's address
QUESTIONS = {
    "Cancel": "cancellation",
    "Pause payments": "pause",
    "Extend trial": "trial",
    "Change price": "price",
}


@pytest.fixture
def monthly_offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, "19.90", kind="recurring", max_quantity=5)


@pytest.fixture
def trial(merchant: Merchant, simulator: Simulator) -> Subscription:
    return subscribe(make_offer(merchant, "9", kind="recurring", trial_days=14), simulator)


@pytest.fixture
def plan(merchant: Merchant, simulator: Simulator) -> Subscription:
    return subscribe(make_offer(merchant, "120", kind="plan", instalments=3), simulator)


def address_of(subscription: Subscription, what: str = "") -> str:
    return f"{LIST}/{subscription.public_id}" + (f"/{what}" if what else "")


def press(
    client: FlaskClient, subscription: Subscription, what: str, htmx: bool = False, **fields: object
) -> TestResponse:
    return post(client, address_of(subscription, what), htmx, **fields)


def page_of(client: FlaskClient, subscription: Subscription) -> str:
    return client.get(address_of(subscription)).text


def buttons_of(html: str) -> list[str]:
    part = html[html.index('id="subscription-actions"') :]
    return re.findall(r">([^<]+)</button>", part[: part.index("</section>")])


def day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"


def test_an_active_subscription_offers_the_allowed_actions(
    admin: FlaskClient, subscription: Subscription, trial: Subscription, plan: Subscription
) -> None:
    assert buttons_of(page_of(admin, subscription)) == [
        *("Change price", "Pause payments", "Cancel", "Sync with Stripe"),
    ]
    assert buttons_of(page_of(admin, trial))[0] == "Extend trial"
    assert buttons_of(page_of(admin, plan)) == ["Cancel", "Sync with Stripe"]


def test_confirmations_open_with_htmx_and_as_pages_and_can_be_closed(admin: FlaskClient, trial: Subscription) -> None:
    for words, what in QUESTIONS.items():
        page = admin.get(address_of(trial, f"{what}/new"))
        assert page.status_code == 200 and "<html" in page.text, words
        piece = admin.get(address_of(trial, f"{what}/new"), headers=HTMX)
        assert "<html" not in piece.text and 'id="subscription-actions"' in piece.text, words
    closed = admin.get(address_of(trial, "actions"), headers=HTMX).text
    assert "<html" not in closed and "Extend trial" in closed
    assert admin.get(address_of(trial, "actions")).location == address_of(trial)


def test_canceling_now_ends_the_subscription_and_emails_the_customer(
    admin: FlaskClient, subscription: Subscription
) -> None:
    question = text_of(admin.get(address_of(subscription, "cancellation/new")).text)
    assert "When the paid period ends" in question and "ends the subscription now and can’t be undone" in question
    answer = press(admin, subscription, "cancellation", when="now")
    assert (answer.status_code, answer.location) == (303, address_of(subscription))
    page = page_of(admin, subscription)
    assert 'data-status="canceled"' in page and status_of(page) == "Canceled and ended."
    assert "You canceled the subscription. It ended immediately." in text_of(page)
    assert email_kinds(subscription)[-1] == "subscription_ended"
    assert "Cancel" not in buttons_of(page)


def test_canceling_at_the_period_end_can_be_undone(admin: FlaskClient, subscription: Subscription) -> None:
    answer = press(admin, subscription, "cancellation", htmx=True, when="period_end")
    assert answer.status_code == 200 and "<html" not in answer.text and 'hx-target="#main"' in answer.text
    after = reload(subscription)
    assert after.cancels_at_period_end
    ends = f"{after.period_end:%B} {after.period_end.day}, {after.period_end.year}"
    page = page_of(admin, subscription)
    assert f"Canceled. Ends on {ends}." in text_of(page)
    assert buttons_of(page) == ["Keep subscription", "End now", "Sync with Stripe"]
    assert f"ends on {ends}" in text_of(admin.get(LIST).text)
    press(admin, subscription, "keeping")
    assert not reload(subscription).cancels_at_period_end
    words = text_of(page_of(admin, subscription))
    assert "Cancellation undone. The subscription continues." in words
    assert "You undid the cancellation. The subscription continues." in words


def test_a_past_due_subscription_can_only_be_canceled_now_and_its_invoice_is_void(
    admin: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator, "declines")
    question = admin.get(address_of(subscription, "cancellation/new")).text
    assert "When the paid period ends" not in question
    press(admin, subscription, "cancellation", when="now")
    assert newest_invoice(reload(subscription)).status == "void"
    words = text_of(page_of(admin, subscription))
    assert "voided: €19.90." in words and "Voided" in words


def test_a_payment_plan_can_only_be_canceled_now(admin: FlaskClient, plan: Subscription) -> None:
    question = text_of(admin.get(address_of(plan, "cancellation/new")).text)
    assert "Remaining installments are never charged" in question and "paid period" not in question
    refused = press(admin, plan, "cancellation", when="period_end")
    assert refused.status_code == 422
    assert (
        error_at(refused.text, "when")
        == "A payment plan ends after its last installment. It can only be canceled immediately."
    )
    press(admin, plan, "cancellation", when="now")
    assert reload(plan).status == "canceled"


def test_without_a_choice_an_error_is_shown(admin: FlaskClient, subscription: Subscription) -> None:
    refused = press(admin, subscription, "cancellation", htmx=True)
    assert refused.status_code == 422 and error_at(refused.text, "when") == "Choose when it ends."
    assert reload(subscription).status == "active"


def test_collection_is_paused_until_a_date_or_until_resumed(admin: FlaskClient, subscription: Subscription) -> None:
    until = now() + timedelta(days=20)
    press(admin, subscription, "pause", resumes_at=day(until))
    after = reload(subscription)
    assert after.paused and after.resumes_at is not None and day(after.resumes_at) == day(until)
    page = page_of(admin, subscription)
    assert f"Payments are paused until {until:%B} {until.day}, {until.year}:" in text_of(page)
    assert "Pause payments" not in buttons_of(page)
    assert "Payments paused" in admin.get(LIST).text
    press(admin, subscription, "resumption")
    assert not reload(subscription).paused
    assert "You resumed payments." in text_of(page_of(admin, subscription))
    press(admin, subscription, "pause", resumes_at="")
    after = reload(subscription)
    assert after.paused and after.resumes_at is None and after.next_charge_at is None
    assert "Next charge none" in text_of(page_of(admin, subscription))


@pytest.mark.parametrize(
    ("typed", "words"),
    [("2020-01-01", "Choose a future date."), ("soon", "Enter a date like 2030-12-31.")],
)
def test_an_invalid_date_shows_an_error_and_is_kept(
    admin: FlaskClient, subscription: Subscription, typed: str, words: str
) -> None:
    refused = press(admin, subscription, "pause", resumes_at=typed)
    assert refused.status_code == 422 and error_at(refused.text, "resumes_at") == words
    assert f'value="{typed}"' in refused.text
    assert "Nothing was changed." in alerts_of(refused.text)
    piece = press(admin, subscription, "pause", htmx=True, resumes_at=typed)
    assert piece.status_code == 422 and "<html" not in piece.text and "<input" not in piece.text
    assert error_at(piece.text, "resumes_at") == words
    assert not reload(subscription).paused


def test_a_trial_can_only_be_extended_to_a_later_date(admin: FlaskClient, trial: Subscription) -> None:
    assert trial.trial_end is not None
    for until, words in (
        ("", "Enter a date like 2030-12-31."),
        (day(now() + timedelta(days=3)), "Choose a date after the current end of the trial."),
        (day(now() + timedelta(days=800)), "A trial can end at most 730 days from now."),
    ):
        refused = press(admin, trial, "trial", until=until)
        assert refused.status_code == 422 and error_at(refused.text, "until") == words
    until = now() + timedelta(days=30)
    press(admin, trial, "trial", until=day(until))
    after = reload(trial)
    assert after.trial_end is not None and day(after.trial_end) == day(until)
    words = text_of(page_of(admin, trial))
    assert f"You extended the free trial to {until:%B} {until.day}, {until.year}." in words


def test_dates_are_in_the_shops_time_zone(admin: FlaskClient, trial: Subscription) -> None:
    assert post(admin, "/admin/settings/shop", time_zone="Europe/Kyiv").status_code == 303
    press(admin, trial, "trial", until="2028-01-10")
    end = reload(trial).trial_end
    assert end is not None and end.isoformat() == "2028-01-09T22:00:00+00:00"
    assert "Free trial until January 10, 2028" in text_of(page_of(admin, trial))


def test_a_new_price_for_one_subscription_is_emailed_to_its_customer(
    admin: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    question = admin.get(address_of(subscription, "price/new")).text
    assert 'value="19.90"' in question and "Now: €19.90 every month." in text_of(question)
    for typed, words in (
        ("19.90", "This is already the price."),
        ("much", "Enter a price like 19.99."),
        ("1.999", "Prices in EUR have at most 2 decimals."),
        ("0.10", "Stripe’s minimum is €0.50."),
        ("", "Enter a price."),
    ):
        refused = press(admin, subscription, "price", price=typed)
        assert refused.status_code == 422 and error_at(refused.text, "price") == words
    press(admin, subscription, "price", price="24,90")
    words = text_of(page_of(admin, subscription))
    assert (
        "marko@example.com will be emailed shortly." in words
        and "You scheduled a new price: €24.90 instead of €19.90." in words
    )
    assert email_kinds(subscription)[-1] == "price_changes"
    assert renew(reload(subscription), simulator).amount == 2490


def test_a_new_price_for_all_shows_the_count_and_date_and_emails_each_customer(
    admin: FlaskClient, monthly_offer: Offer, subscription: Subscription, simulator: Simulator
) -> None:
    address = f"/admin/offers/{monthly_offer.id}/price-change"
    iryna = subscribe(
        monthly_offer, simulator, buyer=replace(MARKO, email="iryna@example.com", visit="a-visit-of-iryna-1")
    )
    gone = subscribe(
        monthly_offer, simulator, buyer=replace(MARKO, email="taras@example.com", visit="a-visit-of-taras-1")
    )
    subscriptions.cancel(gone, immediately=False, by="buyer")
    assert f'href="{address}/new"' in admin.get(f"/admin/offers/{monthly_offer.id}").text
    question = admin.get(f"{address}/new").text
    words = text_of(question)
    assert "2 active subscriptions get the new price." in words and "Current price €19.90" in words
    assert f"{subscription.period_end:%b} {subscription.period_end.day}, {subscription.period_end.year}" in words
    refused = post(admin, address, price="nothing")
    assert refused.status_code == 422 and 'value="nothing"' in refused.text
    assert error_at(refused.text, "price") == "Enter a price like 19.99."
    answer = post(admin, address, price="25")
    assert (answer.status_code, answer.location) == (303, f"/admin/offers/{monthly_offer.id}")
    said = status_of(admin.get(f"/admin/offers/{monthly_offer.id}").text)
    assert said == "New price set for 2 subscriptions. The customers get an email within minutes."
    assert "New price scheduled: €25.00" in text_of(page_of(admin, iryna))
    worker.reconcile()
    assert Email.select().where(Email.kind == "price_changes").count() == 2
    assert [reload(one).unit_amount for one in (subscription, iryna, gone)] == [2500, 2500, 1990]
    assert Offer.get_by_id(monthly_offer.id).amount == 1990, "new buyers pay the offer's own price"


def test_an_offer_without_subscriptions_has_no_price_to_announce(admin: FlaskClient, monthly_offer: Offer) -> None:
    answer = admin.get(f"/admin/offers/{monthly_offer.id}/price-change/new")
    assert (answer.status_code, answer.location) == (302, f"/admin/offers/{monthly_offer.id}")
    assert "This offer has no active subscriptions" in status_of(admin.get(answer.location).text)


def refund_form(client: FlaskClient, subscription: Subscription) -> tuple[str, dict[str, str]]:
    """The address and the prefilled fields of the newest invoice's refund form."""
    address = f"/admin/invoices/{newest_invoice(subscription).public_id}/refunds"
    assert f'href="{address}/new"' in page_of(client, subscription)
    page = client.get(f"{address}/new").text
    amount = re.search(r'name="amount"[^>]*value="([^"]*)"', page)
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert amount and key, page
    return address, {"amount": amount[1], "reason": "requested_by_customer", "key": key[1]}


def test_refunding_a_renewal_leaves_the_order_unchanged(
    admin: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator)
    address, fields = refund_form(admin, subscription)
    assert fields["amount"] == "19.90"
    too_much = post(admin, address, **{**fields, "amount": "20"})
    assert too_much.status_code == 422
    assert error_at(too_much.text, "amount") == "Enter €19.90 or less."
    answer = post(admin, address, **{**fields, "amount": "5"})
    assert (answer.status_code, answer.location) == (303, address_of(subscription))
    page = page_of(admin, subscription)
    assert status_of(page) == "Refunded: €5.00."
    assert refund_form(admin, subscription)[1]["amount"] == "14.90"
    piece = post(admin, address, htmx=True, **refund_form(admin, subscription)[1])
    assert 'hx-target="#main"' in piece.text and "Refunded: €19.90." in text_of(piece.text)
    assert Refund.select().join(Payment).where(Payment.kind == "renewal").count() == 2
    assert Order.get_by_id(subscription.order_id).status == "paid"
    assert f"{address}/new" not in page_of(admin, subscription)
    assert admin.get(f"{address}/new").location == address_of(subscription)


def test_the_refund_of_the_first_invoice_is_the_orders_refund(admin: FlaskClient, subscription: Subscription) -> None:
    address, fields = refund_form(admin, subscription)
    post(admin, address, **fields)
    assert Order.get_by_id(subscription.order_id).status == "refunded"


def test_when_stripe_does_not_answer_an_error_is_shown_and_the_action_can_be_repeated(
    admin: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    simulator.add_fault("/v1/subscriptions/*", "error_before", times=9)
    until = day(now() + timedelta(days=9))
    refused = press(admin, subscription, "pause", resumes_at=until)
    assert refused.status_code == 422 and "Stripe returned an error." in alerts_of(refused.text)
    assert f'value="{until}"' in refused.text and "Traceback" not in refused.text
    simulator.clear_faults()
    assert press(admin, subscription, "pause", resumes_at=until).status_code == 303
    assert reload(subscription).paused


def test_a_change_to_a_subscription_that_has_ended_says_so(admin: FlaskClient, subscription: Subscription) -> None:
    cancel_at_stripe(subscription)
    refused = press(admin, subscription, "pause", resumes_at="")
    assert refused.status_code == 422
    assert "This subscription has ended and can’t be changed." in text_of(refused.text)
    press(admin, subscription, "keeping")
    assert "This subscription has ended" in alerts_of(page_of(admin, subscription))
    for what in QUESTIONS.values():
        assert admin.get(address_of(subscription, f"{what}/new")).location == address_of(subscription)


def test_a_subscription_of_a_disconnected_account_is_read_only(
    admin: FlaskClient, merchant: Merchant, subscription: Subscription
) -> None:
    merchants.disconnect(merchant)
    page = page_of(admin, subscription)
    assert "The Stripe account is disconnected, so this page is read-only." in text_of(page)
    assert buttons_of(page) == [] and "/refunds/new" not in page
    press(admin, subscription, "refresh")
    assert "Stripe account is disconnected" in alerts_of(page_of(admin, subscription))
