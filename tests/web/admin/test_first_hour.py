"""The setup guide: steps that follow from the shop's data, hidden and shown again, over with the first real payment."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.models import Offer, Order, ShopProfile
from stripe_simulator.accounts import OLENA
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin_pages import post, text_of
from tests.web.query_count import queries_of


def done(client: FlaskClient, address: str = "/admin") -> list[str]:
    """The names of the steps that are done."""
    return re.findall(r'<li class="done" data-step="(\w+)"', client.get(address).text)


def test_each_step_is_done_when_the_shop_has_what_it_asks_for(
    admin: FlaskClient, app: Flask, simulator: Simulator
) -> None:
    assert "Set up your shop" in text_of(admin.get("/admin").text) and done(admin) == []
    ShopProfile(name="Olena’s studio").save()
    assert done(admin) == []
    ShopProfile(name="Olena’s studio", country="IE").save()
    assert done(admin) == ["name"]
    merchant = connect_merchant()
    assert done(admin) == ["name", "connect"]
    offer = make_offer(merchant, status="draft", slug="tea")
    assert done(admin) == ["name", "connect"]
    Offer.update(status="published").execute()
    assert done(admin) == ["name", "connect", "offer"]
    assert 'href="/o/tea"' in admin.get("/admin").text
    buy(Offer.get_by_id(offer.id), simulator)
    assert done(admin) == done(admin, "/admin/start") == ["name", "connect", "offer", "try"]
    post(admin, "/admin/start/sharing")
    assert done(admin) == ["name", "connect", "offer", "try", "share"]
    assert "5 of 6 done" in text_of(admin.get("/admin").text)
    live = connect_merchant(OLENA, "live")
    assert "Live keys are connected." in admin.get("/admin").text
    Order.update(merchant=live).execute()
    page = text_of(admin.get("/admin").text)
    assert "Set up your shop" not in page and "Show setup guide" not in page
    assert "Your shop is live." in text_of(admin.get("/admin/start").text)


def test_the_guide_can_be_hidden_and_shown_again(admin: FlaskClient) -> None:
    post(admin, "/admin/start/visibility", hidden="1")
    page = text_of(admin.get("/admin").text)
    assert "Setup guide hidden." in page and "Name your shop" not in page and "Show setup guide" in page
    assert "Name your shop" in text_of(admin.get("/admin/start").text)
    post(admin, "/admin/start/visibility", hidden="0")
    assert "Name your shop" in text_of(admin.get("/admin").text)


def test_the_copied_link_is_noted_by_a_script_and_by_a_button(admin: FlaskClient) -> None:
    make_offer(connect_merchant())
    page = admin.get("/admin/offers/1").text
    assert page.count('data-shared="/admin/start/sharing"') == 2
    assert post(admin, "/admin/start/sharing").status_code == 204
    assert post(admin, "/admin/start/sharing", button="1").location == "/admin/start"
    assert "share" in done(admin)


@pytest.mark.parametrize("address", ["/admin/start/visibility", "/admin/start/sharing"])
def test_the_guide_changes_nothing_for_other_sites(admin: FlaskClient, client: FlaskClient, address: str) -> None:
    assert admin.post(address, data={"hidden": "1"}).status_code == 400
    assert client.post(address, data={"hidden": "1"}).status_code in (302, 400)
    assert done(admin) == [] and "Name your shop" in admin.get("/admin").text


def test_the_steps_lead_to_pages_that_are_there(admin: FlaskClient) -> None:
    make_offer(connect_merchant(), slug="tea")
    for link in set(re.findall(r'href="(/[^"#]*)', admin.get("/admin/start").text)):
        assert admin.get(link).status_code == 200, link


def test_the_guide_costs_few_statements(admin: FlaskClient) -> None:
    empty = queries_of(admin, "/admin/start")
    for _number in range(3):
        make_offer(None, status="draft")
    assert queries_of(admin, "/admin/start") == empty <= 6
