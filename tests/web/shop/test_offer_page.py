"""An offer's page and the list of offers: caching, size, languages, prices and terms."""

import gzip
import io
import logging
import re
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from PIL import Image

from storefront import offers
from storefront.models import Offer, Order
from storefront.offers import OfferFields
from stripe_simulator import accounts
from tests.cast import MARKOS_FORM
from tests.factories import connect_merchant, make_offer
from tests.shop_clock import time_set
from tests.web.admin_pages import text_of

# Most connections send so much before the first answer of the browser: ten packets, and a second round trip.
FEW_ROUND_TRIPS = 20 * 1024
TRIAL = {"kind": "recurring", "trial_days": 14}


@pytest.fixture
def queries(caplog: pytest.LogCaptureFixture):
    """A function that returns the SQL statements run since its last call."""
    caplog.set_level(logging.DEBUG, logger="peewee")

    def since_last_call() -> list[str]:
        ran = [str(record.msg) for record in caplog.records if record.name == "peewee"]
        caplog.clear()
        return ran

    return since_last_call


@pytest.mark.parametrize(
    ("account", "price", "currency", "words"),
    [
        (accounts.OLENA, "19.99", "EUR", "Pay €19.99"),
        (accounts.KENJI, "1999", "JPY", "Pay ¥1,999"),
        (accounts.OLENA, "1.250", "KWD", "Pay KWD\u00a01.250"),
    ],
)
def test_pay_shows_the_amount(client: FlaskClient, account, price: str, currency: str, words: str) -> None:
    offer = make_offer(connect_merchant(account), price, currency)
    page = client.get(f"/o/{offer.slug}").text
    button = re.search(r'<button type="submit"[^>]*>([^<]*)</button>', page)
    assert button and button[1] == words


def test_the_page_can_be_cached_and_sets_no_cookie(client: FlaskClient) -> None:
    offer = make_offer(connect_merchant())
    answer = client.get(f"/o/{offer.slug}")
    assert answer.status_code == 200
    assert answer.cache_control.public and answer.cache_control.no_cache
    assert {"Cookie", "Accept-Language"} <= set(answer.vary)
    assert "Set-Cookie" not in answer.headers
    assert "csrf" not in answer.text and "nonce" not in answer.text
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    again = client.get(f"/o/{offer.slug}", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and again.text == ""


def test_a_compressed_page_answers_304_too(client: FlaskClient) -> None:
    offer = make_offer(connect_merchant())
    for encoding in ("gzip", "br"):
        answer = client.get(f"/o/{offer.slug}", headers={"Accept-Encoding": encoding})
        assert answer.headers["Content-Encoding"] == encoding and "Accept-Encoding" in answer.headers["Vary"]
        asked = {"Accept-Encoding": encoding, "If-None-Match": answer.headers["ETag"]}
        assert client.get(f"/o/{offer.slug}", headers=asked).status_code == 304


def test_a_changed_offer_changes_the_etag(client: FlaskClient) -> None:
    offer = make_offer(connect_merchant())
    before = client.get(f"/o/{offer.slug}").headers["ETag"]
    Offer.update(amount=2499).where(Offer.id == offer.id).execute()
    answer = client.get(f"/o/{offer.slug}", headers={"If-None-Match": before})
    assert answer.status_code == 200 and "Pay €24.99" in answer.text


def test_every_visitor_and_the_owner_get_the_same_bytes(client: FlaskClient, admin: FlaskClient, queries) -> None:
    offer = make_offer(connect_merchant())
    strangers = client.get(f"/o/{offer.slug}")
    queries()
    owners = admin.get(f"/o/{offer.slug}")
    assert owners.data == strangers.data
    assert "Set-Cookie" not in owners.headers
    assert len(queries()) <= 2


def test_the_pages_run_few_queries(client: FlaskClient, queries) -> None:
    merchant = connect_merchant()
    slugs = [make_offer(merchant).slug for _ in range(3)]
    queries()
    client.get(f"/o/{slugs[0]}")
    assert 1 <= len(queries()) <= 2
    client.get("/")
    assert 1 <= len(queries()) <= 2


@pytest.mark.parametrize("terms", [{}, TRIAL, {"kind": "plan", "instalments": 3}])
@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_page_styles_and_script_fit_in_the_first_round_trip(client: FlaskClient, language: str, terms: dict) -> None:
    text = "Two hours with *brushes* and tea. " * 20
    offer = make_offer(connect_merchant(), description=text, max_quantity=5, **terms)
    page = client.get(f"/o/{offer.slug}?lang={language}", headers={"Accept-Encoding": "gzip"})
    html = gzip.decompress(page.data).decode()
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', html)
    assert any("/checkout." in file for file in files) and any(".css" in file for file in files)
    sizes = {file: len(client.get(file, headers={"Accept-Encoding": "gzip"}).data) for file in files}
    assert len(page.data) + sum(sizes.values()) <= FEW_ROUND_TRIPS, (len(page.data), sizes)
    assert "htmx" not in html


def test_stripe_js_is_loaded_from_stripe_and_only_on_payment_pages(client: FlaskClient, simulator) -> None:
    merchant = connect_merchant()
    offer, draft = make_offer(merchant), make_offer(merchant, status="archived")
    page = client.get(f"/o/{offer.slug}")
    assert f'src="{simulator.js_url}"' in page.text and simulator.url in page.headers["Content-Security-Policy"]
    for address in ("/", f"/o/{draft.slug}"):
        other = client.get(address)
        assert simulator.url not in other.text and simulator.url not in other.headers["Content-Security-Policy"]


def test_there_are_no_inline_scripts(client: FlaskClient) -> None:
    offer = make_offer(connect_merchant())
    page = client.get(f"/o/{offer.slug}").text
    for attributes in re.findall(r"<script([^>]*)>", page):
        assert "src=" in attributes or re.search(r'type="application/(ld\+)?json"', attributes)
    assert "style=" not in page and not re.search(r"\son[a-z]+=", page)


def test_test_cards_are_shown_only_in_test_mode(client: FlaskClient) -> None:
    test = make_offer(connect_merchant(accounts.OLENA, "test"))
    live = make_offer(connect_merchant(accounts.OLENA, "live"))
    page = client.get(f"/o/{test.slug}").text
    assert "Test mode" in page
    for number in ("4242 4242 4242 4242", "4000 0027 6000 3184", "4000 0000 0000 0002"):
        assert number in page
    page = client.get(f"/o/{live.slug}").text
    assert "Test mode" not in page and "4242" not in page


def test_the_quantity_field_is_shown_only_if_several_can_be_bought(client: FlaskClient) -> None:
    merchant = connect_merchant()
    one, several = make_offer(merchant), make_offer(merchant, max_quantity=5)
    assert 'name="quantity"' not in client.get(f"/o/{one.slug}").text
    page = client.get(f"/o/{several.slug}").text
    assert '<label for="quantity">Quantity</label>' in page and 'max="5"' in page


def test_the_page_has_one_empty_alert(client: FlaskClient) -> None:
    page = client.get(f"/o/{make_offer(connect_merchant()).slug}").text
    assert re.findall(r'<[a-z]+[^>]*role="alert"[^>]*>([^<]*)<', page) == [""]


def test_the_page_is_in_the_offers_language_until_another_is_chosen(client: FlaskClient) -> None:
    offer = make_offer(connect_merchant(), language="uk")
    assert '<html lang="uk">' in client.get(f"/o/{offer.slug}").text
    chosen = client.get(f"/o/{offer.slug}?lang=en")
    assert '<html lang="en">' in chosen.text and "lang=en" in chosen.headers["Set-Cookie"]
    assert not chosen.cache_control.public
    assert '<html lang="en">' in client.get(f"/o/{offer.slug}").text


def test_the_switch_reads_ua_us_ru(client: FlaskClient) -> None:
    page = client.get(f"/o/{make_offer(connect_merchant()).slug}").text
    switch = re.search(r'<nav class="language-switch".*?</nav>', page, re.S)
    assert switch
    assert re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", switch[0])).strip() == "UA | US | RU"


def test_html_in_a_description_is_escaped(client: FlaskClient) -> None:
    text = "<script>alert(1)</script> [click](javascript:alert(1)) **bold** ![far](https://example.com/a.png)"
    page = client.get(f"/o/{make_offer(connect_merchant(), description=text).slug}").text
    assert "<script>alert" not in page and 'href="javascript' not in page and "<img" not in page
    assert "<strong>bold</strong>" in page


@pytest.mark.parametrize("status", ["draft", "archived"])
def test_an_unpublished_offer_is_not_found(client: FlaskClient, status: str) -> None:
    offer = make_offer(connect_merchant(), status=status, title="Secret evening")
    answer = client.get(f"/o/{offer.slug}")
    assert answer.status_code == 404
    assert ("Secret evening" in answer.text) is (status == "archived")
    for nothing in ("/o/nothing-here", "/o/%00", "/orders/%00", "/orders/ні"):
        assert client.get(nothing).status_code == 404


def test_a_former_address_redirects_to_the_current_one(client: FlaskClient) -> None:
    offer = make_offer(connect_merchant(), slug="first-name")
    changes = {field: getattr(offer, field) for field in OfferFields.__dataclass_fields__ if hasattr(offer, field)}
    offers.save(offer, OfferFields(**changes | {"picture": None, "slug": "second-name", "price": "19.99"}))
    answer = client.get("/o/first-name?lang=ru")
    assert answer.status_code == 302 and answer.location == "/o/second-name?lang=ru"
    assert client.get("/o/second-name").status_code == 200


@pytest.mark.parametrize("change", ["disconnected", "charges disabled", "none"])
def test_an_offer_whose_merchant_cannot_be_paid_says_so(client: FlaskClient, change: str) -> None:
    merchant = connect_merchant()
    offer = make_offer(merchant)
    if change == "none":
        Offer.update(merchant=None).where(Offer.id == offer.id).execute()
    elif change == "disconnected":
        merchant.disconnected_at = merchant.created_at
        merchant.save()
    else:
        merchant.charges_enabled = False
        merchant.save()
    answer = client.get(f"/o/{offer.slug}")
    assert answer.status_code == 200
    assert "can’t buy this offer right now" in answer.text and "<form" not in answer.text


def test_the_shop_lists_published_offers_twelve_per_page(client: FlaskClient) -> None:
    assert "Nothing for sale" in client.get("/").text
    merchant = connect_merchant()
    for number in range(13):
        make_offer(merchant, title=f"Evening number {number:02}")
    make_offer(merchant, title="Unlisted evening", listed=False)
    make_offer(merchant, title="Draft evening", status="draft")
    first, second = client.get("/").text, client.get("/?page=2").text
    assert first.count("Evening number") == 12 and "Evening number 12" in first
    assert second.count("Evening number") == 1 and "Evening number 00" in second
    assert "Unlisted" not in first + second and "Draft" not in first + second
    assert "€19.99" in first and "Two hours with brushes and tea." in first
    for beyond in ("3", "0", "-1", "9" * 30):
        assert client.get(f"/?page={beyond}").status_code == 404


def picture(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "PNG")
    return file.getvalue()


def test_a_picture_is_offered_in_several_widths(client: FlaskClient, queries) -> None:
    offer = make_offer(connect_merchant(), picture=picture(1200, 800), picture_alt="Brushes & tea")
    queries()
    page = client.get(f"/o/{offer.slug}").text
    assert len(queries()) <= 2
    image = re.search(r"<img[^>]*>", page)
    assert image and 'alt="Brushes &amp; tea"' in image[0] and 'loading="lazy"' not in image[0]
    assert 'width="960" height="640"' in image[0] and 'sizes="' in image[0]
    sources = re.findall(r"(/pictures/[0-9a-f]{24}-(\d+)\.webp) (\d+)w", image[0])
    assert [(width, shown) for _, width, shown in sources] == [("480", "480"), ("960", "960")]
    for address, width, _ in sources:
        answer = client.get(address)
        assert answer.status_code == 200 and answer.mimetype == "image/webp"
        assert answer.cache_control.public and answer.cache_control.immutable
        assert answer.cache_control.max_age == 365 * 24 * 3600
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and "Set-Cookie" not in answer.headers
        assert Image.open(io.BytesIO(answer.data)).width == int(width)
    tag = {"If-None-Match": client.get(sources[0][0]).headers["ETag"]}
    assert client.get(sources[0][0], headers=tag).status_code == 304


def test_a_small_picture_is_not_announced_larger_than_it_is(client: FlaskClient) -> None:
    page = client.get(f"/o/{make_offer(connect_merchant(), picture=picture(300, 200)).slug}").text
    assert re.search(r"-480\.webp 300w", page) and 'width="300" height="200" alt=""' in page


def test_only_stored_pictures_are_served(client: FlaskClient) -> None:
    name = make_offer(connect_merchant(), picture=picture(600, 400)).picture
    assert client.get(f"/pictures/{name}-480.webp").status_code == 200
    for other in (f"{name}-960", f"{name}-481", f"{name.upper()}-480", "../storefront.db-480", f"{'a' * 24}-480"):
        assert client.get(f"/pictures/{other}.webp").status_code == 404


def test_in_the_list_the_first_pictures_are_not_lazy_loaded(client: FlaskClient) -> None:
    merchant = connect_merchant()
    for _ in range(4):
        make_offer(merchant, picture=picture(600, 400))
    images = re.findall(r"<img[^>]*>", client.get("/").text)
    assert ['loading="lazy"' in image for image in images] == [False, False, False, True]


@pytest.mark.parametrize(
    ("account", "price", "currency", "asks"),
    [
        (accounts.TARAS, "19.99", "USD", True),
        (accounts.OLENA, "19.99", "EUR", False),
        (accounts.KENJI, "1999", "JPY", False),
    ],
)
def test_the_postal_code_is_asked_where_banks_check_it(client: FlaskClient, account, price, currency, asks) -> None:
    page = client.get(f"/o/{make_offer(connect_merchant(account), price, currency).slug}").text
    assert ('id="postal-code"' in page) is asks


def test_error_pages_are_translated_and_link_home(client: FlaskClient) -> None:
    answer = client.get("/nowhere?lang=en")
    assert answer.status_code == 404
    assert "Page not found" in answer.text and 'href="/"' in answer.text
    assert client.post("/nowhere").status_code == 404


def panel_of(client: FlaskClient, offer: Offer) -> str:
    """The text of the payment form."""
    found = re.search(r'<section class="panel".*?<script', client.get(f"/o/{offer.slug}").text, re.S)
    assert found
    return text_of(found[0])


TERMS = [
    (
        {"kind": "recurring"},
        "€19.99 / month",
        "Today €19.99 From December 30, 2026, every month €19.99",
        "charge it €19.99 every month, starting today, until you cancel. Cancel anytime from the link in your receipt: "
        "you keep access until the end of the paid period.",
        "Subscribe for €19.99 / month",
    ),
    (
        {"kind": "recurring", "every": 2, "interval": "week", "cancellation": "now"},
        "€19.99 every 2 weeks",
        "Today €19.99 From December 14, 2026, every 2 weeks €19.99",
        "Cancel anytime from the link in your receipt: access ends immediately and you won’t be charged again.",
        "Subscribe for €19.99 every 2 weeks",
    ),
    (
        TRIAL,
        "€19.99 / month after a 14-day free trial",
        "Today €0.00 From December 14, 2026, every month €19.99",
        "charge it €19.99 every month, starting after 14 days, until you cancel.",
        "Start trial",
    ),
    (
        {"kind": "recurring", "interval": "year", "trial_days": 1},
        "€19.99 / year after a 1-day free trial",
        "Today €0.00 From December 1, 2026, every year €19.99",
        "Cancel before the trial ends and you won’t be charged.",
        "Start trial",
    ),
    (
        {"kind": "plan", "instalments": 3},
        "3 monthly payments of €19.99",
        "Today €19.99 From December 30, 2026, every month 2 × €19.99 Total €59.97",
        "charge it €19.99 today and 2 more times, every month: €59.97 in total. Ends automatically after the last "
        "payment. To stop earlier, contact the seller.",
        "Pay €19.99 now",
    ),
]


@pytest.mark.parametrize(("terms", "price", "charges", "consent", "button"), TERMS)
def test_the_charges_and_their_dates_are_shown_before_the_button(
    client: FlaskClient, terms: dict, price: str, charges: str, consent: str, button: str
) -> None:
    offer = make_offer(connect_merchant(), **terms)
    with time_set(datetime(2026, 11, 30, 12, tzinfo=UTC)):
        assert_charges_are_shown(client, offer, price, charges, consent, button)


def assert_charges_are_shown(
    client: FlaskClient, offer: Offer, price: str, charges: str, consent: str, button: str
) -> None:
    page = client.get(f"/o/{offer.slug}").text
    assert price in text_of(re.search(r'<p class="price".*?</p>', page, re.S)[0]).replace(" ,", ",")
    words = panel_of(client, offer).replace(" :", ":")
    assert charges in words and consent in words and words.index(consent) < words.index(button)
    assert re.search(rf'<button type="submit"[^>]*aria-describedby="consent"[^>]*>{button}</button>', page)
    assert price in text_of(client.get("/").text)


def test_a_one_time_purchase_asks_for_no_consent(client: FlaskClient) -> None:
    page = client.get(f"/o/{make_offer(connect_merchant()).slug}").text
    assert "consent" not in page and "you allow this shop" not in page


def test_the_shown_consent_text_is_stored_with_the_order(client: FlaskClient) -> None:
    offer = make_offer(connect_merchant(), kind="recurring", max_quantity=5)
    shown = re.search(r'<p class="small" id="consent">(.*?)</p>', client.get(f"/o/{offer.slug}").text, re.S)
    assert shown
    words = re.sub(r"<[^>]+>", "", shown[1])
    seen = {"quantity": "2", "seen": "EUR 3998", "terms": offer.terms_code()}
    assert client.post(f"/o/{offer.slug}/checkout", data=MARKOS_FORM | seen).status_code == 200
    assert Order.get().consent == words.replace("€19.99", "€39.98") and Order.get().consented_at is not None


def test_a_page_with_outdated_terms_must_be_reloaded(client: FlaskClient) -> None:
    offer = make_offer(connect_merchant(), kind="recurring")
    page = client.get(f"/o/{offer.slug}").text
    assert 'data-terms="recurring-1-month-0-0-period_end"' in page
    Offer.update(interval="year").execute()
    seen = {"seen": "EUR 1999", "terms": "recurring-1-month-0-0-period_end"}
    answer = client.post(f"/o/{offer.slug}/checkout?lang=en", data=MARKOS_FORM | seen)
    words = "The terms of this offer have changed. Reload the page to see them."
    assert (answer.status_code, answer.json) == (422, {"errors": {"price": [words]}}) and Order.select().count() == 0


@pytest.mark.parametrize(("terms", "intent"), [({}, "payment"), ({"kind": "recurring"}, "payment"), (TRIAL, "setup")])
def test_the_response_says_which_kind_of_intent_to_confirm(client: FlaskClient, terms: dict, intent: str) -> None:
    offer = make_offer(connect_merchant(), **terms)
    answer = client.post(f"/o/{offer.slug}/checkout", data=MARKOS_FORM).json
    assert answer["intent"] == intent
    assert answer["client_secret"].startswith("seti_" if intent == "setup" else "pi_")


def test_a_page_with_terms_is_cacheable_too(client: FlaskClient, admin: FlaskClient, queries) -> None:
    offer = make_offer(connect_merchant(), **TRIAL)
    strangers = client.get(f"/o/{offer.slug}")
    queries()
    assert admin.get(f"/o/{offer.slug}").data == strangers.data and len(queries()) <= 2
    again = client.get(f"/o/{offer.slug}", headers={"If-None-Match": strangers.headers["ETag"]})
    assert again.status_code == 304
