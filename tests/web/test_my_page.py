"""A buyer's own page: their orders, and nobody else's."""

from dataclasses import replace

from flask.testing import FlaskClient

from storefront import buyers_links
from tests.buying import MARKO, bought
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator


def test_the_signed_link_shows_the_buyers_orders_and_no_others(client: FlaskClient, simulator: Simulator) -> None:
    offer = make_offer(connect_merchant(), title="Watercolour evening")
    mine = bought(offer, simulator, replace(MARKO, email="Marko@example.com"))
    others = bought(offer, simulator, replace(MARKO, email="ivan@example.com", visit="visit-of-ivan-0001"))
    page = client.get(f"/my/{buyers_links.buyer_token('marko@example.com')}")
    assert page.status_code == 200
    assert str(mine.number) in page.text
    assert f"/orders/{mine.token}" in page.text
    assert "€19.99" in page.text
    assert others.token not in page.text
    assert "no-store" in page.headers["Cache-Control"]


def test_a_link_that_was_not_made_here_opens_nothing(client: FlaskClient) -> None:
    token = buyers_links.buyer_token("marko@example.com")
    for forged in ("marko@example.com", token[:-1], token.replace(".", ".a"), "x" * 400):
        assert client.get(f"/my/{forged}").status_code == 404
