"""Translations: every address of the shop is opened in Ukrainian and Russian and must contain no English."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import chain
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront import merchants
from storefront.emails import KINDS
from storefront.models import Admin, Email, Offer, Order, OrderStatus, Payment, ShopProfile
from storefront.web.admin.session.first_admin import first_admin_address
from storefront.web.shop import script_messages
from stripe_simulator import accounts
from tests.cards import DECLINED
from tests.factories import OWNER_EMAIL, PASSWORD, connect_merchant, make_offer, make_owner
from tests.web.admin.test_offers import save
from tests.web.admin_pages import HTMX, STRIPE, alerts_of, post, text_of
from tests.web.page_text import Page, english_in, script_words
from tests.web_client import browser, sign_in, signed_in
from tools.translations import forms_of, key_of, po_of, read_catalog

TRANSLATED = ("uk", "ru")
MARKO = {"email": "marko@example.com", "name": "Марко", "visit": "a-visit-of-marko"}
EVENTS = (
    ("waiting", {}),
    ("processing", {}),
    ("paid", {}),
    ("paid_again", {"amount": 1999}),
    ("attempt_failed", {"code": "card_declined", "decline_code": "insufficient_funds"}),
    ("payment_ended", {"reason": "canceled"}),
    ("payment_ended", {"reason": "terms_changed"}),
    ("mismatch", {"fields": ["amount", "currency"]}),
)


@pytest.fixture
def offer(app: Flask) -> Offer:
    """Offers in every status, a disconnected account, and an account with limitations."""
    gone = connect_merchant(accounts.TARAS, name="Майстерня Тараса")
    make_offer(gone, "30", "USD", title="Ложка з липи", description="", thank_you="", slug="spoon")
    merchants.disconnect(gone)
    olena = connect_merchant(name="Студія Олени")
    connect_merchant(accounts.SOFIA, name="Галерея Софії")
    words = {"description": "Дві години з *пензлями*.", "thank_you": "До **пʼятниці**!", "language": "uk"}
    for number, status in enumerate(("draft", "archived", "published")):
        make_offer(olena, title="Гончарство", slug=f"pottery-{number}", status=status, listed=False, **words)
    return make_offer(olena, title="Акварель", slug="watercolour", max_quantity=4, **words)


@pytest.fixture
def order(app: Flask, offer: Offer, simulator) -> Order:
    """An order with a declined card and a timeline entry of every kind in EVENTS."""
    started = browser(app).post(f"/o/{offer.slug}/checkout", data=MARKO).json
    simulator.confirm(offer.merchant.publishable_key, started["client_secret"], DECLINED)
    order = Order.by_token(started["order"])
    browser(app).get(f"/orders/{order.token}")
    for kind, detail in EVENTS:
        order.note(kind, **detail)
    return order


def addresses(app: Flask, order: Order) -> Iterator[str]:
    """Every route that answers GET, with the values of the example shop as parameters."""
    names = {
        "slug": order.offer.slug,
        "token": order.token,
        "public_id": order.merchant.public_id,
        "offer_id": order.offer_id,
    }
    build = app.url_map.bind("shop.example.com").build
    for rule in app.url_map.iter_rules():
        known = {name: names[name] for name in rule.arguments if name in names}
        if "GET" in (rule.methods or ()) and rule.arguments <= set(known) and rule.endpoint != "static":
            yield build(rule.endpoint, known)
    yield from ("/nothing-here", "/admin/nothing-here", "/o/pottery-1", f"/admin/offers/{Offer.get().id}")
    yield from ("/admin/orders?q=ніхто", "/admin/orders?status=paid&mode=live", "/admin/emails?q=ніхто")
    yield from (f"/admin/emails/{letter.id}" for letter in Email.select())
    yield from (f"/admin/emails/words/{kind}/en" for kind in KINDS)


def english_of(language: str, html: str) -> set[str]:
    """The English text left on a page: untranslated messages, and words outside the catalog."""
    read = Page(html).words
    return english_in(read) | (translated_messages(language) & set(read))


@cache
def translated_messages(language: str) -> frozenset[str]:
    """The English messages whose translation differs from them."""
    messages = [message for message in read_catalog(po_of(language), language) if message.id]
    return frozenset(key_of(message)[0] for message in messages if key_of(message)[0] not in forms_of(message))


def walk(client: FlaskClient, language: str, app: Flask, order: Order) -> dict[str, set[str]]:
    """{address: English text} of all pages that are not completely translated."""
    wrong = {}
    for address in addresses(app, order):
        answer = client.get(address, follow_redirects=True)
        if "<html" not in answer.text:
            continue
        assert answer.status_code < 500, address
        page = Page(answer.text)
        assert page.language == language, address
        # A downloaded file has no language switch.
        if "attachment" not in answer.headers.get("Content-Disposition", ""):
            assert page.switch == "UA | US | RU", address
        wrong[address] = english_of(language, answer.text)
    assert len(wrong) > 10
    return {address: words for address, words in wrong.items() if words}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_public_page_is_completely_translated(app: Flask, client: FlaskClient, order, language: str) -> None:
    for address in ("/", "/admin/login"):
        client.get(f"{address}?lang={language}")
    assert walk(client, language, app, order) == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_admin_page_is_completely_translated(app: Flask, admin: FlaskClient, order, language: str) -> None:
    for address in ("/", "/admin"):
        admin.get(f"{address}?lang={language}")
    assert walk(admin, language, app, order) == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_order_status_is_translated(admin: FlaskClient, order: Order, language: str) -> None:
    for address in ("/", "/admin"):
        admin.get(f"{address}?lang={language}")
    Payment.update(status="succeeded").execute()
    for status in OrderStatus:
        Order.update(status=status).execute()
        for address in (f"/orders/{order.token}", f"/admin/orders/{order.token}", "/admin/orders", "/admin"):
            assert english_of(language, admin.get(address, follow_redirects=True).text) == set(), (status, address)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_new_shop_is_in_its_owners_language(app: Flask, client: FlaskClient, language: str) -> None:
    for address in ("/", "/admin/login"):
        client.get(f"{address}?lang={language}")
    first = first_admin_address(app.config["SHOP"])
    assert first is not None
    for address in ("/", "/admin/login", urlsplit(first).path):
        answer = client.get(address)
        assert answer.status_code == 200 and english_of(language, answer.text) == set(), address


def mistakes(admin: FlaskClient, offer: Offer) -> Iterator[TestResponse]:
    """(address, form) of forms with invalid values, in one field or in all."""
    keys = {"publishable_key": accounts.publishable_key(accounts.OLENA), "secret_key": "sk_live_nothing"}
    yield post(admin, STRIPE)
    yield post(admin, STRIPE, name="x" * 300, publishable_key="sk_test_x", secret_key="pk_test_x")
    yield post(admin, STRIPE, name="Олена", publishable_key="nothing", secret_key="nothing")
    yield post(admin, STRIPE, name="Олена", **keys)
    yield post(admin, STRIPE, True, name="Олена", **keys)
    yield post(admin, f"{STRIPE}/{offer.merchant.public_id}/offers-move", target="")
    yield post(admin, f"{STRIPE}/{offer.merchant.public_id}/offers-move", target="nobody")
    good = {"title": "Чай", "currency": "EUR", "merchant": offer.merchant_id, "language": "uk", "status": "published"}
    for price in ("", "many", "0.01", "1.999", "99999999"):
        yield post(admin, "/admin/offers", price=price, max_quantity=1, **good)
    yield post(admin, "/admin/offers", price=5, max_quantity=1, **{**good, "merchant": ""})
    yield post(
        admin, "/admin/offers", currency="XXX", merchant="0", language="de", status="sold", slug="!", max_quantity=0
    )
    yield post(admin, "/admin/password", present="wrong", new="short", again="other")
    yield admin.post("/admin/password")
    yield admin.post("/admin/password", headers=HTMX)


@pytest.mark.parametrize("language", TRANSLATED)
def test_admin_errors_are_translated(admin: FlaskClient, offer: Offer, language: str) -> None:
    for address in ("/", "/admin"):
        admin.get(f"{address}?lang={language}")
    for number, answer in enumerate(mistakes(admin, offer)):
        assert answer.status_code in (400, 422), number
        assert english_of(language, f'<html lang="{language}">{answer.text}') == set(), number


@pytest.mark.parametrize(
    ("language", "refused", "closed"),
    [
        ("uk", "Неправильна електронна пошта або пароль.", "через 15 хвилин"),
        ("ru", "Неверная эл. почта или пароль.", "через 15 минут"),
    ],
)
def test_the_sign_in_limit_message_is_translated(client: FlaskClient, language, refused: str, closed: str) -> None:
    make_owner()
    page = client.get(f"/admin/login?lang={language}").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    form = {"email": "olena@example.com", "password": "a guess", "csrf_token": token[1]}
    answers = [client.post("/admin/login", data=form).text for _ in range(11)]
    assert refused in alerts_of(answers[0]) and closed in alerts_of(answers[-1])


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_scripts_texts_are_in_the_pages_language(client: FlaskClient, offer: Offer, language: str) -> None:
    words = script_words(client.get(f"/o/{offer.slug}?lang={language}").text)
    assert len(words) > 30 and english_in(words) == set()


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_preview_is_in_the_offers_language_and_leaves_nothing_in_the_admins(
    admin: FlaskClient, client: FlaskClient, offer: Offer, language: str
) -> None:
    """The admin works in English. What a process keeps of the preview also serves the page of the buyer."""
    script_messages._checkout_json.cache_clear()
    typed = {"title": "Акварель", "description": "", "language": language, "kind": "recurring", "trial_days": "7"}
    sold = {"merchant": offer.merchant_id, "status": "published"}
    preview = save(admin, "/admin/offers/previews", **typed, **sold).text
    assert english_of(language, preview) == set()
    for page in (preview, client.get(f"/o/{offer.slug}?lang={language}").text):
        assert english_in(script_words(page)) == set()


@pytest.mark.parametrize(
    ("language", "price", "button"),
    [("uk", "19,99\u00a0€", "Сплатити 19,99\u00a0€"), ("ru", "19,99\u00a0€", "Оплатить 19,99\u00a0€")],
)
def test_amounts_are_formatted_for_the_language(client: FlaskClient, offer: Offer, language, price, button) -> None:
    html = client.get(f"/o/{offer.slug}?lang={language}").text
    assert button in html and html.count(price) > 1 and "€19" not in html


@pytest.mark.parametrize(("language", "year"), [("uk", "р."), ("ru", "г.")])
def test_dates_are_formatted_for_the_language(admin: FlaskClient, order: Order, language: str, year: str) -> None:
    page = admin.get(f"/admin/orders/{order.token}?lang={language}").text
    to_the_minute = rf"\d{{1,2}} [а-яіїєґ]+\.? \d{{4}}.{re.escape(year)}, \d{{2}}:\d{{2}}"
    assert re.search(to_the_minute, text_of(page))
    assert re.search(rf'<time [^>]*title="{to_the_minute}:\d{{2}} UTC"', page)


@pytest.mark.parametrize(
    ("language", "one", "two", "five"),
    [("uk", "1 замовлення", "2 замовлення", "5 замовлень"), ("ru", "1 заказ ", "2 заказа", "5 заказов")],
)
def test_plural_forms_follow_the_language(app, admin, offer, language, one: str, two: str, five: str) -> None:
    for address in ("/", "/admin"):
        admin.get(f"{address}?lang={language}")
    for count in range(1, 6):
        browser(app).post(f"/o/{offer.slug}/checkout", data=MARKO | {"visit": f"visit number {count}"})
        page = text_of(admin.get("/admin/orders").text)
        if count in (1, 2, 5):
            assert {1: one, 2: two, 5: five}[count] in page


@pytest.mark.parametrize("language", ["uk", "en", "ru"])
def test_the_chosen_language_sets_one_cookie_and_no_other(client: FlaskClient, offer, language: str) -> None:
    chosen = client.get(f"/o/{offer.slug}?lang={language}")
    cookies = chosen.headers.getlist("Set-Cookie")
    assert len(cookies) == 1 and cookies[0].startswith(f"lang={language};") and "HttpOnly" in cookies[0]
    for address in ("/", f"/o/{offer.slug}", "/nothing-here"):
        later = client.get(address)
        assert Page(later.text).language == language and "Set-Cookie" not in later.headers


def test_the_shop_and_the_admin_remember_their_languages_apart(app: Flask, admin: FlaskClient) -> None:
    def languages() -> tuple[str, ...]:
        return tuple(Page(admin.get(address).text).language for address in ("/", "/my", "/admin", "/admin/orders"))

    assert languages() == ("en", "en", "en", "en")
    admin.get("/?lang=ru")
    assert languages() == ("ru", "ru", "en", "en")
    chosen = admin.get("/admin/orders?lang=uk").headers.getlist("Set-Cookie")
    assert [cookie.split(";")[0] for cookie in chosen if "lang=" in cookie] == ["admin_lang=uk"]
    assert languages() == ("ru", "ru", "uk", "uk")
    admin.get("/my?lang=en")
    assert languages() == ("en", "en", "uk", "uk")


def test_a_language_that_was_chosen_in_an_earlier_version_stays(app: Flask) -> None:
    admin = signed_in(app)
    admin.set_cookie("lang", "uk")
    assert Page(admin.get("/").text).language == "uk", "the shop’s pages still read the cookie"
    Admin.update(language="uk").execute()
    assert Page(admin.get("/admin").text).language == "uk", "the admin is in the language of its owner’s emails"
    again = browser(app)
    sign_in(again, OWNER_EMAIL, PASSWORD)
    assert Page(again.get("/admin").text).language == "uk" and Admin.get().language == "uk"


def test_the_default_language_is_for_browsers_that_ask_for_none_of_ours(app: Flask, client: FlaskClient) -> None:
    ShopProfile(default_language="uk").save()
    for address in ("/", "/?x=1", "/my", "/nothing-here"):
        for header, language in (("fr", "uk"), ("*", "uk"), ("", "uk"), ("fr, ru;q=0.3", "ru"), ("en", "en")):
            answer = client.get(address, headers={"Accept-Language": header})
            assert Page(answer.text).language == language, (address, header)


def test_an_unsupported_language_changes_nothing(client: FlaskClient) -> None:
    answer = client.get("/?lang=de")
    assert Page(answer.text).language == "en" and "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("language", ["uk", "en", "ru"])
def test_the_chosen_language_survives_redirects_without_a_cookie(app: Flask, order: Order, language: str) -> None:
    forgetful = app.test_client(use_cookies=False)
    Payment.update(status="succeeded").execute()
    Order.update(status="paid").execute()
    for address in (f"/orders/{order.token}", f"/orders/{order.token}/pay", "/admin", "/admin/offers/new"):
        answer = forgetful.get(f"{address}?lang={language}")
        assert answer.status_code == 302 and f"lang={language}" in answer.location
        landed = forgetful.get(f"{address}?lang={language}", follow_redirects=True)
        assert landed.status_code == 200 and Page(landed.text).language == language


def test_an_offers_page_opens_in_the_offers_language(client: FlaskClient, offer: Offer) -> None:
    assert Page(client.get(f"/o/{offer.slug}").text).language == "uk"
    assert Page(client.get("/").text).language == "en"
    assert Page(client.get("/", headers={"Accept-Language": "ru,uk;q=0.5"}).text).language == "ru"
    answer = client.post(f"/o/{offer.slug}/checkout", data={})
    assert answer.json["errors"]["email"] == ["Введіть адресу електронної пошти"]
    client.get("/?lang=ru")
    assert Page(client.get(f"/o/{offer.slug}").text).language == "ru"


@pytest.mark.parametrize("language", TRANSLATED)
def test_checkout_responses_are_in_the_pages_language(
    client: FlaskClient, offer: Offer, simulator, language: str
) -> None:
    address = f"/o/{offer.slug}/checkout?lang={language}"
    Offer.update(language="en").execute()
    forms = ({}, {"email": "x" * 300, "name": "x" * 300, "quantity": "99"}, {"email": "marko@", "name": "Марко"})
    for form in forms:
        answer = client.post(address, data=form)
        assert answer.status_code == 422 and english_in([*chain(*answer.json["errors"].values())]) == set()
    foreign = client.post(address, data=MARKO, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403 and english_in([foreign.json["error"]]) == set()
    simulator.add_fault("/v1/payment_intents", "error_before", times=9)
    silent = client.post(address, data=MARKO)
    assert silent.status_code == 503 and english_in([silent.json["error"]]) == set()
    Offer.update(status="archived").execute()
    gone = client.post(address, data=MARKO)
    assert gone.status_code == 404 and english_in([gone.json["error"]]) == set()
    assert "Set-Cookie" not in gone.headers


@pytest.mark.parametrize(("language", "first"), [("uk", "номер"), ("ru", "номер"), ("en", "number")])
def test_the_header_of_the_csv_export_is_translated(admin: FlaskClient, order: Order, language, first: str) -> None:
    lines = admin.get(f"/admin/orders.csv?lang={language}").text.removeprefix("\ufeff").splitlines()
    assert lines[0].startswith(f'"{first}",') and lines[1].startswith(f'"{order.number}",')
