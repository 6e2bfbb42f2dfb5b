"""Admin → Offers: tabs, search, what was sold, archiving and taking it back."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from peewee import chunked

from storefront.models import Merchant, Offer
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin_pages import post, status_of, text_of
from tests.web.query_count import queries_of
from tests.web_client import csrf_token


def titles_of(html: str) -> list[str]:
    """The titles in the list, in order."""
    return [unescape(found) for found in re.findall(r"<bdi>([^<]*)</bdi></a>\s*<small", html)]


@pytest.fixture
def three(admin: FlaskClient) -> list[Offer]:
    """A published offer, a draft and an archived one."""
    merchant = connect_merchant()
    statuses = ("published", "draft", "archived")
    return [make_offer(merchant, title=status.title(), slug=f"the-{status}", status=status) for status in statuses]


def test_a_tab_for_each_status_says_how_many_offers_it_has(admin: FlaskClient, three: list[Offer]) -> None:
    page = admin.get("/admin/offers").text
    assert "All 3 Published 1 Draft 1 Archived 1" in text_of(page)
    assert titles_of(page) == ["Draft", "Published", "Archived"]
    for status in ("published", "draft", "archived"):
        tab = admin.get(f"/admin/offers?status={status}").text
        assert titles_of(tab) == [status.title()]
        assert re.search(rf'status={status}" aria-current="page"', tab)
    assert titles_of(admin.get("/admin/offers?status=sold").text) == ["Draft", "Published", "Archived"]


def test_an_empty_tab_says_so(admin: FlaskClient) -> None:
    assert "No offers yet" in text_of(admin.get("/admin/offers").text)
    make_offer(None, status="draft")
    assert "No archived offers." in text_of(admin.get("/admin/offers?status=archived").text)


def test_offers_are_found_by_a_part_of_the_title_or_the_address(admin: FlaskClient) -> None:
    make_offer(None, title="Вечір АКВАРЕЛІ", slug="watercolour", status="draft")
    make_offer(None, title="Ink", slug="ink-and-paper", status="archived")
    found = {
        typed: titles_of(admin.get("/admin/offers", query_string={"q": typed}).text)
        for typed in ("акварелі", "COLOUR", "and-pap", "nothing", "100%_")
    }
    assert found == {
        "акварелі": ["Вечір АКВАРЕЛІ"],
        "COLOUR": ["Вечір АКВАРЕЛІ"],
        "and-pap": ["Ink"],
        "nothing": [],
        "100%_": [],
    }
    assert titles_of(admin.get("/admin/offers?q=ink&status=draft").text) == []
    assert "No offers match this search." in text_of(admin.get("/admin/offers?q=nothing").text)
    assert "Enter at least 3 letters" in text_of(admin.get("/admin/offers?q=in").text)


def test_an_edited_title_is_found_by_its_new_words(admin: FlaskClient) -> None:
    offer = make_offer(None, title="Before", slug="tea", status="draft")
    offer.title = "Afterwards"
    offer.save()
    assert titles_of(admin.get("/admin/offers?q=afterw").text) == ["Afterwards"]
    assert titles_of(admin.get("/admin/offers?q=before").text) == []


def test_the_list_shows_how_many_were_sold(admin: FlaskClient, merchant: Merchant, simulator: Simulator) -> None:
    tea = make_offer(merchant, title="Tea", stock=7)
    make_offer(merchant, title="Ink")
    buy(tea, simulator)
    words = text_of(admin.get("/admin/offers").text)
    assert "Sold 1 of 7" in words and "Sold 0" in words


@pytest.mark.parametrize("address", ["/admin/offers", "/admin/offers?status=draft", "/admin/offers?q=offer"])
def test_a_long_list_costs_as_many_statements_as_a_short_one(admin: FlaskClient, address: str) -> None:
    first = make_offer(None, title="Offer 0", status="draft")
    few = queries_of(admin, address)
    plain = {name: value for name, value in first.__data__.items() if name not in ("id", "slug")}
    rows = [{**plain, "title_folded": "offer", "slug": f"o{number}"} for number in range(1200)]
    for some in chunked(rows, 300):
        Offer.insert_many(some).execute()
    assert queries_of(admin, address) == few <= 6
    page = text_of(admin.get("/admin/offers").text)
    assert "All 1,000+" in page and "Draft 1,000+" in page


def test_an_archived_offer_is_back_after_undo(admin: FlaskClient, client: FlaskClient, three: list[Offer]) -> None:
    filtered = "/admin/offers?q=pub&status=published"
    sent = {"csrf_token": csrf_token(admin.get(filtered).text)}
    assert admin.post(f"/admin/offers/{three[0].id}/archival", data=sent).location == filtered
    page = admin.get("/admin/offers").text
    assert "“Published” is archived. Orders are kept." in status_of(page)
    assert client.get("/o/the-published").status_code == 404
    undo = re.search(r'form="undo-archive" name="offers" value="([^"]*)"', page)
    assert undo and undo[1] == f"{three[0].id}:published"
    assert '<form id="undo-archive" method="post" action="/admin/offers/restorations">' in page
    post(admin, "/admin/offers/restorations", offers=undo[1])
    assert "“Published” is for sale again." in status_of(admin.get("/admin/offers").text)
    assert client.get("/o/the-published").status_code == 200


def test_an_offer_restored_from_its_menu_is_a_draft(admin: FlaskClient, three: list[Offer]) -> None:
    page = admin.get("/admin/offers?status=archived").text
    assert f'name="offers" value="{three[2].id}:draft"' in page
    post(admin, "/admin/offers/restorations", offers=f"{three[2].id}:draft")
    assert Offer.get_by_id(three[2].id).status == "draft"
    assert "“Archived” is restored as a draft." in status_of(admin.get("/admin/offers").text)


def test_selected_offers_are_archived_at_once_and_come_back_as_they_were(
    admin: FlaskClient, three: list[Offer]
) -> None:
    data = {"csrf_token": _token(admin), "chosen": [str(offer.id) for offer in three]}
    assert admin.post("/admin/offers/archivals", data=data).status_code == 303
    page = admin.get("/admin/offers").text
    assert "2 offers are archived." in status_of(page)
    assert {offer.status for offer in Offer.select()} == {"archived"}
    undo = re.search(r'name="offers" value="([^"]*)" class', page)
    assert undo
    post(admin, "/admin/offers/restorations", offers=undo[1])
    assert [Offer.get_by_id(offer.id).status for offer in three] == ["published", "draft", "archived"]


@pytest.mark.parametrize("typed", ["", "x", "1:sold", "1:archived", "99:draft", "1:", ":draft", "9" * 30 + ":draft"])
def test_a_forged_restoration_changes_nothing(admin: FlaskClient, three: list[Offer], typed: str) -> None:
    before = [offer.status for offer in Offer.select().order_by(Offer.id)]
    assert post(admin, "/admin/offers/restorations", offers=typed).status_code == 303
    assert [offer.status for offer in Offer.select().order_by(Offer.id)] == before


def test_archiving_needs_the_token_of_the_form(admin: FlaskClient, three: list[Offer]) -> None:
    for address in ("/admin/offers/archivals", "/admin/offers/restorations"):
        answer = admin.post(address, data={"chosen": three[0].id, "offers": f"{three[2].id}:published"})
        assert answer.status_code == 400
    assert [offer.status for offer in Offer.select().order_by(Offer.id)] == ["published", "draft", "archived"]


def test_the_menu_links_to_no_page_that_is_not_there(admin: FlaskClient, three: list[Offer]) -> None:
    page = admin.get("/admin/offers").text
    assert text_of(page).count("Preview") == 2 and text_of(page).count("View page") == 1
    for link in set(re.findall(r'href="(/[^"]*)"', page)):
        assert admin.get(unescape(link)).status_code == 200, link


def _token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]*)"', client.get("/admin/offers").text)
    assert found
    return found[1]
