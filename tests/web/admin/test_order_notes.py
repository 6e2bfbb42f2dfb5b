"""Admin → Orders → one order: notes that the team writes."""

import json

from flask.testing import FlaskClient

from storefront import customers
from storefront.models import Merchant, Order, TimelineEntry
from tests.cast import MARKOS_FORM
from tests.factories import make_offer
from tests.web.admin_pages import error_at, post, text_of


def order_of_marko(client: FlaskClient, merchant: Merchant) -> Order:
    client.post(f"/o/{make_offer(merchant).slug}/checkout", data=MARKOS_FORM)
    return Order.get()


def notes() -> list[TimelineEntry]:
    return list(TimelineEntry.select().where(TimelineEntry.kind == "note"))


def test_a_note_is_in_the_timeline_with_its_author_and_is_found_and_never_shown_to_the_customer(
    client: FlaskClient, admin: FlaskClient, merchant: Merchant
) -> None:
    order = order_of_marko(client, merchant)
    address = f"/admin/orders/{order.token}"
    post(admin, f"{address}/notes", note="Called on Monday <b>\nwants a Violet cover")
    page = admin.get(address).text
    assert "Called on Monday &lt;b&gt;\nwants a Violet cover" in page and "Note by" in page
    assert "olena@example.com" in text_of(page).split("Note by")[1][:40]
    assert order.token in admin.get("/admin/orders?q=violet+cover").text
    assert "Violet" not in client.get(f"/orders/{order.token}").text
    assert "Violet" not in admin.get(f"{address}/evidence").text
    assert "Violet" not in json.dumps(customers.export_data("marko@example.com"), default=str)
    # The customer changes something in the checkout: the note is still found.
    client.post(f"/o/{order.offer.slug}/checkout", data=MARKOS_FORM | {"name": "Marko the Second"})
    assert order.token in admin.get("/admin/orders?q=violet+cover").text
    post(admin, f"{address}/notes/{notes()[0].id}/delete")
    assert not notes() and order.token not in admin.get("/admin/orders?q=violet+cover").text
    entry = TimelineEntry.get(TimelineEntry.kind != "note")
    assert post(admin, f"{address}/notes/{entry.id}/delete").status_code == 404


def test_a_blank_or_too_long_note_is_refused_at_its_field_and_keeps_what_was_typed(
    client: FlaskClient, admin: FlaskClient, merchant: Merchant
) -> None:
    order = order_of_marko(client, merchant)
    for note in ("  ", "x" * 2001):
        answer = post(admin, f"/admin/orders/{order.token}/notes", note=note)
        assert answer.status_code == 422 and error_at(answer.text, "note") and note.strip() in answer.text
    assert not notes()


def test_erasing_the_customer_erases_notes(client: FlaskClient, admin: FlaskClient, merchant: Merchant) -> None:
    order = order_of_marko(client, merchant)
    customers.add_order_note(order, "Allergic to nuts", "olena@example.com")
    customers.erase_customer("marko@example.com", "Erased customer")
    assert not notes() and order.token not in admin.get("/admin/orders?q=allergic").text
