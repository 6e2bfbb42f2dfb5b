"""Accounts that change while they are connected, and the events that come with it."""

import requests
import stripe

from stripe_simulator import accounts
from tests.simulator.billing.test_schedules import plan
from tests.simulator.controls import post_control
from tests.simulator.shop import Shop, error_of
from tests.simulator.subscriptions import active_subscription, renew
from tests.simulator.webhook_receiver import Receiver

OLENA = f"accounts/{accounts.OLENA.id}"


def test_a_withdrawn_permission_refuses_its_calls_until_it_is_back(olena: Shop) -> None:
    post_control(olena, OLENA, lacks=["charge_write"])
    paid = olena.pay("pm_card_visa")
    error = error_of(olena.v1.refunds.create, {"payment_intent": paid.id})
    assert isinstance(error, stripe.PermissionError) and error.error.code == "more_permissions_required"
    assert "'rak_charge_write'" in error.user_message
    post_control(olena, OLENA, lacks=[])
    assert olena.v1.refunds.create({"payment_intent": paid.id}).status == "succeeded"


def test_a_restricted_account_refuses_charges_in_test_mode_too(olena: Shop) -> None:
    post_control(olena, OLENA, charges_enabled=False)
    assert olena.v1.accounts.retrieve_current().charges_enabled is False
    assert error_of(olena.payment).code == "account_invalid"
    post_control(olena, OLENA, charges_enabled=None)
    assert olena.pay("pm_card_visa").status == "succeeded"


def test_a_deauthorized_account_refuses_everything(olena: Shop) -> None:
    post_control(olena, OLENA, deauthorized=True)
    error = error_of(olena.v1.accounts.retrieve_current)
    assert (error.http_status, error.error.code) == (403, "account_invalid")


def test_unknown_settings_are_refused(olena: Shop) -> None:
    post_control(olena, OLENA, 400, charges="no")
    assert requests.post(f"{olena.url}/simulator/accounts/nobody", json={}, timeout=20).status_code == 404


def test_listed_events_have_the_shape_of_the_default_version_and_delivered_ones_that_of_the_endpoint(
    olena: Shop, receiver: Receiver
) -> None:
    olena.v1.webhook_endpoints.create(
        {"url": receiver.url, "enabled_events": ["invoice.paid"], "api_version": "2026-10-28.endive"}
    )
    post_control(olena, OLENA, api_version="2020-08-27")
    subscription = active_subscription(olena, metadata={"payment": "abc"})
    delivered = receiver.wait_for_type("invoice.paid")[0]
    assert delivered["data"]["object"]["parent"]["subscription_details"]["subscription"] == subscription.id

    def listed(type_: str) -> dict[str, object]:
        page = requests.get(
            f"{olena.url}/v1/events?type={type_}", headers={"Authorization": f"Bearer {olena.secret_key}"}, timeout=20
        ).json()
        return dict(page["data"][0]["data"]["object"])

    invoice = listed("invoice.paid")
    assert invoice["subscription"] == subscription.id and "parent" not in invoice
    assert "subscription_details" not in invoice and invoice["paid"] is True
    assert "current_period_end" in listed("customer.subscription.created")
    payment = listed("payment_intent.succeeded")
    assert "latest_charge" not in payment and payment["charges"]["data"][0]["id"] == invoice["charge"]
    post_control(olena, OLENA, api_version="2024-06-20")
    assert listed("invoice.paid")["subscription_details"] == {"metadata": {"payment": "abc"}}
    assert "latest_charge" in listed("payment_intent.succeeded")


def test_a_ping_is_sent_as_a_thin_event(olena: Shop, receiver: Receiver) -> None:
    endpoint = olena.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["invoice.paid"]})
    assert post_control(olena, f"endpoints/{endpoint.id}/thin")["status"] == 200
    (ping,) = receiver.wait_for_type("v2.core.event_destination.ping")
    assert ping["object"] == "v2.core.event" and "data" not in ping


def test_radar_warns_and_holds_payments(olena: Shop) -> None:
    paid = olena.pay("pm_card_visa")
    warning = post_control(olena, "fraud_warnings", 201, payment_intent=paid.id)
    assert (warning["charge"], warning["actionable"]) == (paid.latest_charge, True)
    assert post_control(olena, "reviews", 201, payment_intent=paid.id)["open"] is True
    assert {"radar.early_fraud_warning.created", "review.opened"} <= set(olena.events())


def test_an_invoice_that_cannot_be_finalized_stays_a_draft(olena: Shop) -> None:
    subscription = active_subscription(olena)
    post_control(olena, OLENA, finalization_fails=True)
    post_control(olena, "clock", advance=32 * 24 * 60 * 60)
    latest = olena.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]}).latest_invoice
    assert latest.status == "draft" and latest.last_finalization_error.code == "customer_tax_location_invalid"
    assert "invoice.finalization_failed" in olena.events()


def test_a_schedule_is_aborted_when_its_subscription_ends_unpaid(olena: Shop) -> None:
    subscription = active_subscription(olena)
    schedule = plan(olena, subscription, 9)
    renew(olena, subscription, "declines")
    post_control(olena, "clock", advance=60 * 24 * 60 * 60)
    assert olena.v1.subscription_schedules.retrieve(schedule.id).status == "canceled"
    assert "subscription_schedule.aborted" in olena.events()
