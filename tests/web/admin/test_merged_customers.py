"""Admin → Customers → one customer: notes, a new email address, and two customers who become one."""

from flask import Flask
from flask.testing import FlaskClient

from storefront import customers
from storefront.emails.signed_links import make_email_change_token
from storefront.models import Customer, Email, EmailChange, Offer, Order
from tests.factories import connect_merchant, make_offer
from tests.money import customer_checks
from tests.web.admin.test_orders import buy
from tests.web.admin_pages import error_at, post, text_of


def two_customers(app: Flask) -> tuple[Order, Order]:
    offer: Offer = make_offer(connect_merchant(name="Studio"), title="Evening")
    return buy(app, offer, "Taras"), buy(app, offer, "Iryna")


def addresses() -> list[tuple[str, int]]:
    assert customer_checks.customer_differences() == []
    return [(one.email, one.orders) for one in Customer.select().order_by(Customer.email)]


def test_an_address_is_changed_and_the_old_one_can_undo_it(app: Flask, admin: FlaskClient) -> None:
    taras, _iryna = two_customers(app)
    address = f"/admin/customers/{taras.token}/email"
    assert f'href="{address}"' in admin.get(f"/admin/customers/{taras.token}").text
    for typed in ("", "taras", "taras@example.com"):
        answer = post(admin, address, email=typed)
        assert answer.status_code == 422 and error_at(answer.text, "email"), typed
    assert post(admin, address, email="taras@example.net").status_code == 303
    assert addresses() == [("iryna@example.com", 1), ("taras@example.net", 1)]
    assert Email.get(Email.kind == "email_changed").recipient == "taras@example.com"
    assert customers.undo_email_change(EmailChange.get())
    assert addresses() == [("iryna@example.com", 1), ("taras@example.com", 1)]


def test_two_customers_become_one_only_after_both_were_shown(app: Flask, admin: FlaskClient) -> None:
    taras, iryna = two_customers(app)
    post(admin, f"/admin/customers/{taras.token}/notes", note="Prefers <mornings>")
    asked = post(admin, f"/admin/customers/{taras.token}/email", email="Iryna@example.com")
    page = text_of(asked.text)
    assert "Merge two customers?" in page and "Taras" in page and "Iryna" in page and len(addresses()) == 2
    assert (
        "Merge two" in post(admin, f"/admin/customers/{taras.token}/email", email="iryna@example.com", joins="7").text
    )
    post(admin, f"/admin/customers/{taras.token}/email", email="iryna@example.com", joins="1")
    assert addresses() == [("iryna@example.com", 2)]
    merged = admin.get(f"/admin/customers/{iryna.token}").text
    assert "Prefers &lt;mornings&gt;" in merged and f"#{taras.number}" in merged and f"#{iryna.number}" in merged
    customers.undo_email_change(EmailChange.get())
    assert addresses() == [("iryna@example.com", 1), ("taras@example.com", 1)]
    assert "mornings" not in admin.get(f"/admin/customers/{iryna.token}").text


def test_the_customers_own_confirmation_says_that_two_accounts_become_one(app: Flask, client: FlaskClient) -> None:
    two_customers(app)
    link = make_email_change_token("taras@example.com", "iryna@example.com")
    page = text_of(client.get(f"/my/email/{link}").text)
    assert "1 order moves" in page and "both become one account" in page
    other = make_email_change_token("taras@example.com", "nobody@example.com")
    assert "become one" not in client.get(f"/my/email/{other}").text


def test_a_wrong_note_keeps_what_was_typed(app: Flask, admin: FlaskClient) -> None:
    taras, _iryna = two_customers(app)
    answer = post(admin, f"/admin/customers/{taras.token}/notes", note="x" * 2001)
    assert answer.status_code == 422 and error_at(answer.text, "note") and "x" * 2001 in answer.text


def test_the_customers_data_is_downloaded(app: Flask, admin: FlaskClient) -> None:
    taras, _iryna = two_customers(app)
    assert "Download data" in admin.get(f"/admin/customers/{taras.token}").text
    data = admin.get(f"/admin/customers/{taras.token}/data.json")
    assert data.json["email"] == "taras@example.com" and len(data.json["orders"]) == 1
    assert f"customer-{taras.number}.json" in data.headers["Content-Disposition"]
