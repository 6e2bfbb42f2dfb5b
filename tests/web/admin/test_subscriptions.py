"""Admin → Subscriptions: the list, the queues of renewals that need the customer, and one subscription's page."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
import segno
from flask import Flask
from flask.testing import FlaskClient

from storefront import emails, merchants, subscriptions
from storefront.models import Email, Invoice, Merchant, Offer, Order, Payment, Subscription, now
from storefront.models.search import repriceable_subscriptions
from storefront.payments import CheckoutRequest
from stripe_simulator.accounts import TARAS
from tests.cards import ASKS
from tests.cast import MARKO
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import buy, confirm, start_checkout
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.stripe_dashboard import pay_at_stripe
from tests.subscription_steps import (
    DAY,
    email_kinds,
    newest_invoice,
    reload,
    renew,
    subscribe,
    subscription_after_refresh,
)
from tests.web.admin_pages import alerts_of, post, status_of, text_of
from tests.web.query_count import queries_of
from tests.web.test_languages import english_of
from tests.web_client import stay_signed_in

LIST = "/admin/subscriptions"
AUTHENTICATION, CARD = f"{LIST}/needs-authentication", f"{LIST}/needs-card"
REAL_CARD = "4539578763621486"  # not a test card: live mode refuses test cards


@pytest.fixture
def monthly_offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, "19.90", title="Evenings", kind="recurring")


def somebody(name: str) -> CheckoutRequest:
    return replace(MARKO, email=f"{name.lower()}@example.com", name=name, visit=f"a-visit-of-{name}-0001")


def declined(offer: Offer, simulator: Simulator, name: str = "Iryna") -> Subscription:
    """A subscription whose renewal was declined."""
    subscription = subscribe(offer, simulator, buyer=somebody(name))
    renew(subscription, simulator, "declines")
    return reload(subscription)


def asked_by_bank(offer: Offer, simulator: Simulator, name: str = "Marko") -> Subscription:
    """A subscription whose renewal waits for 3-D Secure."""
    subscription = subscribe(offer, simulator, ASKS, somebody(name))
    renew(subscription, simulator)
    return reload(subscription)


def page_of(admin: FlaskClient, subscription: Subscription) -> str:
    return admin.get(f"{LIST}/{subscription.public_id}").text


def rows_of(admin: FlaskClient, address: str = LIST) -> list[str]:
    """The order numbers in the list, in order."""
    return re.findall(r'<th scope="row">.*?<a class="row-link"[^>]*>#(\d+)<', admin.get(address).text)


def number(subscription: Subscription) -> str:
    return str(subscription.order.number)


def test_a_trial_without_a_card_is_not_listed(admin: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant, kind="recurring", trial_days=7)
    started = start_checkout(offer)
    waiting = subscription_after_refresh(started.order)
    for address in (LIST, f"{LIST}/{waiting.public_id}", f"/admin/orders/{started.order.token}"):
        assert "Needs a new card" in text_of(admin.get(address).text), address
        assert "/orders/" in address or '<span class="badge needs-customer">Needs' in admin.get(address).text
    page = text_of(page_of(admin, waiting))
    assert "The free trial hasn’t started" in page and "Extend trial" not in page and "Next charge none" in page
    assert "1 active" not in text_of(admin.get("/admin/customers").text)
    assert repriceable_subscriptions(offer) == [] and Subscription.count_running(merchant) == 0
    confirm(simulator, started)
    begun = subscription_after_refresh(started.order)
    assert "Extend trial" in page_of(admin, begun) and "1 active" in text_of(admin.get("/admin/customers").text)
    assert repriceable_subscriptions(offer) == [begun] and Subscription.count_running(merchant) == 1


def test_the_list_shows_customer_price_interval_card_and_next_charge(
    admin: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    subscription = subscribe(monthly_offer, simulator)
    words = text_of(admin.get(LIST).text)
    for expected in ("Marko marko@example.com", "Evenings", "Visa •••• 4242", "€19.90 every month", "Active"):
        assert expected in words
    assert f"{subscription.period_end:%B}" in words and "1 subscription " in words
    assert f'href="{LIST}/{subscription.public_id}"' in admin.get(LIST).text


def test_subscriptions_can_be_searched_and_filtered(
    admin: FlaskClient, merchant: Merchant, monthly_offer: Offer, simulator: Simulator
) -> None:
    trial = make_offer(merchant, "9", title="Magazine", kind="recurring", trial_days=14)
    live = make_offer(connect_merchant(TARAS, "live"), "30", "USD", kind="recurring")
    marko = subscribe(monthly_offer, simulator)
    iryna = subscribe(trial, simulator, buyer=somebody("Iryna"))
    started = start_checkout(live, somebody("Danylo"))
    confirm(simulator, started, REAL_CARD)
    danylo = subscription_after_refresh(started.order)
    everybody = [number(one) for one in (danylo, iryna, marko)]
    assert rows_of(admin) == everybody
    assert rows_of(admin, f"{LIST}?q=%23{number(marko)}") == rows_of(admin, f"{LIST}?q=MARKO@") == [number(marko)]
    assert rows_of(admin, f"{LIST}?q=iryna") == rows_of(admin, f"{LIST}?status=trialing") == [number(iryna)]
    assert rows_of(admin, f"{LIST}?mode=live") == rows_of(admin, f"{LIST}?offer={live.id}") == [number(danylo)]
    assert rows_of(admin, f"{LIST}?status=active&mode=test") == [number(marko)]
    assert rows_of(admin, f"{LIST}?status=paused") == rows_of(admin, f"{LIST}?q=%25") == []
    assert rows_of(admin, f"{LIST}?status=nonsense&mode=x&offer=x&page=x") == everybody
    page = admin.get(LIST).text
    for own, stripes in (("Free trial", "trialing"), ("Past due", "past_due"), ("Ended", "canceled")):
        assert f'value="{stripes}" label="{own} ({stripes})"' in page


def test_the_lists_use_a_constant_number_of_queries(
    admin: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    pages = (LIST, AUTHENTICATION, CARD, "/admin", "/admin/orders")
    asked_by_bank(monthly_offer, simulator)
    declined(monthly_offer, simulator)
    few = {address: queries_of(admin, address) for address in pages}
    for name in ("Olha", "Taras"):
        asked_by_bank(monthly_offer, simulator, f"{name}-A")
        declined(monthly_offer, simulator, f"{name}-B")
    assert {address: queries_of(admin, address) for address in pages} == few
    assert few[LIST] <= 6 and few[CARD] <= 6 and few["/admin"] <= 25, few


def test_a_subscriptions_page_uses_a_constant_number_of_queries(
    admin: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    subscription = subscribe(monthly_offer, simulator)
    address = f"{LIST}/{subscription.public_id}"
    few = queries_of(admin, address)
    for _month in range(3):
        renew(subscription, simulator)
    assert queries_of(admin, address) == few <= 14


def test_the_list_is_paginated(admin: FlaskClient, monthly_offer: Offer, simulator: Simulator) -> None:
    first = subscribe(monthly_offer, simulator)
    order, payment = first.order, first.payment
    for more in range(1, 52):
        copy = {**order.__data__, "token": f"t{more}", "visit_key": f"v{more}"}
        another = Order.create(**{name: value for name, value in copy.items() if name != "id"})
        paid = {**payment.__data__, "public_id": f"p{more}", "intent_id": f"pi_{more}", "order": another}
        paid = {name: value for name, value in paid.items() if name != "id"}
        begun = {**first.__data__, "public_id": f"s{more}", "subscription_id": f"sub_{more}", "order": another}
        begun = {name: value for name, value in begun.items() if name != "id"}
        Subscription.create(**{**begun, "payment": Payment.create(**paid)})
    assert len(rows_of(admin)) == 50 and len(rows_of(admin, f"{LIST}?page=2")) == 2
    page = admin.get(f"{LIST}?q=marko").text
    assert "52 subscriptions" in page and f"{LIST}?q=marko&amp;after=" in page


def test_each_queue_lists_open_renewals_with_amount_days_and_emails(
    admin: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    marko, iryna = asked_by_bank(monthly_offer, simulator), declined(monthly_offer, simulator)
    emails.send_due()
    assert rows_of(admin, AUTHENTICATION) == [number(marko)] and rows_of(admin, CARD) == [number(iryna)]
    page = admin.get(AUTHENTICATION).text
    words = text_of(page)
    days = (reload(marko).period_end - now()).days
    for expected in (f"{days} days", "€19.90", "1 email sent", "the bank requires 3D Secure", "Send again"):
        assert expected in words
    assert "until the unpaid period ends" in words
    assert "refused by the bank without a reason; Stripe will retry on" in text_of(admin.get(CARD).text)
    assert "2 subscriptions need customer action" in words, "the navigation shows the number of open renewals"
    assert 'aria-current="page">Needs confirmation (3D Secure)' in page
    for address in (LIST, AUTHENTICATION, CARD):
        assert "key=" not in admin.get(address).text, "the queue itself contains no payment link"
    assert rows_of(admin, f"{CARD}?q=marko") == [] and rows_of(admin, f"{CARD}?q=iryna") == [number(iryna)]


def test_the_queue_is_sorted_by_urgency_and_marks_the_last_day(
    admin: FlaskClient, merchant: Merchant, monthly_offer: Offer, simulator: Simulator
) -> None:
    weekly = make_offer(merchant, "5", title="Weekly", kind="recurring", interval="week")
    slow, quick = declined(monthly_offer, simulator, "Iryna"), declined(weekly, simulator, "Taras")
    assert rows_of(admin, CARD) == [number(quick), number(slow)]
    with time_moved(days=6, hours=12):
        stay_signed_in()
        assert "less than a day" in text_of(admin.get(CARD).text)
    with time_moved(days=8):
        stay_signed_in()
        assert re.search(r'class="badge red">none<', admin.get(CARD).text)


def test_renewals_of_a_disconnected_account_are_not_in_the_queue(
    admin: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    iryna = declined(monthly_offer, simulator)
    assert rows_of(admin, CARD) == [number(iryna)] and 'class="count"' in admin.get("/admin").text
    merchants.disconnect(iryna.merchant)
    assert rows_of(admin, CARD) == []
    dashboard = admin.get("/admin").text
    assert 'class="count"' not in dashboard and "Needs a new card" not in text_of(dashboard)


def test_several_open_invoices_of_a_customer_are_one_row_with_the_total(
    admin: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    simulator.billing(afterwards="past_due", retry_days=[])
    iryna = declined(monthly_offer, simulator)
    renew(iryna, simulator)
    assert rows_of(admin, CARD) == [number(iryna)]
    assert "€39.80 2 invoices" in text_of(admin.get(CARD).text)
    assert "Needs a new card 1" in text_of(admin.get(LIST).text)


def test_paid_and_canceled_renewals_leave_the_queue(
    admin: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    marko, iryna = asked_by_bank(monthly_offer, simulator), declined(monthly_offer, simulator)
    pay_at_stripe(simulator, newest_invoice(marko))
    post(admin, f"{LIST}/{marko.public_id}/refresh")
    subscriptions.cancel(iryna, immediately=True, by="owner")
    assert rows_of(admin, AUTHENTICATION) == rows_of(admin, CARD) == []
    assert "All caught up. No renewals need customer action." in text_of(admin.get(CARD).text)
    assert 'class="count"' not in admin.get("/admin").text


def test_the_email_can_be_sent_again_from_the_queue_and_the_page(
    admin: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    marko = asked_by_bank(monthly_offer, simulator)
    emails.send_due()
    address = f"{LIST}/{marko.public_id}/letters"
    answer = post(admin, address, queue="authentication")
    assert (answer.status_code, answer.location) == (303, AUTHENTICATION)
    assert "nothing was sent" in status_of(admin.get(AUTHENTICATION).text)
    post(admin, address)
    assert email_kinds(marko).count("renewal_authentication") == 2, "an email that is still waiting is not queued twice"
    emails.send_due()
    row = post(admin, address, htmx=True, queue="authentication")
    assert row.status_code == 200 and "<html" not in row.text
    assert f'hx-target="#waiting-{marko.public_id}"' in row.text and "2 emails sent" in text_of(row.text)
    page = post(admin, address, htmx=True).text
    assert 'hx-target="#main"' in page and 'data-status="past_due"' in page


def test_no_email_is_sent_when_the_renewal_is_settled(
    admin: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    marko = asked_by_bank(monthly_offer, simulator)
    pay_at_stripe(simulator, newest_invoice(marko))
    subscriptions.refresh(marko)
    before = Email.select().count()
    row = post(admin, f"{LIST}/{marko.public_id}/letters", htmx=True, queue="authentication").text
    assert "no email was sent" in text_of(row) and "Send again" not in row
    post(admin, f"{LIST}/{marko.public_id}/letters", queue="card")
    assert "no email was sent" in alerts_of(admin.get(CARD).text)
    assert Email.select().count() == before


def test_the_payment_link_has_its_own_page_with_a_qr_code_and_offers_the_saved_card(
    admin: FlaskClient, client: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    marko = asked_by_bank(monthly_offer, simulator)
    page = admin.get(f"{LIST}/{marko.public_id}/pay-link")
    link = re.search(r'data-copy="([^"]+)"', page.text)
    assert link and link[1].startswith(f"http://shop.example.com/orders/{marko.order.token}/pay?key=")
    address = link[1].replace("&amp;", "&")
    drawn = re.search(r'<path[^>]*stroke="#000"[^>]* d="([^"]+)"', page.text)
    same = segno.make(address, error="m", micro=False).svg_inline(border=4, omitsize=True, dark="#000", light="#fff")
    assert drawn and drawn[1] in same
    assert f"expires in {emails.PAY_KEY_LIFETIME.days} days" in text_of(page.text)
    assert "no-store" in page.headers["Cache-Control"]
    opened = client.get(address.removeprefix("http://shop.example.com")).text
    assert "Confirm €19.90 payment" in text_of(opened)
    pay_at_stripe(simulator, newest_invoice(marko))
    subscriptions.refresh(marko)
    gone = admin.get(f"{LIST}/{marko.public_id}/pay-link")
    assert (gone.status_code, gone.location) == (302, f"{LIST}/{marko.public_id}")


def outcomes_of(html: str) -> dict[str, str]:
    """{label: amounts} of At risk, Recovered and Lost."""
    parts = re.findall(r'class="outcome \w+">\s*<h3>([^<]+)</h3>\s*<p[^>]*>[^<]*</p>(.*?)</div>', html, re.S)
    return {name: text_of(rest).strip() for name, rest in parts}


def test_amounts_at_risk_recovered_and_lost_are_totaled_per_currency_and_mode(
    app: Flask, admin: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    live = make_offer(connect_merchant(TARAS, "live"), "30", "USD", kind="recurring")
    started = start_checkout(live, somebody("Danylo"))
    confirm(simulator, started, REAL_CARD)
    renew(subscription_after_refresh(started.order), simulator, "declines")
    asked_by_bank(monthly_offer, simulator)
    recovered = asked_by_bank(monthly_offer, simulator, "Olha")
    pay_at_stripe(simulator, newest_invoice(recovered))
    subscriptions.refresh(recovered)
    subscriptions.cancel(declined(monthly_offer, simulator), immediately=True, by="owner")
    subscribe(monthly_offer, simulator, buyer=somebody("Taras"))
    assert (
        outcomes_of(admin.get(LIST).text)
        == outcomes_of(admin.get(CARD).text)
        == {
            "At risk": "Live $30.00 1 invoice Test €19.90 1 invoice",
            "Recovered": "Test €19.90 1 invoice",
            "Lost": "Test €19.90 1 invoice",
        }
    )
    dashboard = text_of(admin.get("/admin").text)
    assert "At risk $30.00 1 unpaid renewal now" in dashboard and "At risk €19.90 1 unpaid renewal now" in dashboard
    assert "Needs confirmation (3D Secure) (1) · Needs a new card (1)" in dashboard
    assert "Test EUR Revenue €99.50" in dashboard, "renewals count as paid"
    assert "Orders 4 0 in the 30 days before 1 renewal" in dashboard
    told = app.test_client().get("/metrics").text
    for line in (
        'storefront_stopped_renewals{mode="live",outcome="at_risk"} 1.0',
        'storefront_stopped_renewals{mode="live",outcome="lost"} 0.0',
        'storefront_stopped_renewals_amount{currency="EUR",mode="test",outcome="recovered"} 1990.0',
        'storefront_stopped_renewals_amount{currency="USD",mode="live",outcome="at_risk"} 3000.0',
        'storefront_subscriptions{mode="test",status="canceled"} 1.0',
        'storefront_subscriptions{mode="test",status="past_due"} 1.0',
    ):
        assert line in told


def test_a_subscription_that_stripe_cancels_after_failed_payments_is_lost(
    admin: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    iryna = declined(monthly_offer, simulator)
    simulator.advance(40 * DAY)
    post(admin, f"{LIST}/{iryna.public_id}/refresh")
    assert outcomes_of(admin.get(LIST).text)["Lost"] == "Test €19.90 1 invoice"
    page = page_of(admin, iryna)
    assert 'data-status="canceled"' in page
    words = text_of(page)
    assert "Ended by Stripe because a renewal wasn’t paid." in words
    assert "The customer can subscribe again on the offer page" in words
    assert f"http://shop.example.com/o/{monthly_offer.slug}" in page


def test_a_subscriptions_page_shows_terms_consent_card_next_charge_and_history(
    admin: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    buyer = replace(MARKO, consent="With this button you allow what follows.")
    subscription = subscribe(monthly_offer, simulator, buyer=buyer)
    renew(subscription, simulator)
    page = page_of(admin, subscription)
    words = text_of(page)
    assert 'data-status="active"' in page
    for expected in (
        f"Subscription #{number(subscription)}",
        "€19.90 every month. The customer can cancel anytime and keeps access until the end of the paid period.",
        "With this button you allow what follows.",
        "Accepted by the customer:",
        "Visa •••• 4242 until 12/2034",
        "Subscription active, everything paid.",
        f"Invoice {newest_invoice(subscription).number} paid: €19.90.",
        "Renewal receipt",
    ):
        assert expected in words, expected
    assert f'<time datetime="{reload(subscription).period_end:%Y-%m-%d}' in page
    assert f'href="/admin/orders/{subscription.order.token}"' in page
    order = admin.get(f"/admin/orders/{subscription.order.token}").text
    assert f'href="{LIST}/{subscription.public_id}"' in order
    assert f'href="/admin/customers/{subscription.order.token}"' in order


def test_an_open_renewal_shows_its_reason_and_the_possible_actions(
    admin: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    marko = asked_by_bank(monthly_offer, simulator)
    words = text_of(page_of(admin, marko))
    for expected in (
        "A renewal hasn’t been paid. The bank requires the customer to confirm this payment (3D Secure).",
        "Not paid: the bank requires 3D Secure. Stripe won’t retry.",
        "not paid: €19.90 needs the customer’s confirmation (3D Secure).",
        "Link and QR code",
    ):
        assert expected in words, expected
    words = text_of(page_of(admin, declined(monthly_offer, simulator)))
    assert "The saved card was declined." in words
    assert "Not paid: refused by the bank without a reason. Stripe will retry on" in words
    pay_at_stripe(simulator, newest_invoice(marko))
    post(admin, f"{LIST}/{marko.public_id}/refresh")
    words = text_of(page_of(admin, marko))
    assert "Failed (the bank requires 3D Secure), then paid." in words


def test_every_status_has_a_text_and_a_suggested_action(
    admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    trial = subscribe(make_offer(merchant, "9", kind="recurring", trial_days=14), simulator)
    words = text_of(page_of(admin, trial))
    assert "then the card is charged for the first time" in words and "€0.00 Paid free trial" in words
    started = start_checkout(make_offer(merchant, "9", kind="recurring"), somebody("Olha"))
    open_first = subscription_after_refresh(started.order)
    page = page_of(admin, open_first)
    assert 'data-status="incomplete"' in page and "First payment pending" in page
    assert "with the same card or another one, for 23 hours" in text_of(page)
    simulator.advance(DAY)
    post(admin, f"{LIST}/{open_first.public_id}/refresh")
    page = page_of(admin, open_first)
    assert 'data-status="incomplete_expired"' in page
    assert "The customer can start again on the order page" in text_of(page)


def test_an_unpaid_subscription_says_how_to_reactivate_it(
    admin: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    simulator.billing(afterwards="unpaid")
    iryna = declined(monthly_offer, simulator)
    simulator.advance(30 * DAY)
    post(admin, f"{LIST}/{iryna.public_id}/refresh")
    page = page_of(admin, iryna)
    assert 'data-status="unpaid"' in page
    words = text_of(page)
    assert "Stripe has stopped trying to charge the card." in words and "Send again" in words


def test_a_payment_plan_counts_installments_and_shows_the_open_one(
    admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    plan = subscribe(make_offer(merchant, "120", kind="plan", instalments=3), simulator)
    renew(plan, simulator)
    words = text_of(page_of(admin, plan))
    for expected in ("Payment plan #", "2 of 3 paid", "Installment 2 of 3", "The plan ends automatically on"):
        assert expected in words, expected
    simulator.billing(afterwards="past_due", retry_days=[])
    renew(plan, simulator, "declines")
    simulator.advance(60 * DAY)
    post(admin, f"{LIST}/{plan.public_id}/refresh")
    page = page_of(admin, plan)
    assert 'data-status="canceled"' in page
    words = text_of(page)
    for expected in (
        "2 of 3 paid 1 unpaid",
        "Installment 3 of 3 unpaid, plan ended",
        "The plan has ended. No more charges will be made.",
        "can be paid through the link",
    ):
        assert expected in words, expected
    assert rows_of(admin, CARD) == [number(plan)] and outcomes_of(admin.get(LIST).text)["Lost"] == "—"


def test_ask_stripe_again_updates_the_page_or_shows_an_error(
    admin: FlaskClient, monthly_offer: Offer, simulator: Simulator
) -> None:
    subscription = subscribe(monthly_offer, simulator)
    simulator.renew(subscription.subscription_id or "", "declines")
    answer = post(admin, f"{LIST}/{subscription.public_id}/refresh", htmx=True)
    assert 'data-status="past_due"' in answer.text and "Synced with Stripe." in text_of(answer.text)
    simulator.add_fault("/v1/subscriptions/*", "error_before", method="GET", times=9)
    post(admin, f"{LIST}/{subscription.public_id}/refresh")
    page = page_of(admin, subscription)
    assert "Stripe returned an error." in alerts_of(page) and 'data-status="past_due"' in page


def test_an_unknown_subscription_is_not_found(admin: FlaskClient) -> None:
    for address in (f"{LIST}/nothing", f"{LIST}/nothing/pay-link", "/admin/invoices/nothing/refunds/new"):
        assert admin.get(address).status_code == 404


def test_a_shop_without_subscriptions_explains_how_to_sell_them(
    admin: FlaskClient, merchant: Merchant, simulator
) -> None:
    buy(make_offer(merchant), simulator)
    words = text_of(admin.get(LIST).text)
    assert "No subscriptions yet." in words and "Failed renewals" not in words
    assert "At risk" not in text_of(admin.get("/admin").text)


def test_names_are_escaped(admin: FlaskClient, monthly_offer: Offer, simulator: Simulator) -> None:
    marko = asked_by_bank(monthly_offer, simulator)
    Order.update(name="<script>alert(1)</script>", title="<b>x</b>", consent="<i>y</i>").execute()
    token, id_ = marko.order.token, marko.public_id
    for address in (LIST, AUTHENTICATION, f"{LIST}/{id_}", f"{LIST}/{id_}/pay-link", f"{LIST}/{id_}/cancellation/new"):
        html = admin.get(address).text
        assert "<script>alert" not in html and "<b>x" not in html and "<i>y" not in html
    assert "<script>alert" not in admin.get("/admin/customers").text + admin.get(f"/admin/customers/{token}").text


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_every_subscription_page_is_completely_translated(
    admin: FlaskClient, merchant: Merchant, monthly_offer: Offer, simulator: Simulator, language: str
) -> None:
    Offer.update(title="Акварель").execute()
    Merchant.update(name="Студія").execute()
    buyer = replace(MARKO, name="Марко", language=language)
    marko = subscribe(Offer.get_by_id(monthly_offer.id), simulator, ASKS, buyer)
    renew(marko, simulator)
    free = make_offer(merchant, "9", title="Журнал", kind="recurring", trial_days=14)
    iryna = subscribe(free, simulator, buyer=replace(buyer, email="iryna@example.com", visit="a-visit-of-iryna-1"))
    in_parts = make_offer(merchant, "120", title="Курс", kind="plan", instalments=3)
    taras = subscribe(in_parts, simulator, buyer=replace(buyer, email="taras@example.com", visit="a-visit-of-taras-1"))
    renew(taras, simulator, "declines")
    olha = subscribe(free, simulator, buyer=replace(buyer, email="olha@example.com", visit="a-visit-of-olha-0001"))
    subscriptions.pause(olha, now() + timedelta(days=9))
    subscriptions.cancel(olha, immediately=False, by="buyer")
    questions = [f"{LIST}/{iryna.public_id}/{what}/new" for what in ("cancellation", "pause", "trial", "price")]
    pages = [f"{LIST}/{one.public_id}" for one in (marko, iryna, taras, olha)]
    links = [f"{LIST}/{marko.public_id}/pay-link", f"/admin/customers/{marko.order.token}/link"]
    first = Invoice.all_of(taras)[-1]
    others = [f"/admin/offers/{free.id}/price-change/new", f"/admin/invoices/{first.public_id}/refunds/new"]
    people = [
        "/admin",
        "/admin/customers",
        f"/admin/customers/{taras.order.token}",
        f"/admin/orders/{marko.order.token}",
    ]
    admin.get(f"/admin?lang={language}")
    for address in (LIST, AUTHENTICATION, CARD, *questions, *pages, *links, *others, *people):
        answer = admin.get(address)
        assert answer.status_code == 200, address
        assert english_of(language, answer.text) - {"Visa"} == set(), address


def test_the_checklist_names_the_billing_settings_when_they_are_needed(admin: FlaskClient, merchant: Merchant) -> None:
    settings = "/admin/settings/payment-systems/stripe"
    hosted = "Send a Stripe-hosted link for customers to confirm their payments when required"
    assert "Turn off Stripe’s own customer emails" not in text_of(admin.get(settings).text)
    make_offer(merchant, kind="recurring")
    words = text_of(admin.get(settings).text)
    assert "Turn off Stripe’s own customer emails" in words and f"{hosted} , Send emails" in words
    guide = text_of(admin.get("/admin/guide/stripe").text)
    for switch in ("Smart Retries", "Send emails when card payments fail", "Send emails about expiring cards"):
        assert switch in guide
