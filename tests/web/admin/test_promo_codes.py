"""Admin → Promo codes: creating, editing, switching off, and the list."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from storefront import settings
from storefront.models import REQUESTS_SLUG, Merchant, Offer, PromoCode
from tests.factories import make_offer
from tests.web.admin_pages import error_at, post, status_of, text_of, token_of
from tests.web.query_count import queries_of

CODES = "/admin/promo-codes"
FIELDS = {"code": "autumn-15", "percent": "15", "amount": "", "currency": "EUR", "applies_to": "first"}


def save(client: FlaskClient, address: str = CODES, offers: tuple[Offer, ...] = (), **changes: str) -> TestResponse:
    fields: list[tuple[str, Any]] = [*({**FIELDS, **changes}).items(), ("csrf_token", token_of(client))]
    return client.post(address, data=MultiDict([*fields, *(("offers", str(offer.id)) for offer in offers)]))


def test_a_code_is_created_and_shown_in_the_list(admin: FlaskClient, merchant: Merchant) -> None:
    settings.set_time_zone("Europe/Kyiv")
    tea = make_offer(merchant, title="Tea")
    assert 'href="/admin/promo-codes"' in admin.get("/admin/offers").text
    assert "No promo codes yet" in text_of(admin.get(CODES).text)
    form = admin.get(f"{CODES}/new").text
    assert "Europe/Kyiv" in form and ">Tea</option>" in form
    limits = {"total_uses": "100", "uses_per_customer": "1", "starts": "2026-01-01", "ends": "2099-12-31"}
    answer = save(admin, offers=(tea,), **limits)
    assert answer.status_code == 303 and answer.location == CODES
    code = PromoCode.get()
    assert (code.code, code.percent, code.amount, code.currency) == ("AUTUMN-15", 1500, None, "")
    assert (code.total_uses, code.uses_per_customer, code.offer_ids()) == (100, 1, [tea.id])
    # Days in the time zone of the shop, the last one included.
    assert code.starts_at == datetime(2025, 12, 31, 22, tzinfo=UTC)
    assert code.ends_at == datetime(2099, 12, 31, 22, tzinfo=UTC)
    page = admin.get(CODES).text
    assert "“AUTUMN-15” is saved." in status_of(page)
    words = text_of(page)
    assert "AUTUMN-15 Active Until December 31, 2099 −15% First payment" in words and "0 of 100" in words


def test_a_code_is_edited_with_what_it_has(admin: FlaskClient, merchant: Merchant) -> None:
    tea = make_offer(merchant, title="Tea")
    save(admin, offers=(tea,), percent="", amount="4.50", applies_to="every", ends="2099-12-31")
    code = PromoCode.get()
    assert (code.percent, code.amount, code.currency, code.applies_to) == (None, 450, "EUR", "every")
    form = admin.get(f"{CODES}/{code.id}").text
    for part in ('value="AUTUMN-15"', 'value="4.50"', 'value="2099-12-31"', f'value="{tea.id}" selected'):
        assert part in form
    assert save(admin, f"{CODES}/{code.id}", percent="12.5").status_code == 303
    code = PromoCode.get()
    assert (code.percent, code.amount, code.is_for_some, code.ends_at) == (1250, None, False, None)
    assert "−12.5%" in text_of(admin.get(CODES).text)
    assert admin.get(f"{CODES}/999").status_code == 404


def test_the_offers_of_a_code_are_found_by_their_titles(admin: FlaskClient, merchant: Merchant) -> None:
    tea, juice = make_offer(merchant, title="Чай уночі"), make_offer(merchant, title="Juice")
    assert "Find an offer" not in admin.get(f"{CODES}/new").text
    columns = {name: value for name, value in tea.__data__.items() if name != "id"}
    for number in range(60):
        Offer.create(**columns | {"slug": f"s{number}", "title": f"Shop {number:02}"})
    Offer.create(**columns | {"slug": REQUESTS_SLUG, "title": "Requests"})
    page = admin.get(f"{CODES}/new").text
    assert "Find an offer" in page and ">Shop 10</option>" in page and ">Shop 09</option>" not in page
    assert ">Requests</option>" not in page

    def find(text: str, offers: tuple[Offer, ...] = (), fragment: bool = True) -> str:
        fields = [("csrf_token", token_of(admin)), ("code", "kept"), ("percent", "x"), ("offer_search", text)]
        sent = MultiDict([*fields, *(("offers", str(offer.id)) for offer in offers)])
        answer = admin.post(f"{CODES}?find=1", data=sent, headers={"HX-Request": "true"} if fragment else {})
        assert answer.status_code == 200 and not PromoCode.select().exists()
        return answer.text

    found = find("ЧАЙ", (juice,))
    assert re.findall(r"<option[^>]*>([^<]*)", found) == ["Juice", "Чай уночі"] and "Found: 1" in found
    assert f'value="{juice.id}" selected' in found and "<form" not in found
    assert "Found: 50+" in find("shop") and "Found: 0" in find("nobody%")
    # Without JavaScript the whole page comes back, with all that was typed.
    whole = find("shop 0", (tea, juice), fragment=False)
    for part in ('value="kept"', 'value="x"', 'value="shop 0"', ">Shop 09</option>", f'value="{tea.id}" selected'):
        assert part in whole, part
    assert save(admin, offers=(tea, juice), offer_search="shop").status_code == 303
    assert sorted(PromoCode.get().offer_ids()) == [tea.id, juice.id]


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"code": ""}, "code", "Enter a code."),
        ({"code": "two words"}, "code", "Use up to 40 characters without spaces"),
        ({"code": "x" * 41}, "code", "Use up to 40 characters without spaces"),
        ({"code": "Taken"}, "code", "This promo code already exists."),
        ({"percent": ""}, "percent", "Enter a percentage, or an amount below."),
        ({"percent": "0"}, "percent", "Enter a percentage above 0"),
        ({"percent": "100.01"}, "percent", "Enter a percentage above 0"),
        ({"percent": "12.345"}, "percent", "Enter a percentage above 0"),
        ({"percent": "1e1"}, "percent", "Enter a percentage above 0"),
        ({"percent": "-5"}, "percent", "Enter a percentage above 0"),
        ({"amount": "5"}, "amount", "Fill in the percentage or the amount, not both."),
        ({"percent": "", "amount": "0"}, "amount", "Enter an amount above 0."),
        ({"percent": "", "amount": "1,000"}, "amount", "can mean"),
        ({"percent": "", "amount": "1.5", "currency": "JPY"}, "amount", "no decimals"),
        ({"currency": "XYZ"}, "currency", "Not a valid choice"),
        ({"starts": "tomorrow"}, "starts", "Enter a date like 2026-12-31."),
        ({"starts": "2026-05-02", "ends": "2026-05-01"}, "ends", "The last day is before the first one."),
        ({"total_uses": "0"}, "total_uses", "Enter a whole number from 1 to"),
        ({"total_uses": "many"}, "total_uses", "Enter a whole number, or leave blank"),
        ({"uses_per_customer": "-1"}, "uses_per_customer", "Enter a whole number, or leave blank"),
        ({"applies_to": "second"}, "applies_to", "Not a valid choice"),
    ],
)
def test_what_is_invalid_is_told_at_its_field_and_nothing_is_lost(
    admin: FlaskClient, changes: dict[str, str], field: str, words: str
) -> None:
    PromoCode.create(code="TAKEN", percent=1000)
    answer = save(admin, **{"total_uses": "7", **changes})
    assert answer.status_code == 422 and words in error_at(answer.text, field)
    assert PromoCode.select().count() == 1
    if "total_uses" not in changes:
        assert 'value="7"' in answer.text


def test_a_code_is_switched_off_and_on(admin: FlaskClient) -> None:
    code = PromoCode.create(code="АКВАРЕЛЬ", percent=1000)
    post(admin, f"{CODES}/{code.id}/state", active="0")
    page = admin.get(CODES).text
    assert "“АКВАРЕЛЬ” is switched off." in text_of(page) and not PromoCode.get().is_active
    assert "АКВАРЕЛЬ" not in text_of(admin.get(f"{CODES}?state=active").text)
    assert "АКВАРЕЛЬ" in text_of(admin.get(f"{CODES}?state=off").text)
    post(admin, f"{CODES}/{code.id}/state", active="1")
    assert PromoCode.get().is_active
    assert admin.post(f"{CODES}/{code.id}/state", data={"active": "0"}).status_code == 400


def test_a_code_is_found_by_its_whole_text(admin: FlaskClient) -> None:
    for name in ("SPRING", "SPRING-2"):
        PromoCode.create(code=name, percent=1000)
    words = text_of(admin.get(f"{CODES}?q=spring").text)
    assert "SPRING" in words and "SPRING-2" not in words
    assert "No promo codes match." in text_of(admin.get(f"{CODES}?q=autumn").text)


@pytest.mark.parametrize("address", [CODES, f"{CODES}?state=active", f"{CODES}?q=code-7"])
def test_a_long_list_costs_as_many_statements_as_a_short_one(admin: FlaskClient, address: str) -> None:
    PromoCode.create(code="CODE-7", percent=1000)
    few = queries_of(admin, address)
    plain = {**PromoCode.get().__data__}
    del plain["id"]
    PromoCode.insert_many([{**plain, "code": f"MORE-{number}"} for number in range(1200)]).execute()
    assert queries_of(admin, address) == few <= 6
