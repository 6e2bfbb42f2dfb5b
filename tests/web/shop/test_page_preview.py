"""What other programs read on an offer's page: link previews, product data. And dates that follow the calendar."""

import json
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from flask.testing import FlaskClient

from storefront import settings
from storefront.models import Offer, PriceOption, ShopProfile
from storefront.offers import OptionFields, TaxFields
from stripe_simulator import accounts
from tests.factories import SHOP_URL, connect_merchant, make_offer
from tests.shop_clock import time_set
from tests.web.shop.test_cached_pages import see

PRICES = [
    (accounts.OLENA, "19.99", "EUR", "19.99"),
    (accounts.KENJI, "1999", "JPY", "1999"),
    (accounts.OLENA, "1.250", "KWD", "1.250"),
    (accounts.OLENA, "1990", "HUF", "1990.00"),
]


def product_of(page: str) -> dict:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


def shown_to_programs(page: str) -> dict[str, str]:
    """{property: content} of the link preview."""
    return {name: unescape(content) for name, content in re.findall(r'property="(og:\w+)" content="([^"]*)"', page)}


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
@pytest.mark.parametrize(("account", "price", "currency", "amount"), PRICES)
def test_the_product_data_has_the_price_of_the_page(
    client: FlaskClient, account: accounts.Account, price: str, currency: str, amount: str, language: str
) -> None:
    offer = make_offer(connect_merchant(account), price, currency)
    product = product_of(client.get(f"/o/{offer.slug}?lang={language}").text)
    assert product["@type"] == "Product" and product["name"] == offer.title
    found = product["offers"]
    assert (found["price"], found["priceCurrency"]) == (amount, currency)
    assert found["availability"] == "https://schema.org/InStock"
    assert found["url"] == product["url"] == f"{SHOP_URL}/o/{offer.slug}"


def test_a_subscription_and_a_plan_say_what_their_price_is_for(client: FlaskClient) -> None:
    merchant = connect_merchant()
    weekly = make_offer(merchant, "9", slug="club", kind="recurring", every=2, interval="week")
    price = product_of(client.get(f"/o/{weekly.slug}").text)["offers"]["priceSpecification"]
    assert price["price"] == "9.00"
    assert (price["referenceQuantity"]["value"], price["referenceQuantity"]["unitCode"]) == (2, "WEE")
    plan = make_offer(merchant, "80", slug="course", kind="plan", instalments=3)
    assert product_of(client.get(f"/o/{plan.slug}").text)["offers"]["price"] == "240.00"


def test_several_price_options_are_a_range_of_prices_with_each_of_them(client: FlaskClient) -> None:
    plan = OptionFields("options-0", "3 installments", "40.00", kind="plan", instalments=3)
    monthly = OptionFields("options-1", "Monthly", "9.00", kind="recurring", stock=0)
    tax = TaxFields(name="VAT", rate="20", included=False)
    offer = make_offer(
        connect_merchant(), "90.00", slug="course", option_label="Pay once", options=(plan, monthly), tax=tax
    )
    offers = product_of(client.get("/o/course").text)["offers"]
    assert (offers["@type"], offers["lowPrice"], offers["highPrice"]) == ("AggregateOffer", "10.80", "144.00")
    assert (offers["priceCurrency"], offers["offerCount"]) == ("EUR", 3)
    assert offers["availability"] == "https://schema.org/InStock"
    found = [(one["name"], one["price"], one["availability"].rpartition("/")[2]) for one in offers["offers"]]
    assert found == [
        ("Pay once", "108.00", "InStock"),
        ("3 installments", "144.00", "InStock"),
        ("Monthly", "10.80", "SoldOut"),
    ]
    last = PriceOption.of_offer(offer)[-1]
    assert offers["offers"][-1]["url"] == f"{SHOP_URL}/o/course?option={last.id}"
    assert client.get(f"/o/course?option={last.id}").status_code == 200


def test_a_sold_out_offer_says_so_to_programs(client: FlaskClient) -> None:
    offer = make_offer(connect_merchant(), stock=0)
    offers = product_of(client.get(f"/o/{offer.slug}").text)["offers"]
    assert offers["availability"] == "https://schema.org/SoldOut"


def test_texts_can_not_leave_the_product_data(client: FlaskClient) -> None:
    title = 'Tea </script><script>alert(1)</script> & "cake"'
    offer = make_offer(connect_merchant(), title=title, slug="tea", short_description="<b>'Fresh'</b>")
    page = client.get(f"/o/{offer.slug}").text
    assert product_of(page)["name"] == title and product_of(page)["description"] == "<b>'Fresh'</b>"
    assert "alert(1)</script>" not in page
    assert shown_to_programs(page)["og:title"] == title


def test_a_link_preview_has_absolute_addresses_and_the_shops_name(client: FlaskClient) -> None:
    ShopProfile(name="Olena’s studio").save()
    offer = make_offer(connect_merchant(), short_description="Paint with us.")
    Offer.update(picture="a" * 24, picture_width=1600, picture_height=900).execute()
    preview = shown_to_programs(client.get(f"/o/{offer.slug}").text)
    assert preview["og:site_name"] == "Olena’s studio" and preview["og:description"] == "Paint with us."
    assert preview["og:url"] == f"{SHOP_URL}/o/{offer.slug}"
    # The files of this picture are missing.
    assert "og:image" not in preview


def test_a_description_without_a_short_one_is_cut_between_words(client: FlaskClient) -> None:
    offer = make_offer(connect_merchant(), description="*Colors* and\nwater. " * 20)
    description = shown_to_programs(client.get(f"/o/{offer.slug}").text)["og:description"]
    assert description.startswith("Colors and water.") and description.endswith("…") and len(description) <= 160


def test_newlines_of_the_description_are_no_line_breaks(client: FlaskClient) -> None:
    offer = make_offer(connect_merchant(), description="Two hours\nwith brushes.\n\nAnd tea.")
    page = client.get(f"/o/{offer.slug}").text
    assert (
        "<p>Two hours\nwith brushes.</p>" in page
        and "<br" not in page.split('<div class="prose">')[1].split("</div>")[0]
    )


def test_the_page_names_who_sells(client: FlaskClient) -> None:
    ShopProfile(name="Olena’s studio", contact_email="olena@studio.example", contact_phone="+380 44 123").save()
    offer = make_offer(connect_merchant(), stock=0)
    seller = client.get(f"/o/{offer.slug}").text.split('<section class="seller"')[1].split("</section>")[0]
    assert "Olena’s studio" in seller and "mailto:olena@studio.example" in seller and "tel:+38044123" in seller


def test_the_dates_of_charges_change_at_midnight_in_the_shops_time_zone(client: FlaskClient) -> None:
    settings.set_time_zone("Europe/Kyiv")
    address = f"/o/{make_offer(connect_merchant(), kind='recurring', trial_days=14).slug}"
    with time_set(datetime(2026, 11, 28, 21, 59, tzinfo=UTC)):
        assert "From December 12, 2026, every month" in see(client, address)
    with time_set(datetime(2026, 11, 28, 22, 1, tzinfo=UTC)):
        assert "From December 13, 2026, every month" in see(client, address)
        settings.set_time_zone("UTC")
        assert "From December 12, 2026, every month" in see(client, address)


def test_the_next_charge_falls_on_the_last_day_of_a_shorter_month(client: FlaskClient) -> None:
    address = f"/o/{make_offer(connect_merchant(), kind='recurring').slug}"
    with time_set(datetime(2027, 1, 31, 12, tzinfo=UTC)):
        assert "From February 28, 2027, every month" in client.get(address).text
