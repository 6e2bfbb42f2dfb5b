"""Actions on the rows that were chosen in a list: exports, emails sent again."""

import csv
import io
from datetime import UTC, datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront.models import AdminSession, Email, Offer, Order, Subscription
from tests.factories import PASSWORD, connect_merchant, make_offer
from tests.web.admin.test_orders import buy
from tests.web.admin_pages import alerts_of, status_of, token_of
from tests.web_client import csrf_token

HOSTILE = ["", "\0", "' OR 1=1", "🎨", "9" * 400, "-1", "../../etc/passwd"]
EXPORTS = tuple(f"/admin/{name}.csv" for name in ("orders", "customers", "subscriptions", "offers"))
FORMS = (*EXPORTS, "/admin/emails/chosen/again")


@pytest.fixture
def orders(app: Flask) -> list[Order]:
    offer: Offer = make_offer(connect_merchant(name="Studio"), title="Evening")
    return [buy(app, offer, name) for name in ("Marko", "Taras", "Iryna")]


def choose(admin: FlaskClient, address: str, *chosen: object) -> list[list[str]]:
    """The rows of the file that the form of a selection answers with, without headings."""
    answer = admin.post(address, data={"csrf_token": token_of(admin), "chosen": [str(one) for one in chosen]})
    assert answer.status_code == 200 and answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.text.lstrip("\ufeff"))))[1:]


def test_the_chosen_orders_are_exported(admin: FlaskClient, orders: list[Order]) -> None:
    rows = choose(admin, "/admin/orders.csv", orders[0].token, orders[2].token, "not-there", *HOSTILE)
    assert [row[0] for row in rows] == [str(orders[2].number), str(orders[0].number)]


def test_the_chosen_customers_are_exported(admin: FlaskClient, orders: list[Order]) -> None:
    rows = choose(admin, "/admin/customers.csv", orders[1].token, "not-there", *HOSTILE)
    assert [row[:3] for row in rows] == [["taras@example.com", "Taras", "1"]]


def test_the_chosen_subscriptions_are_exported(
    admin: FlaskClient, subscription: Subscription, trial: Subscription, plan: Subscription
) -> None:
    page = admin.get("/admin/subscriptions").text
    assert f'name="chosen" value="{trial.public_id}"' in page and "Export selected" in page
    rows = choose(admin, "/admin/subscriptions.csv", subscription.public_id, plan.public_id, "not-there", *HOSTILE)
    assert [row[0] for row in rows] == [str(plan.order.number), str(subscription.order.number)]
    assert rows[1][2:10] == ["active", "test", subscription.merchant.name, "Weekly letters", "1", "19.99", "EUR", "1"]
    assert rows[1][-1] == subscription.subscription_id


def test_the_chosen_emails_are_sent_again(admin: FlaskClient, orders: list[Order]) -> None:
    for number in range(3):
        Email.insert(
            kind="receipt", about=str(number), order=orders[0], recipient="a@example.com", language="en", state="kept"
        ).execute()
    first, second, third = Email.select().where(Email.state == "kept").order_by(Email.id)
    page = admin.get("/admin/emails?state=kept").text
    data = {"csrf_token": csrf_token(page), "chosen": [first.id, third.id, 424242, *HOSTILE]}
    answer = admin.post("/admin/emails/chosen/again", data=data)
    # Back to the list as it was.
    assert (answer.status_code, answer.location) == (303, "/admin/emails?state=kept")
    assert status_of(admin.get("/admin/emails/words").text) == "2 emails are queued again."
    assert [Email.get_by_id(one.id).state for one in (first, second, third)] == ["waiting", "kept", "waiting"]


@pytest.mark.parametrize("address", FORMS)
@pytest.mark.parametrize("chosen", [[], HOSTILE])
def test_without_a_row_nothing_is_done_and_that_is_said(
    admin: FlaskClient, orders: list[Order], address: str, chosen: list[str]
) -> None:
    answer = admin.post(address, data={"csrf_token": token_of(admin), "chosen": chosen})
    assert answer.status_code == 303
    assert alerts_of(admin.get("/admin/password").text).startswith("Select at least one")


@pytest.mark.parametrize("address", FORMS)
def test_a_selection_without_its_token_is_refused(admin: FlaskClient, orders: list[Order], address: str) -> None:
    assert admin.post(address, data={"chosen": orders[0].token}).status_code in (400, 403)


def test_at_most_a_hundred_rows_are_taken(admin: FlaskClient, orders: list[Order]) -> None:
    rows = choose(admin, "/admin/orders.csv", *(f"t{number}" for number in range(99)), *(one.token for one in orders))
    assert [row[0] for row in rows] == [str(orders[0].number)]


def test_an_export_of_chosen_orders_asks_for_an_old_password_and_goes_on(
    admin: FlaskClient, orders: list[Order]
) -> None:
    token = token_of(admin)
    AdminSession.update(proved_at=datetime(2020, 1, 1, tzinfo=UTC)).execute()
    asked = admin.post("/admin/orders.csv", data={"csrf_token": token, "chosen": [orders[0].token, orders[1].token]})
    assert asked.status_code == 403 and "Password" in asked.text
    kept = asked.text.partition('name="kept_form" value="')[2].partition('"')[0]
    data = {"csrf_token": csrf_token(asked.text), "kept_form": kept, "password": PASSWORD}
    answer = admin.post("/admin/orders.csv", data=data)
    assert answer.mimetype == "text/csv" and answer.text.count("\n") == 3
