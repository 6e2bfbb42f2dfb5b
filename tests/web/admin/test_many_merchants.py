"""The form of an offer in a shop with more Stripe accounts than a select can have."""

import pytest
from flask.testing import FlaskClient

from storefront.models import Merchant, Offer
from tests.factories import make_offer
from tests.web.admin.test_offers import options_of, save
from tests.web.admin_pages import post

SYSTEMS = "/admin/offers/payment-systems"
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def merchants(merchant: Merchant) -> list[Merchant]:
    """Many merchants; the first one is called Студія Олени."""
    Merchant.update(name="Студія Олени", name_folded="студія олени").execute()
    columns = {name: value for name, value in merchant.__data__.items() if name not in ("id", "public_id")}
    for number in range(80):
        own = {"public_id": f"m{number}", "publishable_key": f"pk_{number}", "stripe_account_id": f"acct_{number}"}
        Merchant.create(**columns | own | {"name": f"Shop {number:03}"})
    return list(Merchant.select().order_by(Merchant.id))


def shown(html: str) -> list[str]:
    """The accounts in the select."""
    return [text.strip("\u2068\u2069") for value, text, _chosen in options_of(html, "merchant") if value]


def chosen(html: str) -> list[str]:
    return [value for value, _text, is_chosen in options_of(html, "merchant") if is_chosen]


def test_a_shop_with_few_accounts_has_no_search(admin: FlaskClient, merchant: Merchant) -> None:
    page = admin.get("/admin/offers/new").text
    assert "Find an account" not in page and chosen(page) == [str(merchant.id)]


def test_the_select_has_the_newest_accounts_and_that_of_the_offer(
    admin: FlaskClient, merchants: list[Merchant]
) -> None:
    newest = [f"Shop {number:03}" for number in range(30, 80)]
    page = admin.get("/admin/offers/new").text
    assert shown(page) == newest and chosen(page) == [""] and "Find an account" in page
    offer = make_offer(merchants[0])
    edited = admin.get(f"/admin/offers/{offer.id}").text
    assert shown(edited) == [*newest, "Студія Олени"] and chosen(edited) == [str(merchants[0].id)]
    asked_for = admin.get(f"/admin/offers/new?merchant={merchants[3].id}").text
    assert chosen(asked_for) == [str(merchants[3].id)]


def test_the_search_narrows_the_select_and_keeps_the_chosen_account(
    admin: FlaskClient, merchants: list[Merchant]
) -> None:
    offer, second = make_offer(merchants[0]), merchants[2]
    found = admin.get(
        f"{SYSTEMS}?payment_system_search=shop 00&merchant={second.id}&offer={offer.id}", headers=FRAGMENT
    )
    assert shown(found.text) == [*(f"Shop {number:03}" for number in range(10)), "Студія Олени"]
    assert chosen(found.text) == [str(second.id)] and "Found: 10" in found.text
    assert shown(admin.get(f"{SYSTEMS}?payment_system_search=СТУД", headers=FRAGMENT).text) == ["Студія Олени"]
    assert "Found: 50+" in admin.get(f"{SYSTEMS}?payment_system_search=shop", headers=FRAGMENT).text
    for typed in ("nobody", "%%%", "___", "'"):
        none = admin.get(SYSTEMS, query_string={"payment_system_search": typed}, headers=FRAGMENT).text
        assert shown(none) == [] and "Found: 0" in none
    assert admin.get(SYSTEMS).status_code == 302, "it is no page"


def test_without_javascript_the_search_keeps_what_was_typed_and_saves_nothing(
    admin: FlaskClient, merchants: list[Merchant]
) -> None:
    typed = {"title": "Evening", "price": "7x", "payment_system_search": "студ", "find_payment_system": "1"}
    page = save(admin, merchant=str(merchants[5].id), **typed)
    assert page.status_code == 200 and not Offer.select().exists()
    assert shown(page.text) == ["Shop 004", "Студія Олени"] and chosen(page.text) == [str(merchants[5].id)]
    assert 'value="7x"' in page.text and 'value="студ"' in page.text and "aria-invalid" not in page.text
    offer = make_offer(merchants[0], title="Before")
    edited = post(admin, f"/admin/offers/{offer.id}", **typed)
    assert edited.status_code == 200 and 'value="Evening"' in edited.text
    assert Offer.get_by_id(offer.id).title == "Before"


def test_an_account_that_only_the_search_shows_is_saved(admin: FlaskClient, merchants: list[Merchant]) -> None:
    answer = save(admin, merchant=str(merchants[0].id), payment_system_search="студ")
    assert answer.status_code == 303 and Offer.get().merchant_id == merchants[0].id
    Merchant.update(disconnecting_at=merchants[0].created_at).where(Merchant.id == merchants[1].id).execute()
    assert save(admin, merchant=str(merchants[1].id)).status_code == 422
    assert save(admin, merchant="987654").status_code == 422
