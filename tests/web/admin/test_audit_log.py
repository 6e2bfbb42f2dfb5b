"""The audit log: who changed what, in the admin, by a command and with a token."""

import csv
import io
import re
from dataclasses import asdict

from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale

from storefront import customers, settings
from storefront.models import AuditEntry, Merchant, Offer, Order, PaymentRequest, now
from storefront.team.audited_tables import AUDITED
from storefront.web.admin.settings import audit_labels
from storefront.worker import tasks
from tests.factories import OWNER_EMAIL
from tests.purchase_steps import buy, start_checkout
from tests.shop_clock import time_moved
from tests.simulator_process import Simulator
from tests.web.admin_pages import post, text_of
from tests.web.query_count import queries_of

LOG = "/admin/settings/audit"


def entries(kind: str = "") -> list[AuditEntry]:
    found = AuditEntry.select().order_by(AuditEntry.id)
    return [entry for entry in found if not kind or entry.kind == kind]


def changes(entry: AuditEntry) -> dict[str, tuple[object, object]]:
    return {field: (before, after) for _part, field, before, after in entry.changes}


def test_a_changed_setting_is_recorded_with_person_address_and_both_values(admin: FlaskClient) -> None:
    fields = settings_form()
    post(admin, "/admin/settings/limits", **fields | {"order_expiry_hours": "48"})
    post(admin, "/admin/settings/limits", **fields | {"order_expiry_hours": "24"})
    entry = entries("settings")[-1]
    assert (entry.who, entry.address, entry.action) == (OWNER_EMAIL, "127.0.0.1", "changed")
    assert changes(entry) == {"order_expiry_hours": (48, 24)}
    page = text_of(admin.get(f"{LOG}/{entry.id}").text)
    assert "Unpaid orders expire after, hours 48 24" in page.replace("Before · ", "").replace("After · ", "")
    assert "Unpaid orders expire after, hours" in text_of(admin.get(LOG).text)


def test_an_order_that_a_person_marks_as_paid_is_recorded_with_its_status_before_and_after(
    admin: FlaskClient, offer: Offer
) -> None:
    """The status is changed by a statement that is prepared for checkouts."""
    order = start_checkout(offer).order
    form = {"method": "cash", "received": now().date().isoformat(), "reference": "Till 2"}
    assert post(admin, f"/admin/orders/{order.token}/mark-as-paid", **form).status_code == 303
    (entry,) = entries("order")
    assert (entry.who, entry.object_id, changes(entry)["status"]) == (OWNER_EMAIL, order.id, ("pending", "paid"))
    assert "Till 2" not in str(entry.changes)
    page = text_of(admin.get(f"{LOG}/{entry.id}").text)
    assert "pending" in page and "paid" in page


def test_every_field_that_the_log_shows_has_a_name_in_ukrainian(app: Flask) -> None:
    wrong = []
    with app.test_request_context(), force_locale("uk"):
        for name, table in AUDITED.items():
            for field in f"{table.shown} {table.money}".split():
                part = f"{name}:" if table.owner else ""
                text = audit_labels.field_text(AuditEntry(kind=table.kind), part, field)
                is_named = re.search("[а-яіїє]", text.rpartition(": ")[2]) or text in ("URL", "Email")
                wrong += [] if is_named else [f"{name}.{field}: {text}"]
    assert wrong == []


def settings_form() -> dict[str, str]:
    return {name: str(value) for name, value in asdict(settings.current()).items()}


def test_secrets_are_masked_and_what_the_shop_finds_out_is_no_change(admin: FlaskClient, merchant: Merchant) -> None:
    post(admin, "/admin/settings/api", name="Accounting")
    made = entries("api_token")[-1]
    assert made.action == "created" and changes(made)["token_hash"] == (None, "•••")
    assert not [entry for entry in entries() if "whsec" in str(entry.changes) or "sk_test" in str(entry.changes)]
    assert "Accounting" in text_of(admin.get(f"{LOG}?q=accounting").text)


def test_a_customers_visit_writes_nothing(offer: Offer, simulator: Simulator, client: FlaskClient) -> None:
    buy(offer, simulator)
    tasks.send_emails()
    client.get(f"/o/{offer.slug}")
    assert entries() == []


def test_what_a_token_does_is_recorded_once_a_day_and_refusals_too(admin: FlaskClient, app: Flask) -> None:
    page = post(admin, "/admin/settings/api", name="Accounting").text
    token = page.split('id="new-token">')[1].split("<")[0]
    program, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    for _request in range(2):
        assert program.get("/api/v1/offers", headers=headers).status_code == 200
    post(admin, f"/admin/settings/api/{entries('api_token')[0].object_id}/revocation")
    for _request in range(2):
        assert program.get("/api/v1/offers", headers=headers).status_code == 401
    assert [(one.actor, one.who, one.action) for one in entries("api_token")] == [
        ("admin", OWNER_EMAIL, "created"),
        ("token", "Accounting", "used"),
        ("admin", OWNER_EMAIL, "changed"),
        ("token", "Accounting", "refused"),
    ]


def test_a_command_is_recorded_with_its_user(app: Flask) -> None:
    runner = app.test_cli_runner()
    command = ["create-admin", "--email", "new@example.com", "--password", "seven green kites fly"]
    assert runner.invoke(args=command).exit_code == 0
    entry = entries("team_member")[-1]
    assert (entry.actor, entry.action, entry.label) == ("command", "created", "new@example.com")
    assert changes(entry)["password_hash"] == (None, "•••") and changes(entry)["role"] == (None, "owner")


def test_a_person_who_is_erased_leaves_no_name_in_the_log(
    admin: FlaskClient, offer: Offer, simulator: Simulator, merchant: Merchant
) -> None:
    order = buy(offer, simulator)
    fields = {"title": "Portrait of Marko", "amount": "45", "currency": "EUR", "merchant": str(merchant.id)}
    fields |= {"name": order.name, "email": order.email, "language": "en", "withdrawal_days": "0"}
    assert post(admin, "/admin/payment-requests", **fields).status_code == 303
    assert order.email in str([entry.changes for entry in entries("payment_request")])
    post(admin, f"/admin/payment-requests/{PaymentRequest.get().token}/cancel")
    customers.erase_customer(order.email, "Erased customer")
    kept = str([(one.label, one.changes, one.search_text) for one in entries()])
    assert order.email not in kept and order.name not in kept
    assert Order.get_by_id(order.id).email != order.email


def test_a_payment_request_that_a_person_marks_as_paid_is_recorded_with_its_state_before_and_after(
    admin: FlaskClient, merchant: Merchant
) -> None:
    """It follows its order, in the same transaction."""
    fields = {"title": "Portrait", "amount": "45", "currency": "EUR", "merchant": str(merchant.id), "name": "Marko"}
    fields |= {"email": "marko@example.com", "language": "en", "withdrawal_days": "0"}
    assert post(admin, "/admin/payment-requests", **fields).status_code == 303
    form = {
        "method": "cash",
        "reference": "Till 2",
        "received": now().date().isoformat(),
        "name": "Marko",
        "email": "marko@example.com",
    }
    request = PaymentRequest.get()
    assert post(admin, f"/admin/payment-requests/{request.token}/mark-as-paid", **form).status_code == 303
    assert PaymentRequest.get().state == "paid"
    states = [changes(entry).get("state") for entry in entries("payment_request") if entry.action == "changed"]
    assert ("open", "paid") in states


def test_the_log_is_filtered_exported_and_read_with_few_statements(admin: FlaskClient, offer: Offer) -> None:
    for title in ("Tea", "=1+1"):
        AuditEntry.write(
            actor="admin",
            who="old@example.com",
            action="changed",
            kind="offer",
            object_id=offer.id,
            label=title,
            changes=[["", "title", "Coffee", title]],
        )
    for query in ("", "?q=coffee", "?about=offer&who=old@example.com", "?from=2026-01-05&about=offer"):
        assert queries_of(admin, f"{LOG}{query}") <= 6, query
    assert ">Tea<" in admin.get(f"{LOG}?q=TEA").text and ">Tea<" not in admin.get(f"{LOG}?about=order").text
    rows = list(csv.reader(io.StringIO(admin.get(f"{LOG}.csv?about=offer").text.removeprefix("\ufeff"))))
    assert rows[0][:3] == ["entry", "time_utc", "actor"]
    assert [row[-1] for row in rows[1:]] == ["'=1+1", "Tea"]


def test_old_entries_are_deleted_after_the_time_that_is_set(app: Flask) -> None:
    AuditEntry.write(actor="admin", who="o@example.com", action="changed", kind="settings", created_at=now())
    with time_moved(days=729):
        tasks.delete_old_rows()
        assert len(entries()) == 1
    with time_moved(days=731):
        tasks.delete_old_rows()
        assert entries() == []
