"""Admin → Offers: the tax in the form of an offer."""

import pytest
from flask.testing import FlaskClient

from storefront.models import Offer
from tests.web.admin.test_offers import save
from tests.web.admin_pages import error_at, text_of

TAX = {"tax_rates-shown": "y", "tax_name": "VAT", "tax_rate": "20", "tax_included": "y"}
GERMANY = {"tax_rates-0-country": "DE", "tax_rates-0-rate": "19,5 %"}


def stored() -> tuple[object, ...]:
    offer = Offer.get()
    return offer.tax_name, offer.tax_rate, offer.tax_included, offer.tax_rates


def test_the_tax_is_saved_shown_and_removed(admin: FlaskClient) -> None:
    assert save(admin, **TAX, **GERMANY).status_code == 303
    assert stored() == ("VAT", 20000, True, {"DE": 19500})
    page = admin.get(f"/admin/offers/{Offer.get().id}").text
    assert 'name="tax_rates-0-rate" type="text" value="19.5"' in page and '<option value="DE" selected>Germany' in page
    for label in ("Tax name", "Tax rate", "Prices include tax", "Country", "Rate"):
        assert f">{label}</label>" in page
    # A form of before, which knows no taxes, keeps it.
    assert save(admin, f"/admin/offers/{Offer.get().id}", price="21.00").status_code == 303
    assert stored() == ("VAT", 20000, True, {"DE": 19500})
    added = {"tax_rates-shown": "y", "tax_name": "Sales tax", "tax_rate": "9.975"}
    assert save(admin, f"/admin/offers/{Offer.get().id}", **added).status_code == 303
    assert stored() == ("Sales tax", 9975, False, {})
    assert save(admin, f"/admin/offers/{Offer.get().id}", **{"tax_rates-shown": "y"}).status_code == 303
    assert stored()[:2] == ("", None)


def test_only_other_countries_can_have_a_tax(admin: FlaskClient) -> None:
    assert save(admin, **TAX | {"tax_rate": ""}, **GERMANY).status_code == 303
    assert stored() == ("VAT", 0, True, {"DE": 19500})


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({"tax_name": ""}, "tax_name", "Enter the name of the tax, such as VAT."),
        ({"tax_rate": ""}, "tax_rate", "Enter a rate, such as 20. Enter 0 for no tax."),
        ({"tax_rate": "101"}, "tax_rate", "Enter a percentage from 0 to 100 with up to 3 decimals"),
        ({"tax_rate": "1.2345"}, "tax_rate", "Enter a percentage from 0 to 100 with up to 3 decimals"),
        ({"tax_rate": "-5"}, "tax_rate", "Enter a percentage from 0 to 100 with up to 3 decimals"),
        ({"tax_rates-0-rate": "x", "tax_rates-0-country": "DE"}, "tax_rates-0-rate", "Enter a percentage from 0"),
        ({"tax_rates-0-rate": "", "tax_rates-0-country": "DE"}, "tax_rates-0-rate", "Enter a rate, such as 20."),
        ({"tax_rates-0-rate": "7"}, "tax_rates-0-country", "Choose a country."),
        (GERMANY | {"tax_rates-1-country": "DE", "tax_rates-1-rate": "7"}, "tax_rates-1-country", "has a rate already"),
    ],
)
def test_errors_stand_at_the_field_and_nothing_typed_is_lost(
    admin: FlaskClient, typed: dict[str, str], field: str, words: str
) -> None:
    answer = save(admin, **TAX | typed)
    assert answer.status_code == 422 and words in error_at(answer.text, field)
    assert Offer.select().count() == 0
    for name, value in typed.items():
        assert not value or f'"{value}"' in answer.text, name


def test_rows_are_added_and_removed_without_a_script(admin: FlaskClient) -> None:
    page = save(admin, **TAX, **GERMANY, rows="tax_rates add")
    assert page.status_code == 200 and 'name="tax_rates-1-country"' in page.text and "19,5 %" in page.text
    page = save(admin, **TAX, **GERMANY, rows="tax_rates remove 0")
    assert 'name="tax_rates-0-country"' not in page.text and "Add tax rate" in text_of(page.text)
