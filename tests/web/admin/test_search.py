"""The searches of all lists find a name however its letters are typed."""

import unicodedata
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from storefront.emails import send_due
from storefront.i18n import fold
from storefront.models import Offer, Order, ShopProfile
from tests.cast import MARKO
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.subscription_steps import subscribe

SPELLINGS = ("Дем'янчук", "Дем’янчук", "Демʼянчук", "дем`янчук", "ДЕМ´ЯНЧУК", "  Дем\u200b′янчук ")
LISTS = ("/admin/orders", "/admin/customers", "/admin/subscriptions")


def found(admin: FlaskClient, address: str, typed: str, name: str) -> bool:
    return f"<bdi>{name}</bdi>" in admin.get(address, query_string={"q": typed}).text


@pytest.mark.parametrize("stored", ["Соломія Дем’янчук", "Соломія Демʼянчук"])
def test_defect_44_every_apostrophe_finds_the_name_in_every_list(
    admin: FlaskClient, monthly_offer: Offer, simulator: Simulator, stored: str
) -> None:
    subscribe(monthly_offer, simulator, buyer=replace(MARKO, name=stored))
    for address in LISTS:
        for typed in SPELLINGS:
            assert found(admin, address, typed, stored), (address, typed)
        assert not found(admin, address, "Демянчук", stored), address


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Алёна Королёва", "алена"),
        ("Алена Королева", "АЛЁНА"),
        ("Андрій Їжакевич", unicodedata.normalize("NFD", "андрій їжакевич")),
        (unicodedata.normalize("NFD", "Олексій"), "олексій"),
        ("Anna‑Maria Strauß", "anna-maria STRAUSS"),
        ("ﬁona", "Fiona"),
        ("O’Brien  Sean", "o'brien sean"),
    ],
)
def test_defect_44_case_normal_form_and_yo_do_not_matter(
    admin: FlaskClient, offer: Offer, simulator: Simulator, stored: str, typed: str
) -> None:
    order = buy(offer, simulator, buyer=replace(MARKO, name=stored))
    for address in ("/admin/orders", "/admin/customers"):
        assert found(admin, address, typed, order.name), address


@pytest.mark.parametrize(("one", "other"), [("Гнат", "Ґнат"), ("Іван", "Їван"), ("Андрій", "Андріи"), ("Лев", "Лёвв")])
def test_defect_44_different_letters_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_defect_44_emails_are_found_by_their_subject(admin: FlaskClient, offer: Offer, simulator: Simulator) -> None:
    ShopProfile(name="Об’єктив «Ёлка»").save()
    buy(offer, simulator)
    send_due()
    for typed in ("об'єктив", "ЕЛКА", "Marko@Example.com"):
        assert "<bdi>marko@example.com</bdi>" in admin.get("/admin/emails", query_string={"q": typed}).text, typed
    assert "<bdi>marko@example.com</bdi>" not in admin.get("/admin/emails", query_string={"q": "ялинка"}).text


def test_defect_44_a_changed_address_is_found_and_the_old_one_is_not(
    admin: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    buy(offer, simulator, buyer=replace(MARKO, name="Marko"))
    Order.update(email="New@Example.com").execute()
    assert found(admin, "/admin/orders", "NEW@example", "Marko")
    assert not found(admin, "/admin/orders", "marko@example", "Marko")
