"""The admin's side of the law: legal texts, the right of withdrawal of an offer, and withdrawals to deal with."""

import re

import pytest
from flask.testing import FlaskClient

from storefront import customers, offers, payments
from storefront.models import Merchant, Offer, Order, Payment, ShopSetting
from tests.factories import make_offer
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.subscription_steps import renew, subscribe
from tests.web.admin.test_offers import save
from tests.web.admin_pages import error_at, post, status_of, text_of

LEGAL = "/admin/settings/legal"


@pytest.fixture
def order(merchant: Merchant, simulator: Simulator) -> Order:
    return buy(make_offer(merchant, withdrawal_days=14), simulator)


def set_country(country: str) -> None:
    ShopSetting.insert(name="profile", value={"country": country}).on_conflict(
        conflict_target=[ShopSetting.name], update={ShopSetting.value: {"country": country}}
    ).execute()


# Legal texts


def test_texts_are_saved_and_public(admin: FlaskClient, client: FlaskClient) -> None:
    assert f'href="{LEGAL}"' in admin.get("/admin/settings").text
    assert client.get("/legal/terms").status_code == 404
    answer = post(admin, LEGAL, terms_en="# Terms\n\nWe sell **evenings**.", terms_uk="Умови", privacy_en="Nothing.")
    assert (answer.status_code, answer.location) == (303, LEGAL)
    page = admin.get(LEGAL).text
    assert status_of(page) == "Legal texts saved." and "We sell **evenings**." in page and "Умови" in page
    public = client.get("/legal/terms").text
    assert "<h1>Terms of sale</h1>" in public and "We sell <strong>evenings</strong>." in public
    assert "Умови" in client.get("/legal/terms?lang=uk").text
    assert client.get("/legal/privacy").status_code == 200
    assert client.get("/legal/refunds").status_code == 404
    post(admin, LEGAL, terms_en="", terms_uk="")
    assert client.get("/legal/terms").status_code == 404


def test_a_language_without_a_text_shows_another(admin: FlaskClient, client: FlaskClient) -> None:
    post(admin, LEGAL, refunds_uk="Повернення")
    shown = client.get("/legal/refunds").text
    assert "Повернення" in shown and '<div class="prose" lang="uk">' in shown


def test_scripts_in_a_text_are_not_run(admin: FlaskClient, client: FlaskClient) -> None:
    post(admin, LEGAL, terms_en="<script>alert(1)</script> [x](javascript:alert(1))")
    shown = client.get("/legal/terms").text
    assert "<script>alert" not in shown and 'href="javascript' not in shown


def test_a_text_that_is_too_long_is_refused_at_its_field_and_kept(admin: FlaskClient) -> None:
    answer = post(admin, LEGAL, terms_en="x" * 100_001, privacy_ru="Тайна")
    assert answer.status_code == 422 and error_at(answer.text, "terms_en") == "This is too long."
    assert "Тайна" in answer.text


def test_strangers_do_not_reach_the_settings(client: FlaskClient, admin: FlaskClient) -> None:
    assert client.get(LEGAL).status_code == 302


# The offer's right of withdrawal


def days_field(admin: FlaskClient, offer: Offer | None = None) -> str:
    page = admin.get(f"/admin/offers/{offer.id}" if offer else "/admin/offers/new").text
    found = re.search(r'name="withdrawal_days" type="text" value="(\d*)"', page)
    assert found
    return found[1]


def test_without_a_country_offers_have_no_right_of_withdrawal(admin: FlaskClient, merchant: Merchant) -> None:
    assert days_field(admin) == "0" == days_field(admin, make_offer(merchant))


@pytest.mark.parametrize(("country", "days"), [("DE", "14"), ("NO", "14"), ("US", "0"), ("GB", "0"), ("CH", "0")])
def test_new_and_existing_offers_follow_the_shops_country(
    admin: FlaskClient, merchant: Merchant, country: str, days: str
) -> None:
    offer = make_offer(merchant)
    set_country(country)
    assert days_field(admin) == days == days_field(admin, offer)


def test_an_offer_saved_with_the_default_goes_on_following_the_country(admin: FlaskClient, merchant: Merchant) -> None:
    save(admin, withdrawal_days="0")
    offer = Offer.get()
    set_country("DE")
    assert days_field(admin, offer) == "14"


def test_zero_days_need_a_reason_where_the_law_gives_the_right(admin: FlaskClient) -> None:
    set_country("DE")
    answer = save(admin, withdrawal_days="0")
    assert answer.status_code == 422
    assert error_at(answer.text, "no_withdrawal_reason").startswith("Say why customers can’t withdraw.")
    assert save(admin, withdrawal_days="0", no_withdrawal_reason="Tickets for a fixed date").status_code == 303
    offer = Offer.get()
    assert days_field(admin, offer) == "0" and offers.withdrawal_terms(offer) == {
        "withdrawal_days": 0,
        "no_withdrawal_reason": "Tickets for a fixed date",
    }


@pytest.mark.parametrize("typed", ["366", "-1", "14.5", "two weeks", "1e2"])
def test_what_is_no_number_of_days_is_refused(admin: FlaskClient, typed: str) -> None:
    answer = save(admin, withdrawal_days=typed)
    assert answer.status_code == 422
    assert error_at(answer.text, "withdrawal_days") == "Enter a number of days from 0 to 365."
    assert f'value="{typed}"' in answer.text


def test_a_longer_period_than_the_law_asks_is_kept(admin: FlaskClient) -> None:
    set_country("DE")
    save(admin, withdrawal_days="30")
    assert days_field(admin, Offer.get()) == "30"


def test_an_order_has_the_days_of_the_shops_country(merchant: Merchant, simulator: Simulator) -> None:
    offer = make_offer(merchant)
    set_country("AT")
    assert buy(offer, simulator).withdrawal_days == 14


# Withdrawals


def test_the_dashboard_has_withdrawals_on_top_until_they_are_dealt_with(admin: FlaskClient, order: Order) -> None:
    assert "Withdrawals to process" not in admin.get("/admin").text
    customers.withdraw(order, "It doesn’t fit.")
    page = admin.get("/admin").text
    assert "Withdrawals to process" in page and "Refund due by:" in page
    assert f'href="/admin/orders/{order.token}/refunds/new">Refund</a>' in page
    assert 'value="19.99"' in admin.get(f"/admin/orders/{order.token}/refunds/new").text
    post(admin, f"/admin/orders/{order.token}/withdrawal-handling")
    assert "Withdrawals to process" not in admin.get("/admin").text
    shown = text_of(admin.get(f"/admin/orders/{order.token}").text)
    assert "Marked as done on" in shown and "It doesn’t fit." in shown


def test_a_refund_of_everything_takes_it_off_the_dashboard(admin: FlaskClient, order: Order) -> None:
    customers.withdraw(order)
    payments.request_refund(Order.get_by_id(order.id), 1999, "requested_by_customer", "first-press-of-the-owner")
    assert "Withdrawals to process" not in admin.get("/admin").text


def test_each_payment_of_a_withdrawn_subscription_is_refunded_by_itself(
    admin: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    subscription = subscribe(make_offer(merchant, kind="recurring", withdrawal_days=14), simulator)
    renew(subscription, simulator)
    bought = Order.get()
    customers.withdraw(bought)
    page = admin.get("/admin").text
    links = re.findall(r'href="([^"]+/refunds/new)" aria-label="Refund €19.99"', page)
    assert len(links) == 2 and links[0] == f"/admin/orders/{bought.token}/refunds/new"
    for link in links:
        assert 'value="19.99"' in admin.get(link).text
    payments.request_refund(Order.get(), 1999, "requested_by_customer", "first-press-of-the-owner")
    # The order is refunded, the renewal is not.
    page = admin.get("/admin").text
    assert re.findall(r'href="([^"]+/refunds/new)" aria-label="Refund €19.99"', page) == links[1:]
    renewal = Payment.get(Payment.kind == "renewal")
    payments.request_refund(Order.get(), 999, "requested_by_customer", "second-press-of-the-owner", renewal)
    assert 'aria-label="Refund €10.00"' in admin.get("/admin").text
    payments.request_refund(Order.get(), 1000, "requested_by_customer", "third-press-of-the-owner", renewal)
    assert "Nothing is left to refund." in text_of(admin.get("/admin").text)
    post(admin, f"/admin/orders/{bought.token}/withdrawal-handling")
    assert "Withdrawals to process" not in admin.get("/admin").text


def test_the_order_and_its_evidence_show_the_right_and_its_use(admin: FlaskClient, order: Order) -> None:
    assert "Right of withdrawal 14 days" in text_of(admin.get(f"/admin/orders/{order.token}").text)
    customers.withdraw(order)
    page = text_of(admin.get(f"/admin/orders/{order.token}").text)
    assert "Withdrawn on" in page and "The customer has withdrawn from the contract." in page
    evidence = text_of(admin.get(f"/admin/orders/{order.token}/evidence").text)
    assert "Right of withdrawal 14 days" in evidence and "Withdrawn" in evidence
