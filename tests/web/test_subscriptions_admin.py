"""Subscriptions as the owner sees them: the list, the queues of what waits for customers, one subscription."""

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
from tests.buying import MARKO, begin, bought, pay
from tests.clocks import later
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator
from tests.stripe_dashboard import pay_at_stripe
from tests.subscribing import ASKS_EACH_TIME, DAY, fresh, letters_of, looked_at, newest, renewed, subscribed
from tests.web.admin_pages import alerts_of, post, status_of, text_of
from tests.web.test_languages import english_of
from tests.web.test_merchants import queries_of

LIST = "/admin/subscriptions"
AUTHENTICATION, CARD = f"{LIST}/needs-authentication", f"{LIST}/needs-card"
REAL_CARD = "4539578763621486"  # no card of Stripe's: live mode takes no test cards


@pytest.fixture
def merchant(app: Flask) -> Merchant:
    return connect_merchant()


@pytest.fixture
def monthly(merchant: Merchant) -> Offer:
    return make_offer(merchant, "19.90", title="Evenings", kind="recurring")


def somebody(name: str) -> CheckoutRequest:
    return replace(MARKO, email=f"{name.lower()}@example.com", name=name, visit=f"a-visit-of-{name}-0001")


def declined(offer: Offer, simulator: Simulator, name: str = "Iryna") -> Subscription:
    """Its renewal was declined."""
    subscription = subscribed(offer, simulator, buyer=somebody(name))
    renewed(subscription, simulator, "declines")
    return fresh(subscription)


def asked_by_bank(offer: Offer, simulator: Simulator, name: str = "Marko") -> Subscription:
    """Its renewal waits for the bank's check."""
    subscription = subscribed(offer, simulator, ASKS_EACH_TIME, somebody(name))
    renewed(subscription, simulator)
    return fresh(subscription)


def page_of(admin: FlaskClient, subscription: Subscription) -> str:
    return admin.get(f"{LIST}/{subscription.public_id}").text


def rows_of(admin: FlaskClient, address: str = LIST) -> list[str]:
    """The order numbers of a list's rows."""
    return re.findall(r'<th scope="row"><a[^>]*>#(\d+)<', admin.get(address).text)


def number(subscription: Subscription) -> str:
    return str(subscription.order.number)


def test_a_trial_without_a_card_is_none_yet(admin: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant, kind="recurring", trial_days=7)
    started = begin(offer)
    waiting = looked_at(started.order)
    for address in (LIST, f"{LIST}/{waiting.public_id}", f"/admin/orders/{started.order.token}"):
        assert "Waits for a card" in text_of(admin.get(address).text), address
    page = text_of(page_of(admin, waiting))
    assert "The free trial has not begun" in page and "Extend the trial" not in page and "Next charge none" in page
    assert "1 running" not in text_of(admin.get("/admin/customers").text)
    assert repriceable_subscriptions(offer) == [] and Subscription.count_running(merchant) == 0
    pay(simulator, started)
    begun = looked_at(started.order)
    assert "Extend the trial" in page_of(admin, begun) and "1 running" in text_of(admin.get("/admin/customers").text)
    assert repriceable_subscriptions(offer) == [begun] and Subscription.count_running(merchant) == 1


def test_the_list_says_who_pays_what_how_often_with_which_card_and_when_next(
    admin: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    subscription = subscribed(monthly, simulator)
    words = text_of(admin.get(LIST).text)
    for expected in ("Marko marko@example.com", "Evenings", "Visa •••• 4242", "€19.90 every month", "Running"):
        assert expected in words
    assert f"{subscription.period_end:%B}" in words and "1 subscription " in words
    assert f'href="{LIST}/{subscription.public_id}"' in admin.get(LIST).text


def test_subscriptions_are_found_by_number_email_and_name_and_narrowed(
    admin: FlaskClient, merchant: Merchant, monthly: Offer, simulator: Simulator
) -> None:
    trial = make_offer(merchant, "9", title="Magazine", kind="recurring", trial_days=14)
    live = make_offer(connect_merchant(TARAS, "live"), "30", "USD", kind="recurring")
    marko = subscribed(monthly, simulator)
    iryna = subscribed(trial, simulator, buyer=somebody("Iryna"))
    started = begin(live, somebody("Danylo"))
    pay(simulator, started, REAL_CARD)
    danylo = looked_at(started.order)
    everybody = [number(one) for one in (danylo, iryna, marko)]
    assert rows_of(admin) == everybody
    assert rows_of(admin, f"{LIST}?q=%23{number(marko)}") == rows_of(admin, f"{LIST}?q=MARKO@") == [number(marko)]
    assert rows_of(admin, f"{LIST}?q=iryna") == rows_of(admin, f"{LIST}?status=trialing") == [number(iryna)]
    assert rows_of(admin, f"{LIST}?mode=live") == rows_of(admin, f"{LIST}?offer={live.id}") == [number(danylo)]
    assert rows_of(admin, f"{LIST}?status=active&mode=test") == [number(marko)]
    assert rows_of(admin, f"{LIST}?status=paused") == rows_of(admin, f"{LIST}?q=%25") == []
    assert rows_of(admin, f"{LIST}?status=nonsense&mode=x&offer=x&page=x") == everybody
    page = admin.get(LIST).text
    for own, stripes in (("Free trial", "trialing"), ("Payment stopped", "past_due"), ("Ended", "canceled")):
        assert f'value="{stripes}" label="{own} ({stripes})"' in page


def test_lists_cost_the_same_number_of_queries_however_long_they_are(
    admin: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    pages = (LIST, AUTHENTICATION, CARD, "/admin", "/admin/orders")
    asked_by_bank(monthly, simulator)
    declined(monthly, simulator)
    few = {address: queries_of(admin, address) for address in pages}
    for name in ("Olha", "Taras"):
        asked_by_bank(monthly, simulator, f"{name}-A")
        declined(monthly, simulator, f"{name}-B")
    assert {address: queries_of(admin, address) for address in pages} == few
    assert few[LIST] <= 11 and few[CARD] <= 10 and few["/admin"] <= 18, few


def test_one_subscriptions_page_costs_the_same_number_of_queries_however_long_it_runs(
    admin: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    subscription = subscribed(monthly, simulator)
    address = f"{LIST}/{subscription.public_id}"
    few = queries_of(admin, address)
    for _month in range(3):
        renewed(subscription, simulator)
    assert queries_of(admin, address) == few <= 14


def test_the_list_is_paged(admin: FlaskClient, monthly: Offer, simulator: Simulator) -> None:
    first = subscribed(monthly, simulator)
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
    assert "52 subscriptions" in page and f"{LIST}?q=marko&amp;page=2" in page


def test_each_queue_holds_what_waits_for_its_customers_with_money_days_and_letters(
    admin: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    marko, iryna = asked_by_bank(monthly, simulator), declined(monthly, simulator)
    emails.send_due()
    assert rows_of(admin, AUTHENTICATION) == [number(marko)] and rows_of(admin, CARD) == [number(iryna)]
    page = admin.get(AUTHENTICATION).text
    words = text_of(page)
    days = (fresh(marko).period_end - now()).days
    for expected in (f"{days} days", "€19.90", "1 letter sent", "the bank asks for 3-D Secure", "Send again"):
        assert expected in words
    assert "counts to the end of the period that is not paid" in words
    assert "generic decline; Stripe tries again on" in text_of(admin.get(CARD).text)
    assert "2 subscriptions wait" in words, "the navigation counts those that need somebody"
    assert 'aria-current="page">Needs authentication' in page
    for address in (LIST, AUTHENTICATION, CARD):
        assert "key=" not in admin.get(address).text, "who looks over a shoulder takes no link along"
    assert rows_of(admin, f"{CARD}?q=marko") == [] and rows_of(admin, f"{CARD}?q=iryna") == [number(iryna)]


def test_the_most_urgent_stand_first_and_the_last_day_is_said_so(
    admin: FlaskClient, merchant: Merchant, monthly: Offer, simulator: Simulator
) -> None:
    weekly = make_offer(merchant, "5", title="Weekly", kind="recurring", interval="week")
    slow, quick = declined(monthly, simulator, "Iryna"), declined(weekly, simulator, "Taras")
    assert rows_of(admin, CARD) == [number(quick), number(slow)]
    with later(days=6, hours=12):
        assert "less than a day" in text_of(admin.get(CARD).text)
    with later(days=8):
        assert re.search(r'class="badge red">none<', admin.get(CARD).text)


def test_nobody_is_waited_for_at_an_account_that_is_disconnected(
    admin: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    iryna = declined(monthly, simulator)
    assert rows_of(admin, CARD) == [number(iryna)] and 'class="count"' in admin.get("/admin").text
    merchants.disconnect(iryna.merchant)
    assert rows_of(admin, CARD) == []
    dashboard = admin.get("/admin").text
    assert 'class="count"' not in dashboard and "Needs a card" not in text_of(dashboard)


def test_a_customer_with_several_open_invoices_is_one_row_with_all_the_money(
    admin: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    simulator.billing(afterwards="past_due", retry_days=[])
    iryna = declined(monthly, simulator)
    renewed(iryna, simulator)
    assert rows_of(admin, CARD) == [number(iryna)]
    assert "€39.80 2 invoices" in text_of(admin.get(CARD).text)
    assert "Needs a card 1" in text_of(admin.get(LIST).text)


def test_what_is_paid_leaves_the_queue_and_what_was_cancelled_too(
    admin: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    marko, iryna = asked_by_bank(monthly, simulator), declined(monthly, simulator)
    pay_at_stripe(simulator, newest(marko))
    post(admin, f"{LIST}/{marko.public_id}/refresh")
    subscriptions.cancel(iryna, immediately=True, by="owner")
    assert rows_of(admin, AUTHENTICATION) == rows_of(admin, CARD) == []
    assert "Nobody is waited for here." in text_of(admin.get(CARD).text)
    assert 'class="count"' not in admin.get("/admin").text


def test_the_letter_is_sent_again_from_the_queue_and_from_the_page(
    admin: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    marko = asked_by_bank(monthly, simulator)
    emails.send_due()
    address = f"{LIST}/{marko.public_id}/letters"
    answer = post(admin, address, queue="authentication")
    assert (answer.status_code, answer.location) == (303, AUTHENTICATION)
    assert "the letter is written and kept here" in status_of(admin.get(AUTHENTICATION).text)
    post(admin, address)
    assert letters_of(marko).count("renewal_authentication") == 2, "one that still waits is not written twice"
    emails.send_due()
    row = post(admin, address, htmx=True, queue="authentication")
    assert row.status_code == 200 and "<html" not in row.text
    assert f'hx-target="#waiting-{marko.public_id}"' in row.text and "2 letters sent" in text_of(row.text)
    page = post(admin, address, htmx=True).text
    assert 'hx-target="#main"' in page and 'data-status="past_due"' in page


def test_no_letter_goes_out_when_nothing_waits_any_more(
    admin: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    marko = asked_by_bank(monthly, simulator)
    pay_at_stripe(simulator, newest(marko))
    subscriptions.refresh(marko)
    before = Email.select().count()
    row = post(admin, f"{LIST}/{marko.public_id}/letters", htmx=True, queue="authentication").text
    assert "no letter was written" in text_of(row) and "Send again" not in row
    post(admin, f"{LIST}/{marko.public_id}/letters", queue="card")
    assert "no letter was written" in alerts_of(admin.get(CARD).text)
    assert Email.select().count() == before


def test_the_link_to_pay_stands_on_its_own_page_with_its_qr_code_and_opens_the_saved_card(
    admin: FlaskClient, client: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    marko = asked_by_bank(monthly, simulator)
    page = admin.get(f"{LIST}/{marko.public_id}/pay-link")
    link = re.search(r'data-copy="([^"]+)"', page.text)
    assert link and link[1].startswith(f"http://shop.example.com/orders/{marko.order.token}/pay?key=")
    address = link[1].replace("&amp;", "&")
    drawn = re.search(r'<path[^>]*stroke="#000"[^>]* d="([^"]+)"', page.text)
    same = segno.make(address, error="m", micro=False).svg_inline(border=4, omitsize=True, dark="#000", light="#fff")
    assert drawn and drawn[1] in same
    assert f"works for {emails.PAY_KEY_LIFETIME.days} days" in text_of(page.text)
    assert "no-store" in page.headers["Cache-Control"]
    opened = client.get(address.removeprefix("http://shop.example.com")).text
    assert "Confirm the payment of €19.90" in text_of(opened)
    pay_at_stripe(simulator, newest(marko))
    subscriptions.refresh(marko)
    gone = admin.get(f"{LIST}/{marko.public_id}/pay-link")
    assert (gone.status_code, gone.location) == (302, f"{LIST}/{marko.public_id}")


def outcomes_of(html: str) -> dict[str, str]:
    """{At risk, Recovered, Lost: what stands there}."""
    parts = re.findall(r'class="outcome \w+">\s*<h3>([^<]+)</h3>\s*<p[^>]*>[^<]*</p>(.*?)</div>', html, re.S)
    return {name: text_of(rest).strip() for name, rest in parts}


def test_money_at_risk_recovered_and_lost_is_summed_for_each_currency_and_mode(
    app: Flask, admin: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    live = make_offer(connect_merchant(TARAS, "live"), "30", "USD", kind="recurring")
    started = begin(live, somebody("Danylo"))
    pay(simulator, started, REAL_CARD)
    renewed(looked_at(started.order), simulator, "declines")
    asked_by_bank(monthly, simulator)
    recovered = asked_by_bank(monthly, simulator, "Olha")
    pay_at_stripe(simulator, newest(recovered))
    subscriptions.refresh(recovered)
    subscriptions.cancel(declined(monthly, simulator), immediately=True, by="owner")
    subscribed(monthly, simulator, buyer=somebody("Taras"))
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
    assert "At risk: renewals that stopped Live $30.00 1 invoice Test €19.90 1 invoice" in dashboard
    assert "Needs authentication (1) · Needs a card (1)" in dashboard
    assert "Test €99.50 4 orders, 1 renewal" in dashboard, "what renewals brought counts as paid"
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


def test_a_subscription_that_stripe_ends_for_want_of_payment_is_lost(
    admin: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    iryna = declined(monthly, simulator)
    simulator.advance(40 * DAY)
    post(admin, f"{LIST}/{iryna.public_id}/refresh")
    assert outcomes_of(admin.get(LIST).text)["Lost"] == "Test €19.90 1 invoice"
    page = page_of(admin, iryna)
    assert 'data-status="canceled"' in page
    words = text_of(page)
    assert "Stripe has ended it because a renewal was not paid." in words
    assert "the customer subscribes anew on the offer’s page" in words
    assert f"http://shop.example.com/o/{monthly.slug}" in page


def test_a_page_tells_of_promise_consent_card_next_charge_and_history(
    admin: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    buyer = replace(MARKO, consent="With this button you allow what follows.")
    subscription = subscribed(monthly, simulator, buyer=buyer)
    renewed(subscription, simulator)
    page = page_of(admin, subscription)
    words = text_of(page)
    assert 'data-status="active"' in page
    for expected in (
        f"Subscription #{number(subscription)}",
        "€19.90 every month. The buyer can cancel at any time, and keeps what is paid until the period ends.",
        "With this button you allow what follows.",
        "Agreed to by the buyer:",
        "Visa •••• 4242 until 12/2034",
        "The subscription runs, and all is paid.",
        f"Invoice {newest(subscription).number} is paid: €19.90.",
        "Receipt of a renewal",
    ):
        assert expected in words, expected
    assert f'<time datetime="{fresh(subscription).period_end:%Y-%m-%d}' in page
    assert f'href="/admin/orders/{subscription.order.token}"' in page
    order = admin.get(f"/admin/orders/{subscription.order.token}").text
    assert f'href="{LIST}/{subscription.public_id}"' in order
    assert f'href="/admin/customers/{subscription.order.token}"' in order


def test_a_stopped_renewal_says_why_and_what_can_be_done(
    admin: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    marko = asked_by_bank(monthly, simulator)
    words = text_of(page_of(admin, marko))
    for expected in (
        "A renewal is not paid. The bank wants its customer to confirm the payment (3-D Secure).",
        "Not paid: the bank asks for 3-D Secure. Stripe does not try again by itself.",
        "stopped: the bank wants the buyer to confirm €19.90 (3-D Secure).",
        "Link and QR code",
    ):
        assert expected in words, expected
    words = text_of(page_of(admin, declined(monthly, simulator)))
    assert "The saved card was declined." in words
    assert "Not paid: generic decline. Stripe tries again on" in words
    pay_at_stripe(simulator, newest(marko))
    post(admin, f"{LIST}/{marko.public_id}/refresh")
    words = text_of(page_of(admin, marko))
    assert "It stopped first (the bank asks for 3-D Secure) and was paid in the end." in words


def test_every_status_has_its_words_and_its_way_back(
    admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    trial = subscribed(make_offer(merchant, "9", kind="recurring", trial_days=14), simulator)
    words = text_of(page_of(admin, trial))
    assert "then the card is charged for the first time" in words and "€0.00 Paid free trial" in words
    started = begin(make_offer(merchant, "9", kind="recurring"), somebody("Olha"))
    open_first = looked_at(started.order)
    page = page_of(admin, open_first)
    assert 'data-status="incomplete"' in page and "First payment open" in page
    assert "with the same card or another one, until 23 hours" in text_of(page)
    simulator.advance(DAY)
    post(admin, f"{LIST}/{open_first.public_id}/refresh")
    page = page_of(admin, open_first)
    assert 'data-status="incomplete_expired"' in page
    assert "The order’s page lets the buyer start anew" in text_of(page)


def test_one_that_stripe_left_unpaid_says_how_it_comes_back(
    admin: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    simulator.billing(afterwards="unpaid")
    iryna = declined(monthly, simulator)
    simulator.advance(30 * DAY)
    post(admin, f"{LIST}/{iryna.public_id}/refresh")
    page = page_of(admin, iryna)
    assert 'data-status="unpaid"' in page
    words = text_of(page)
    assert "Stripe has given up charging the card." in words and "Send again" in words


def test_a_plan_counts_its_instalments_and_names_the_one_still_open_at_its_end(
    admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    plan = subscribed(make_offer(merchant, "120", kind="plan", instalments=3), simulator)
    renewed(plan, simulator)
    words = text_of(page_of(admin, plan))
    for expected in ("Payment plan #", "2 of 3 paid", "Instalment 2 of 3", "The plan ends by itself on"):
        assert expected in words, expected
    simulator.billing(afterwards="past_due", retry_days=[])
    renewed(plan, simulator, "declines")
    simulator.advance(60 * DAY)
    post(admin, f"{LIST}/{plan.public_id}/refresh")
    page = page_of(admin, plan)
    assert 'data-status="canceled"' in page
    words = text_of(page)
    for expected in (
        "2 of 3 paid 1 is still open",
        "Instalment 3 of 3 still open though the plan has ended",
        "The plan has come to its end: nothing more will be charged.",
        "can be paid through the link",
    ):
        assert expected in words, expected
    assert rows_of(admin, CARD) == [number(plan)] and outcomes_of(admin.get(LIST).text)["Lost"] == "—"


def test_asking_stripe_again_brings_the_page_up_to_date_and_says_when_it_can_not(
    admin: FlaskClient, monthly: Offer, simulator: Simulator
) -> None:
    subscription = subscribed(monthly, simulator)
    simulator.renew(subscription.subscription_id or "", "declines")
    answer = post(admin, f"{LIST}/{subscription.public_id}/refresh", htmx=True)
    assert 'data-status="past_due"' in answer.text and "Stripe was asked." in text_of(answer.text)
    simulator.add_fault("/v1/subscriptions/*", "error_before", method="GET", times=9)
    post(admin, f"{LIST}/{subscription.public_id}/refresh")
    page = page_of(admin, subscription)
    assert "Stripe answered with an error of its own." in alerts_of(page) and 'data-status="past_due"' in page


def test_a_subscription_that_nobody_has_is_not_there(admin: FlaskClient) -> None:
    for address in (f"{LIST}/nothing", f"{LIST}/nothing/pay-link", "/admin/invoices/nothing/refunds/new"):
        assert admin.get(address).status_code == 404


def test_a_shop_without_subscriptions_says_how_to_get_some(admin: FlaskClient, merchant: Merchant, simulator) -> None:
    bought(make_offer(merchant), simulator)
    words = text_of(admin.get(LIST).text)
    assert "No subscriptions yet." in words and "Renewals whose payment stopped" not in words
    assert "At risk" not in text_of(admin.get("/admin").text)


def test_names_are_text_and_never_markup(admin: FlaskClient, monthly: Offer, simulator: Simulator) -> None:
    marko = asked_by_bank(monthly, simulator)
    Order.update(name="<script>alert(1)</script>", title="<b>x</b>", consent="<i>y</i>").execute()
    token, id_ = marko.order.token, marko.public_id
    for address in (LIST, AUTHENTICATION, f"{LIST}/{id_}", f"{LIST}/{id_}/pay-link", f"{LIST}/{id_}/cancellation/new"):
        html = admin.get(address).text
        assert "<script>alert" not in html and "<b>x" not in html and "<i>y" not in html
    assert "<script>alert" not in admin.get("/admin/customers").text + admin.get(f"/admin/customers/{token}").text


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_every_page_about_subscriptions_is_wholly_in_the_owners_language(
    admin: FlaskClient, merchant: Merchant, monthly: Offer, simulator: Simulator, language: str
) -> None:
    Offer.update(title="Акварель").execute()
    Merchant.update(name="Студія").execute()
    buyer = replace(MARKO, name="Марко", language=language)
    marko = subscribed(Offer.get_by_id(monthly.id), simulator, ASKS_EACH_TIME, buyer)
    renewed(marko, simulator)
    free = make_offer(merchant, "9", title="Журнал", kind="recurring", trial_days=14)
    iryna = subscribed(free, simulator, buyer=replace(buyer, email="iryna@example.com", visit="a-visit-of-iryna-1"))
    in_parts = make_offer(merchant, "120", title="Курс", kind="plan", instalments=3)
    taras = subscribed(in_parts, simulator, buyer=replace(buyer, email="taras@example.com", visit="a-visit-of-taras-1"))
    renewed(taras, simulator, "declines")
    olha = subscribed(free, simulator, buyer=replace(buyer, email="olha@example.com", visit="a-visit-of-olha-0001"))
    subscriptions.pause(olha, now() + timedelta(days=9))
    subscriptions.cancel(olha, immediately=False, by="buyer")
    questions = [f"{LIST}/{iryna.public_id}/{what}/new" for what in ("cancellation", "pause", "trial", "price")]
    pages = [f"{LIST}/{one.public_id}" for one in (marko, iryna, taras, olha)]
    links = [f"{LIST}/{marko.public_id}/pay-link", f"/admin/customers/{marko.order.token}/link"]
    first = Invoice.of(taras)[-1]
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


def test_the_check_list_names_the_billing_switches_to_those_who_need_them(
    admin: FlaskClient, merchant: Merchant
) -> None:
    settings = "/admin/settings/payment-systems/stripe"
    hosted = "Send a Stripe-hosted link for customers to confirm their payments when required"
    assert "whether Stripe, too, writes" not in text_of(admin.get(settings).text)
    make_offer(merchant, kind="recurring")
    words = text_of(admin.get(settings).text)
    assert "whether Stripe, too, writes to your customers" in words and f"{hosted} , Send emails" in words
    guide = text_of(admin.get("/admin/guide/stripe").text)
    for switch in ("Smart Retries", "Send emails when card payments fail", "Send emails about expiring cards"):
        assert switch in guide
