"""The second payment system of an offer: its form, copies, CSV files, and accounts that change."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from storefront import merchants
from storefront.models import Merchant, Offer, now
from stripe_simulator.accounts import GRACE, KENJI, TARAS
from tests.factories import connect_merchant, make_offer
from tests.web.admin.test_offer_imports import confirm, upload
from tests.web.admin.test_offers import options_of, save
from tests.web.admin_pages import error_at, post, text_of


@pytest.fixture
def second(merchant: Merchant) -> Merchant:
    return connect_merchant(TARAS)


def test_an_offer_names_a_second_account_and_its_copy_does_too(
    admin: FlaskClient, merchant: Merchant, second: Merchant
) -> None:
    page = admin.get("/admin/offers/new").text
    assert "Second payment system" in page
    assert {value for value, _text, _chosen in options_of(page, "second_merchant")} == {
        *("", str(merchant.id), str(second.id))
    }
    assert save(admin, merchant=str(merchant.id), second_merchant=str(second.id)).status_code == 303
    offer = Offer.get()
    assert offer.second_merchant == second
    save(admin, f"/admin/offers/{offer.id}", merchant=str(merchant.id))
    assert Offer.get().second_merchant == second, "a form without the field changes nothing"
    post(admin, f"/admin/offers/{offer.id}/duplicates")
    assert [one.second_merchant for one in Offer.select()] == [second, second]
    save(admin, f"/admin/offers/{offer.id}", merchant=str(merchant.id), second_merchant="")
    assert Offer.get_by_id(offer.id).second_merchant is None


def test_a_second_account_that_can_not_take_the_orders_is_refused_at_the_field(
    admin: FlaskClient, merchant: Merchant, second: Merchant
) -> None:
    live, yen = connect_merchant(TARAS, "live"), connect_merchant(KENJI)
    elsewhere = connect_merchant(GRACE)
    Merchant.update(api_base="http://127.0.0.1:1", js_url="http://127.0.0.1:1/stripe.js").where(
        Merchant.id == elsewhere.id
    ).execute()
    first = {"merchant": str(merchant.id)}
    for fields, words in (
        ({"second_merchant": str(second.id)}, "Choose a payment system first."),
        (first | {"second_merchant": str(merchant.id)}, "Choose another account than the payment system."),
        (first | {"second_merchant": str(live.id)}, "Choose an account in the same mode as the payment system"),
        (first | {"second_merchant": str(elsewhere.id)}, "Choose two Stripe accounts, or two rehearsal accounts."),
        (first | {"second_merchant": str(yen.id), "currency": "KWD"}, "This Stripe account doesn’t support KWD."),
    ):
        answer = save(admin, title="Typed title", **fields)
        assert answer.status_code == 422 and words in error_at(answer.text, "second_merchant"), words
        assert 'value="Typed title"' in answer.text
    assert not Offer.select().exists()


def test_a_csv_file_names_the_second_account(admin: FlaskClient, merchant: Merchant, second: Merchant) -> None:
    rows = f"title,price,currency,payment_system,second_payment_system\nTea,12,EUR,{merchant.name},{second.name}\n"
    confirm(admin, upload(admin, rows))
    assert (Offer.get().merchant, Offer.get().second_merchant) == (merchant, second)


def test_moved_offers_lose_a_second_account_that_does_not_fit(merchant: Merchant, second: Merchant) -> None:
    kept, elsewhere = connect_merchant(KENJI), connect_merchant(GRACE)
    to_itself, stays, unfit = (make_offer(merchant, second_merchant=one) for one in (second, kept, elsewhere))
    Merchant.update(api_base="http://127.0.0.1:1").where(Merchant.id == elsewhere.id).execute()
    merchants.move_offers(merchant, second)
    assert Offer.get_by_id(unfit.id).second_merchant is None
    assert Offer.get_by_id(to_itself.id).second_merchant is None
    assert Offer.get_by_id(stays.id).second_merchant == kept


def test_a_disconnected_account_stays_while_an_offer_names_it_as_the_second(
    merchant: Merchant, second: Merchant
) -> None:
    offer = make_offer(merchant, second_merchant=second)
    merchants.disconnect(second)
    found = Offer.get_by_id(offer.id)
    assert found.second_merchant == second and found.payee == merchant and found.obstacle() is None


@pytest.mark.parametrize("reason", ["silence", "charges"])
def test_dashboard_and_account_tell_of_an_outage(
    admin: FlaskClient, merchant: Merchant, second: Merchant, reason: str
) -> None:
    since, told = datetime(2026, 3, 5, 10, 31, tzinfo=UTC), {"outage_told_at": now()}
    away, moved = "can’t be reached for this account since", "New orders go to the second payment system"
    pages = ("/admin", "/admin/settings/payment-systems/stripe")
    for address in pages:
        assert "Stripe needs your attention" not in admin.get(address).text
    for changes in ({}, told):
        Merchant.update(unavailable_because=reason, unavailable_since=since, **changes).where(
            Merchant.id == merchant.id
        ).execute()
        for address in pages:
            words = text_of(admin.get(address).text)
            assert words.count(away) == (reason == "silence"), address
            assert words.count("Mar 5, 2026") == words.count(away), address
            assert words.count(moved) == bool(changes), address
    merchants.disconnect(Merchant.get_by_id(merchant.id))
    assert moved not in admin.get("/admin").text
