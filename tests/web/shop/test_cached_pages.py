"""Pages that are kept in memory: never old in any process, the same bytes as Flask's own, few queries, bounded."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from flask import Flask, request, request_started
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from storefront import create_app, db, merchants, offers, payments, settings, worker
from storefront.config import Config
from storefront.models import LegalSettings, LegalText, Merchant, Offer, OfferStatus, PriceOption, ShopProfile
from storefront.offers import OfferFields, OptionFields
from storefront.web.support.caching.fragments import Fragments
from storefront.web.support.caching.page_store import PageStore
from storefront.web.support.caching.stored_response import StoredResponse
from stripe_simulator import accounts
from tests.cast import IVAN
from tests.databases import IS_POSTGRESQL
from tests.factories import SHOP_URL, connect_merchant, make_offer
from tests.purchase_steps import buy, refresh, start_checkout
from tests.simulator_process import Simulator
from tests.web.answer_headers import headers_of
from tests.web.query_count import queries_of
from tests.web_client import browser

# Flask evaluates this condition, which holds for pages without Last-Modified. So it answers the request.
PAST_THE_CACHE = {"If-Unmodified-Since": "Thu, 01 Jan 2026 00:00:00 GMT"}


@pytest.fixture
def another_process(app: Flask) -> Iterator[Flask]:
    """The same shop as another web process serves it: its own memory and connections, the same database."""
    other = create_app(app.config["SHOP"])
    yield other
    other.extensions["runtime"].database.close_all()


@contextmanager
def requests_to_flask(app: Flask) -> Iterator[list[str]]:
    """The addresses that Flask itself answers meanwhile."""
    seen: list[str] = []

    def note(_app: Flask, **_more: object) -> None:
        seen.append(request.full_path)

    with request_started.connected_to(note, app):
        yield seen


def see(client: FlaskClient, address: str) -> str:
    """The page as somebody sees it who has looked at it before; from memory if it is the same as before."""
    first = client.get(address).text
    with requests_to_flask(client.application) as rendered:
        assert client.get(address).text == first
    assert rendered == []
    return first


def save(offer: Offer, **changes: object) -> None:
    """Save the offer's form with these changes."""
    offer = Offer.get_by_id(offer.id)
    fields = {name: getattr(offer, name) for name in OfferFields.__dataclass_fields__ if hasattr(offer, name)}
    shown = {"picture": None, "price": offer.price.decimal_text()}
    offers.save(offer, OfferFields(**fields | shown | changes))


def test_what_one_process_saves_of_an_offer_every_process_shows(offer: Offer, another_process: Flask) -> None:
    reader = browser(another_process)
    page, former = f"/o/{offer.slug}", offer.slug
    assert "€19.99" in see(reader, page) and offer.title in see(reader, "/")
    save(offer, price="24.99")
    assert "€24.99" in see(reader, page) and "€24.99" in see(reader, "/")
    save(offer, title="Ink evening", description="*Ink* and paper.")
    assert "Ink evening" in see(reader, page) and "Ink and paper." in see(reader, "/")
    save(offer, language="uk")
    assert '<html lang="uk">' in see(reader, page) and '<li lang="uk">' in see(reader, "/")
    save(offer, language="en", kind="recurring", interval="year", trial_days=7)
    assert "/ year" in see(reader, page) and "/ year" in see(reader, "/")
    save(offer, kind="one_off", max_quantity=5)
    assert 'name="quantity"' in see(reader, page)
    # Past the models, and without a new time of change.
    db.db.execute_sql("UPDATE offer SET title = 'Charcoal evening'")
    assert "Charcoal evening" in see(reader, page) and "Charcoal evening" in see(reader, "/")
    save(offer, slug="charcoal")
    moved = reader.get(page)
    assert (moved.status_code, moved.location) == (302, "/o/charcoal") and "/o/charcoal" in see(reader, "/")
    assert "Charcoal evening" in see(reader, "/o/charcoal")
    # The new offer takes the former slug; the redirect ends.
    newer = make_offer(offer.merchant, title="Pastel evening", slug=former)
    assert "Pastel evening" in see(reader, page)
    assert see(reader, "/").index("Pastel evening") < see(reader, "/").index("Charcoal evening")
    save(newer, listed=False)
    assert "Pastel evening" not in see(reader, "/") and "Pastel evening" in see(reader, page)
    offers.archive([offer.id])
    assert reader.get("/o/charcoal").status_code == 404 and "Nothing for sale" in see(reader, "/")
    save(newer, status=OfferStatus.DRAFT)
    assert reader.get(page).status_code == 404


def test_a_price_option_that_changes_past_the_models_shows_in_the_list_of_every_process(
    merchant: Merchant, another_process: Flask
) -> None:
    yearly = OptionFields("options-0", "Yearly", "90.00")
    make_offer(merchant, option_label="Once", options=(yearly,))
    reader = browser(another_process)
    assert "€19.99" in see(reader, "/")
    PriceOption.update(amount=1700).where(PriceOption.label == "Once").execute()
    assert "€17.00" in see(reader, "/")
    PriceOption.delete().where(PriceOption.label == "Once").execute()
    assert "€90.00" in see(reader, "/")


def test_what_happens_to_a_merchant_every_process_shows(
    offer: Offer, another_process: Flask, simulator: Simulator
) -> None:
    reader, page = browser(another_process), f"/o/{offer.slug}"
    merchant = Merchant.get_by_id(offer.merchant_id)
    assert f'data-key="{merchant.publishable_key}"' in see(reader, page)
    changes: list[tuple[dict[str, object], str]] = [
        ({"charges_enabled": False}, "can’t buy this offer"),
        ({"charges_enabled": True, "currencies": ["USD"]}, "can’t buy this offer"),
        ({"currencies": None, "country": "US"}, 'id="postal-code"'),
        ({"publishable_key": "pk_test_another"}, 'data-key="pk_test_another"'),
        ({"js_url": "http://127.0.0.1:1/stripe.js"}, 'src="http://127.0.0.1:1/stripe.js"'),
    ]
    for values, shown in changes:
        Merchant.update(values).execute()
        assert shown in see(reader, page), values
        policy = reader.get(page).headers["Content-Security-Policy"]
        assert ("127.0.0.1:1" in policy) is ("js_url" in values)
    Merchant.update(publishable_key=merchant.publishable_key, js_url=None).execute()
    merchants.disconnect(Merchant.get())
    assert "can’t buy this offer" in see(reader, page)
    keys = accounts.publishable_key(accounts.OLENA), accounts.secret_key(accounts.OLENA)
    merchants.connect("Olena", *keys, SHOP_URL)
    assert "card-element" in see(reader, page)
    other = connect_merchant(accounts.TARAS)
    Offer.update(merchant=other).execute()
    assert f'data-key="{other.publishable_key}"' in see(reader, page)


def test_the_last_unit_is_sold_and_comes_back_in_every_process(
    merchant: Merchant, another_process: Flask, simulator: Simulator
) -> None:
    offer = make_offer(merchant, stock=1)
    reader, page = browser(another_process), f"/o/{offer.slug}"
    assert "card-element" in see(reader, page)
    order = buy(offer, simulator)
    assert "Sold out" in see(reader, page)
    refund = payments.request_refund(order, 1999, "requested_by_customer", "key")
    payments.send_refund(refund)
    assert refresh(order).status == "refunded"
    assert "card-element" in see(reader, page)
    settings.save({"stock_hold_minutes": 0})
    start_checkout(offer, IVAN)
    assert "card-element" in see(reader, page)
    worker.reconcile()
    assert "card-element" in see(reader, page)
    save(offer, stock=0)
    assert "Sold out" in see(reader, page)


def test_a_changed_legal_text_every_process_shows(offer: Offer, another_process: Flask) -> None:
    reader, page = browser(another_process), "/legal/terms"
    assert reader.get(page).status_code == 404
    LegalSettings.save({LegalText.TERMS: {"en": "We sell **evenings**."}}, False)
    assert "We sell <strong>evenings</strong>." in see(reader, page) and 'href="/withdraw"' not in see(reader, page)
    LegalSettings.save({LegalText.TERMS: {"uk": "Вечори"}, LegalText.PRIVACY: {"en": "Nothing."}}, False)
    assert '<div class="prose" lang="uk"><p>Вечори' in see(reader, page) and 'href="/legal/privacy"' in see(
        reader, page
    )
    ShopProfile(name="Atelier Lumen", country="DE").save()
    assert "Atelier Lumen" in see(reader, page) and 'href="/withdraw"' in see(reader, page)
    save(offer, kind="recurring", interval="year")
    assert 'href="/cancel"' in see(reader, page)
    LegalSettings.save({LegalText.TERMS: {}}, False)
    assert reader.get(page).status_code == 404


def test_a_change_that_the_page_does_not_show_keeps_it(offer: Offer, client: FlaskClient) -> None:
    see(client, f"/o/{offer.slug}")
    with requests_to_flask(client.application) as rendered:
        # What locks the row before stock is held.
        Offer.update(updated_at=Offer.updated_at, thank_you="Come again").execute()
        Merchant.update(webhook_problem="unknown", payments_left_open=1).execute()
        settings.save({"order_expiry_hours": 5})
        client.get(f"/o/{offer.slug}")
    assert rendered == []


def test_a_page_waits_for_the_files_of_its_picture(client: FlaskClient, merchant: Merchant) -> None:
    file = io.BytesIO()
    Image.new("RGB", (600, 400), "teal").save(file, "PNG")
    offer = make_offer(merchant, picture=file.getvalue())
    stored = offers.image_file(offer.picture, 480)
    assert isinstance(stored, Path)
    hidden = stored.rename(stored.with_suffix(".later"))
    for address in (f"/o/{offer.slug}", "/"):
        assert "<img" not in client.get(address).text
    hidden.rename(stored)
    for address in (f"/o/{offer.slug}", "/"):
        assert "<img" in see(client, address)


def test_a_page_that_has_changed_is_rendered_without_flask(client: FlaskClient, offer: Offer) -> None:
    for address in (f"/o/{offer.slug}", "/"):
        see(client, address)
    save(offer, title="Ink evening")
    with requests_to_flask(client.application) as rendered:
        for address in (f"/o/{offer.slug}", "/"):
            assert "Ink evening" in client.get(address).text
    assert rendered == []


REQUESTS: list[tuple[str, dict[str, str]]] = [
    *((path, {}) for path in ("/", "/?page=1", "/?page=2", "/?page=3", "/?page=01", "/?page=0", "/?x=1", "/?")),
    *((path, {}) for path in ("/o/tea", "/o/tea/", "/o/TEA", "//o/tea", "/o//tea", "/o/draft", "/o/old", "/o/gone")),
    *((path, {}) for path in ("/o/tea?", "/o/tea?lang=uk", "/o/tea?lang=de", "/o/tea?utm=a", "/o/te%61", "/o/%00")),
    *(
        (path, {})
        for path in ("/legal/terms", "/legal/terms?lang=uk", "/legal/privacy", "/legal/refunds", "/legal/else")
    ),
    *(("/legal/terms", {name: "ru"}) for name in ("Accept-Language", "If-None-Match")),
    *((path, {"Accept-Language": "ru, uk;q=0.5"}) for path in ("/", "/o/tea")),
    *((path, {"Accept-Language": "*, \x7f;;q=9"}) for path in ("/", "/o/tea")),
    *((path, {"Cookie": "lang=ru"}) for path in ("/", "/o/tea", "/?page=2", "/o/old")),
    *(
        ("/o/tea", {"Cookie": text})
        for text in ("lang=de", "lang=uk; lang=ru", "x=lang", 'lang="uk"', "session=x; a=b")
    ),
    *(
        (path, {"Accept-Encoding": text})
        for path in ("/", "/o/tea", "/o/gone")
        for text in ("gzip", "br", "gzip, br;q=0.5", "gzip;q=0", "*", "identity, gzip;q=0.5", "zstd", "GZIP", ";;")
    ),
    *(
        ("/o/tea", {"Host": host})
        for host in ("evil.example", "shop.example.com:80", "[::1]", "a b", "shop.example.com.")
    ),
    *(("/o/tea", {"If-None-Match": tag}) for tag in ("{etag}", "{strong}", "*", 'W/"x", {etag}', '"x"', "x", "")),
    ("/o/tea", {"If-None-Match": "{etag}", "Accept-Encoding": "br"}),
    ("/o/tea", {"If-Modified-Since": "Thu, 01 Jan 2099 00:00:00 GMT"}),
    ("/o/tea", {"If-Match": '"x"'}),
    ("/o/tea", {"Range": "bytes=0-9"}),
    ("/o/tea", {"HX-Request": "true"}),
    ("/o/tea", {"X-Forwarded-For": "8.8.8.8", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.example"}),
]


def sent(answer: TestResponse) -> tuple[object, ...]:
    # The cookie of the language ends a year from now.
    headers = sorted((name, re.sub(r"Expires=[^;]*", "", value)) for name, value in headers_of(answer))
    return answer.status, headers, answer.data


@pytest.mark.parametrize("trusted", ["0", "1"])
def test_memory_and_flask_send_the_same(
    trusted: str, environment: dict[str, str], app: Flask, merchant: Merchant
) -> None:
    shop = create_app(Config.from_environment({**environment, "TRUSTED_PROXIES": trusted}))
    offer = make_offer(merchant, title="Tea", slug="old", max_quantity=3, language="uk")
    save(offer, slug="tea")
    make_offer(merchant, slug="draft", status="draft")
    make_offer(merchant, slug="gone", status="archived")
    for _ in range(12):
        make_offer(merchant)
    LegalSettings.save({LegalText.TERMS: {"en": "# Terms", "uk": "Умови"}, LegalText.PRIVACY: {"ru": "Тайна"}}, True)
    etag = str(browser(shop).get("/o/tea").headers["ETag"])
    values = {"etag": etag, "strong": etag.removeprefix("W/")}
    from_memory = 0
    for path, headers in REQUESTS if trusted == "0" else REQUESTS[-8:]:
        named = {name: value.format(**values) for name, value in headers.items()}
        for method in ("GET", "HEAD") if headers else ("GET",):

            def ask(
                more: dict[str, str], method: str = method, path: str = path, named: object = named
            ) -> TestResponse:
                client = shop.test_client(use_cookies=False)
                return client.open(path, method=method, headers={**named, **more})  # type: ignore[dict-item]

            by_flask = sent(ask(PAST_THE_CACHE))
            assert sent(ask({})) == by_flask, (method, path, headers)
            with requests_to_flask(shop) as rendered:
                assert sent(ask({})) == by_flask, (method, path, headers)
            from_memory += not rendered
    # The others are addresses and conditions that are left to Flask.
    assert from_memory > (len(REQUESTS) if trusted == "0" else 8)
    shop.extensions["runtime"].database.close_all()


def test_a_kept_page_takes_one_query_and_a_new_one_no_other(client: FlaskClient, merchant: Merchant) -> None:
    def counts() -> list[list[int]]:
        addresses = "/", f"/o/{slug}", f"/o/{slug}?x=1", "/legal/terms", "/legal/terms?x=1"
        return [[queries_of(client, address) for _ in range(3)][::2] for address in addresses]

    LegalSettings.save({LegalText.TERMS: {"en": "Terms"}}, True)
    slug = make_offer(merchant, stock=5).slug
    # The first page that Flask renders in a process reads settings as well.
    counts()
    for account in (accounts.KENJI, accounts.TARAS):
        other = connect_merchant(account)
        for _ in range(8):
            make_offer(other, currency=account.currency.upper(), price="1999")
    settings.save({"order_expiry_hours": 5, "first_reminder_days": 2})
    # The list is kept for marks of its offers. It reads what it shows of them to be rendered.
    assert counts() == [[2, 1], *[[1, 1]] * 4]


@pytest.mark.parametrize(
    ("address", "same_as"),
    [
        ("/?utm_source=news&fbclid=1", "/"),
        ("/?utm_source=news&page=2", "/?page=2"),
        ("/o/tea?utm_source=news&utm_campaign=%D1%87%D0%B0%D0%B9&gclid=a%26b", "/o/tea"),
        ("/o/tea?code=AUTUMN&&x", "/o/tea"),
        ("/o/tea?utm_source=a&option={second}&utm_id=1", "/o/tea?option={second}"),
        ("/o/tea/embed?utm_source=news", "/o/tea/embed"),
        ("/legal/terms?utm_source=news", "/legal/terms"),
    ],
)
def test_the_links_of_a_campaign_share_the_kept_page(
    client: FlaskClient, merchant: Merchant, address: str, same_as: str
) -> None:
    LegalSettings.save({LegalText.TERMS: {"en": "Terms"}}, True)
    yearly = OptionFields("options-0", "Yearly", "90.00")
    offer = make_offer(merchant, slug="tea", option_label="Once", options=(yearly,))
    for _ in range(12):
        make_offer(merchant)
    second = PriceOption.of_offer(offer)[1].id
    page = client.get(same_as.format(second=second)).text
    with requests_to_flask(client.application) as rendered:
        assert client.get(address.format(second=second)).text == page
        assert queries_of(client, address.format(second=second)) == 1
    assert rendered == []


def test_a_parameter_that_the_page_depends_on_is_never_left_out(client: FlaskClient, merchant: Merchant) -> None:
    yearly = OptionFields("options-0", "Yearly", "90.00")
    offer = make_offer(merchant, slug="tea", option_label="Once", options=(yearly,))
    second = PriceOption.of_offer(offer)[1].id
    client.get("/o/tea")
    for query in (f"option={second}", f"%6Fption={second}", f"x=1&option={second}&option=1", f"opt%69on={second}&y"):
        page = client.get(f"/o/tea?{query}").text
        assert f'value="{second}" autocomplete="off" checked' in page, query
    assert '<html lang="uk">' in client.get("/o/tea?utm_source=a&l%61ng=uk").text
    save(offer, slug="green-tea")
    moved = client.get("/o/tea?utm_source=a%26b&option=5")
    assert moved.location == "/o/green-tea?utm_source=a%26b&option=5"


def test_no_query_reads_or_sorts_a_whole_table(app: Flask, merchant: Merchant) -> None:
    """Of thousands of offers, the list reads those that it shows."""
    make_offer(merchant)
    with db.db.atomic():
        if IS_POSTGRESQL:
            # The planner reads such small tables whole otherwise.
            db.db.execute_sql("SET LOCAL enable_seqscan = off")
        queries = (
            offers.listing_query(3),
            offers.listing_mark_query(3),
            offers.offer_query("tea"),
            offers.legal_text_query(LegalText.TERMS),
        )
        for sql, parameters in queries:
            explain = "EXPLAIN " if IS_POSTGRESQL else "EXPLAIN QUERY PLAN "
            plan = str(db.db.execute_sql(explain + sql, parameters).fetchall())
            assert not re.search(r"SCAN (?!.*USING|CONSTANT ROW|(shop|listed)\b)|TEMP B-TREE|Seq Scan", plan), plan


def test_the_pages_used_last_are_kept_within_bounds() -> None:
    store = PageStore(max_pages=3, max_bytes=10_000_000)

    def put(name: str, size: int = 1000) -> None:
        store.put(name, [(name,)], StoredResponse([("ETag", 'W/"x"')], b"x" * size))

    for name in "abc":
        put(name)
    assert store.get("a", [("a",)]) is not None
    put("d")
    assert [store.get(name, [(name,)]) is not None for name in "abcd"] == [True, False, True, True]
    assert store.get("a", [("other",)]) is None
    size = store.size
    put("a")
    assert (len(store), store.size) == (3, size)
    put("e", 2_000_000)
    put("f", 3_500_000)
    assert store.size < 10_000_000 and store.get("e", [("e",)]) is None and store.get("f", [("f",)]) is not None
    put("g", 50_000_000)
    assert (len(store), store.size) == (0, 0)


def test_the_newest_parts_of_pages_are_kept() -> None:
    fragments, made = Fragments(most=2), []

    def make(name: str) -> str:
        made.append(name)
        return name

    for name in "abac":
        assert fragments.get(name, partial(make, name)) == name
    assert (len(fragments), made) == (2, ["a", "b", "c"])
    fragments.get("a", partial(make, "a"))
    assert made == ["a", "b", "c", "a"]


def test_pages_over_https_are_kept_apart(client: FlaskClient, offer: Offer) -> None:
    """Over https other headers are sent than over http."""
    for _ in range(2):
        for scheme in ("http", "https"):
            answer = client.get(f"/o/{offer.slug}", base_url=f"{scheme}://localhost")
            assert ("Strict-Transport-Security" in answer.headers) is (scheme == "https")
