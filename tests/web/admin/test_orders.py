"""Admin → Orders and the dashboard."""

import csv
import io
import re
import secrets
import tracemalloc

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import payments
from storefront.models import Merchant, Offer, Order, Payment
from stripe_simulator.accounts import OLENA, TARAS
from tests import databases
from tests.cards import DECLINED, GOOD
from tests.factories import connect_merchant, make_offer
from tests.simulator_process import Simulator
from tests.web.admin_pages import STRIPE, alerts_of, post, status_of, text_of
from tests.web.query_count import queries_of
from tests.web_client import browser


def buy(app: Flask, offer: Offer, name: str = "Marko", simulator: Simulator | None = None, card: str = "") -> Order:
    """Start an order on the offer's page; pay it if a `card` is given."""
    form = {"email": f"{name.lower()}@example.com", "name": name, "visit": f"a-visit-of-{name}"}
    answer = browser(app).post(f"/o/{offer.slug}/checkout", data=form)
    assert answer.status_code == 200, answer.text
    if simulator and card:
        simulator.confirm(offer.merchant.publishable_key, answer.json["client_secret"], card)
    return Order.get(Order.token == answer.json["order"])


def rows_of(client: FlaskClient, query: str = "") -> list[str]:
    """The order numbers in the list, in order."""
    return re.findall(r"#(\d+)</a>", client.get(f"/admin/orders{query}").text)


@pytest.fixture
def offer(app: Flask) -> Offer:
    return make_offer(connect_merchant(name="Studio"), title="Evening")


def test_ask_stripe_again_updates_the_page(admin: FlaskClient, app: Flask, offer: Offer, simulator: Simulator) -> None:
    order = buy(app, offer, simulator=simulator, card=GOOD)
    address = f"/admin/orders/{order.token}"
    before = admin.get(address).text
    assert '<main id="main" tabindex="-1" data-status="pending">' in before and "Sync with Stripe</button>" in before
    answer = post(admin, f"{address}/refresh", htmx=True)
    assert answer.status_code == 200 and "<html" not in answer.text
    assert '<main id="main" tabindex="-1" data-status="paid">' in answer.text
    assert "Synced. Order status: Paid." in answer.text
    words = text_of(admin.get(address).text)
    for expected in (
        f"Order #{order.number} Paid Test",
        "€19.99",
        "Marko",
        "Checkout started.",
        "Paid: €19.99.",
        "succeeded",
    ):
        assert expected in words
    payment = Payment.get()
    assert (
        f'href="https://dashboard.stripe.com/{OLENA.id}/test/payments/{payment.intent_id}"' in admin.get(address).text
    )
    assert f'href="http://shop.example.com/orders/{order.token}"' in admin.get(address).text


@pytest.mark.parametrize("typed", ["олена", "ОЛЕНА", "Коваль", "КОВАЛЬ@", "коваль@example"])
def test_search_by_name_ignores_case(admin: FlaskClient, app: Flask, offer: Offer, typed: str) -> None:
    order = buy(app, offer)
    Order.update(name="Олена Коваль", email="Коваль@example.com").execute()
    assert rows_of(admin, f"?q={typed}") == [str(order.number)]
    assert rows_of(admin, "?q=тарас") == []


def test_ask_stripe_again_works_without_javascript(
    admin: FlaskClient, app: Flask, offer: Offer, simulator: Simulator
) -> None:
    order = buy(app, offer, simulator=simulator, card=DECLINED)
    answer = post(admin, f"/admin/orders/{order.token}/refresh")
    assert (answer.status_code, answer.location) == (303, f"/admin/orders/{order.token}")
    page = admin.get(answer.location).text
    assert 'data-status="pending"' in page and "Payment failed: refused by the bank without a reason." in text_of(page)
    assert status_of(page) == "Synced. Order status: Pending." and alerts_of(page) == ""


def test_when_stripe_cannot_be_reached_an_error_is_shown(
    admin: FlaskClient, app: Flask, offer: Offer, simulator: Simulator
) -> None:
    order = buy(app, offer)
    simulator.add_fault("/v1/payment_intents/*", "drop_before", method="GET", times=20)
    answer = post(admin, f"/admin/orders/{order.token}/refresh", htmx=True)
    assert "Couldn’t reach Stripe." in answer.text and 'data-status="pending"' in answer.text
    simulator.clear_faults()
    post(admin, f"{STRIPE}/{offer.merchant.public_id}/disconnection")
    post(admin, f"/admin/orders/{order.token}/refresh")
    page = admin.get(f"/admin/orders/{order.token}").text
    assert "Stripe account is disconnected" in alerts_of(page) and "Marko" in page


def test_every_timeline_kind_has_a_text(admin: FlaskClient, app: Flask, offer: Offer) -> None:
    order = buy(app, offer)
    order.note("waiting")
    order.note("paid_again", intent="pi_2", amount=1999)
    order.note("payment_ended", reason="terms_changed", intent="pi_1")
    order.note("mismatch", intent="pi_3", fields=["amount", "mode"])
    order.note("attempt_failed", code="payment_intent_authentication_failure", decline_code="")
    words = text_of(admin.get(f"/admin/orders/{order.token}").text)
    for expected in (
        "Waiting for the customer.",
        "Paid twice: €19.99 arrived for a paid order.",
        "Payment closed: quantity or price had changed.",
        "Stripe reported a payment that doesn’t match this order (amount, mode).",
        "Payment failed: 3D Secure authentication not completed.",
    ):
        assert expected in words


def test_orders_can_be_filtered_by_number_email_name_status_and_mode(
    admin: FlaskClient, app: Flask, offer: Offer, simulator: Simulator
) -> None:
    live = make_offer(connect_merchant(TARAS, "live"), currency="USD")
    marko, iryna = buy(app, offer, "Marko"), buy(app, offer, "Iryna")
    danylo = buy(app, live, "Danylo")
    Order.update(status="paid").where(Order.id == iryna.id).execute()
    all_numbers = [str(order.number) for order in (danylo, iryna, marko)]
    assert rows_of(admin) == all_numbers
    assert rows_of(admin, f"?q={marko.number}") == rows_of(admin, f"?q=%23{marko.number}") == [str(marko.number)]
    assert rows_of(admin, "?q=IRYNA@example") == [str(iryna.number)]
    assert rows_of(admin, "?q=Danylo") == rows_of(admin, "?mode=live") == [str(danylo.number)]
    assert rows_of(admin, "?status=paid") == [str(iryna.number)]
    assert rows_of(admin, "?status=paid&mode=live") == []
    assert rows_of(admin, "?q=%25") == []
    assert rows_of(admin, "?status=nonsense&mode=x&page=x") == all_numbers


def test_the_list_is_paginated_with_a_constant_number_of_queries(admin: FlaskClient, app: Flask, offer: Offer) -> None:
    first = buy(app, offer)
    few = queries_of(admin, "/admin/orders")
    plain = {name: value for name, value in first.__data__.items() if name not in ("id", "token", "visit_key")}
    Order.insert_many([{**plain, "token": f"t{n}", "visit_key": f"v{n}"} for n in range(60)]).execute()
    assert queries_of(admin, "/admin/orders") == few <= 6
    assert len(rows_of(admin)) == 50 and len(rows_of(admin, "?page=2")) == 11 and rows_of(admin, "?page=9") == []
    page = admin.get("/admin/orders?q=marko").text
    assert "61 orders" in page and "/admin/orders?q=marko&amp;after=" in page


def test_the_csv_export_contains_the_search_results_and_escapes_formulas(
    admin: FlaskClient, app: Flask, offer: Offer
) -> None:
    order = buy(app, offer)
    Order.update(name='=HYPERLINK("http://evil.example.com")', title="@SUM(1)", email="+1@example.com").execute()
    buy(app, make_offer(connect_merchant(TARAS, "live"), "5000", "UGX"), "Iryna")
    answer = admin.get("/admin/orders.csv?mode=test")
    assert answer.mimetype == "text/csv" and 'filename="orders.csv"' in answer.headers["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [row["number"] for row in rows] == [str(order.number)]
    assert (rows[0]["amount"], rows[0]["currency"], rows[0]["status"], rows[0]["mode"]) == (
        "19.99",
        "EUR",
        "pending",
        "test",
    )
    assert rows[0]["name"] == '\'=HYPERLINK("http://evil.example.com")'
    assert (rows[0]["title"], rows[0]["email"]) == ("'@SUM(1)", "'+1@example.com")
    assert len(admin.get("/admin/orders.csv").text.splitlines()) == 3


@pytest.mark.parametrize("name", ["\ufeff=1+1", "\u200b\u00a0+1", "  @SUM(1)", "\t=1+1", "\u202e＝1+1", "\r-1"])
def test_the_csv_export_escapes_formulas_behind_invisible_characters(
    admin: FlaskClient, app: Flask, offer: Offer, name: str
) -> None:
    order = buy(app, offer)
    Order.update(name=name).where(Order.id == order.id).execute()
    cells = next(csv.DictReader(io.StringIO(admin.get("/admin/orders.csv").text.removeprefix("\ufeff"), newline="")))
    assert cells["name"] == f"'{name}"


def test_a_semicolon_starts_no_new_cell_in_the_csv_export(admin: FlaskClient, app: Flask, offer: Offer) -> None:
    order = buy(app, offer)
    Order.update(name="Marko;=1+1").where(Order.id == order.id).execute()
    text = admin.get("/admin/orders.csv").text
    assert '"Marko;=1+1"' in text
    assert all(line.startswith('"') and line.endswith('"') for line in text.removeprefix("\ufeff").splitlines())


def test_the_csv_export_contains_refunds_with_a_constant_number_of_queries(
    admin: FlaskClient, app: Flask, offer: Offer, simulator: Simulator
) -> None:
    refunds_of = []
    for name in ("Marko", "Iryna", "Taras"):
        order = buy(app, offer, name, simulator, GOOD)
        post(admin, f"/admin/orders/{order.token}/refresh")
        payments.request_refund(Order.get_by_id(order.id), 150, "duplicate", secrets.token_urlsafe(24))
        refunds_of.append(queries_of(admin, "/admin/orders.csv"))
    assert len(set(refunds_of)) == 1, refunds_of
    rows = csv.DictReader(io.StringIO(admin.get("/admin/orders.csv").text.removeprefix("\ufeff")))
    assert [row["refunded"] for row in rows] == ["1.50"] * 3


def test_the_csv_export_needs_the_same_memory_for_more_orders(admin: FlaskClient, app: Flask, offer: Offer) -> None:
    plain = buy(app, offer).__data__
    names = [name for name in plain if name not in ("id", "token", "visit_key")]
    peaks = []
    for many in (1600, 3200):
        for number in range(0, many, 800):
            rows = [
                {**{name: plain[name] for name in names}, "token": f"{many}-{n}", "visit_key": f"{many}-{n}"}
                for n in range(number, number + 800)
            ]
            Order.insert_many(rows).execute()
        tracemalloc.start()
        answer = admin.get("/admin/orders.csv?q=marko&mode=test")
        lines = sum(part.count(b"\n") for part in answer.iter_encoded())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert lines == Order.select().count() + 1
    assert peaks[1] < peaks[0] * 1.3, peaks


def test_the_csv_export_is_complete_or_an_error(admin: FlaskClient, app: Flask, offer: Offer) -> None:
    """A file that ends at an order that can't be read looks complete."""
    orders = [buy(app, offer, name) for name in ("Marko", "Iryna", "Taras")]
    app.testing = app.config["PROPAGATE_EXCEPTIONS"] = False
    databases.store("shop_order", "created_at", databases.UNREADABLE_DATE, orders[1].id)
    answer = admin.get("/admin/orders.csv")
    assert answer.status_code == 500 and answer.mimetype == "text/html"
    assert "orders.csv" not in answer.headers.get("Content-Disposition", "")


def test_the_csv_export_of_an_empty_list_has_its_headings(admin: FlaskClient) -> None:
    for protocol in ("HTTP/1.0", "HTTP/1.1"):
        answer = admin.get("/admin/orders.csv?q=nobody", environ_overrides={"SERVER_PROTOCOL": protocol})
        assert answer.text.startswith('\ufeff"number","created_utc"') and answer.text.count("\n") == 1


def test_a_buyers_name_is_escaped(admin: FlaskClient, app: Flask, offer: Offer) -> None:
    order = buy(app, offer)
    Order.update(name="<script>alert(1)</script>").execute()
    for address in ("/admin", "/admin/orders", f"/admin/orders/{order.token}"):
        assert "<script>alert" not in admin.get(address).text


def test_an_unknown_order_is_not_found(admin: FlaskClient) -> None:
    assert admin.get("/admin/orders/nothing").status_code == 404
    assert post(admin, "/admin/orders/nothing/refresh", htmx=True).headers["HX-Retarget"] == "#page-alert"


def test_test_and_live_amounts_are_never_added(admin: FlaskClient, app: Flask, offer: Offer) -> None:
    live = make_offer(connect_merchant(OLENA, "live"), "5.00")
    dollars = make_offer(connect_merchant(TARAS), "7.00", "USD")
    for number, what in enumerate((offer, live, dollars)):
        order = buy(app, what, f"Buyer{number}")
        assert order.transition("paid", "paid")
    page = admin.get("/admin").text
    for mode, currency, revenue in (("live", "EUR", 500), ("test", "EUR", 1999), ("test", "USD", 700)):
        figure = f'data-figure="revenue" data-mode="{mode}" data-currency="{currency}" value="{revenue}"'
        assert figure in page
    assert page.count('data-figure="revenue"') == 3
    assert "€24.99" not in text_of(page) and Merchant.select().count() == 3
