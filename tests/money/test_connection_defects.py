"""Defects of webhooks and of the connection to Stripe. docs/defects.md describes each by its number."""

from collections.abc import Iterator
from contextlib import suppress

import pytest
from flask.testing import FlaskClient

from storefront import db, emails, merchants, payments, webhooks
from storefront.errors import StripeBusy, StripeKeyInvalid, StripePermissionMissing
from storefront.models import Email, IgnoredDelivery, Invoice, Merchant, Payment, Refund, StripeRefusal, WebhookEvent
from storefront.stripe_gateway.events.event_summary import summarize_event
from storefront.worker import tasks
from stripe_simulator import accounts
from tests.cards import GOOD
from tests.factories import SHOP_URL
from tests.money.buyer import Marko, signed_in_owner
from tests.money.in_process_shop import InProcessShop
from tests.web.admin_pages import post, text_of

DAY, HOUR = 86400, 3600
OLENA = f"accounts/{accounts.OLENA.id}"


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    """The shared shop without faults."""
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    """A buyer of a one-time offer."""
    return Marko(shop, shop.reset()[1])


@pytest.fixture
def subscriber(shop: InProcessShop) -> Marko:
    """A buyer of an offer of €19.99 per month."""
    return Marko(shop, shop.reset(kind="recurring", title="Weekly letters")[1])


def test_defect_42_pings_and_thin_events_are_answered_2xx(shop: InProcessShop, marko: Marko) -> None:
    endpoint = Merchant.get().webhook_endpoint_id
    for type_ in ("v2.core.event_destination.ping", "v1.invoice.paid"):
        assert shop.control(f"endpoints/{endpoint}/thin", type=type_).json["status"] == 200
    assert {row.reason: row.count for row in IgnoredDelivery.select()} == {"ping": 1, "thin": 1}
    assert WebhookEvent.select().count() == 0


def take_events(shop: InProcessShop) -> None:
    """Only the list of undelivered events, without reconciliation."""
    shop.run(tasks.take_undelivered_events)
    shop.run(tasks.handle_waiting_events)


@pytest.mark.parametrize("version", ["2020-08-27", "2024-06-20", "2025-02-24.acacia"])
def test_events_of_an_account_with_an_old_version_renew_a_subscription(
    shop: InProcessShop, subscriber: Marko, version: str
) -> None:
    shop.control(OLENA, api_version=version)
    subscription = subscriber.subscribe()
    shop.control("deliveries/mode", mode="drop")
    subscriber.end_period("succeeds")
    shop.advance_clock(2 * HOUR)
    take_events(shop)
    renewals = Payment.select().where(Payment.order == subscription.order, Payment.kind == "renewal")
    assert [payment.status for payment in renewals] == ["succeeded"]
    stored = {event.type: event for event in WebhookEvent.select().where(WebhookEvent.type.startswith("invoice."))}
    assert stored["invoice.paid"].subscription == subscription.subscription_id
    assert all(event.problem == "" for event in stored.values())


@pytest.mark.parametrize("version", ["2020-08-27", "2024-06-20"])
def test_events_of_an_account_with_an_old_version_make_an_order_paid(
    shop: InProcessShop, marko: Marko, version: str
) -> None:
    shop.control(OLENA, api_version=version)
    shop.control("deliveries/mode", mode="drop")
    marko.start_checkout()
    marko.confirm_card(GOOD)
    take_events(shop)
    assert marko.order.status == "paid"


@pytest.mark.parametrize("version", ["2020-08-27", "2024-06-20"])
def test_old_events_find_a_subscription_whose_answer_was_lost(
    shop: InProcessShop, subscriber: Marko, version: str
) -> None:
    """The metadata of an old invoice stands at its lines or in `subscription_details`."""
    shop.control(OLENA, api_version=version)
    subscription = subscriber.subscribe()
    shop.deliver_webhooks()
    shop.control("deliveries/mode", mode="drop")
    intent = Payment.get().intent_id
    subscriber.end_period("succeeds")
    shop.advance_clock(2 * HOUR)
    take_events(shop)
    assert Payment.get_by_id(subscription.payment_id).intent_id == intent, "an invoice's intent is not taken for it"
    event = WebhookEvent.get(WebhookEvent.type == "invoice.paid", WebhookEvent.payment != "")
    assert event.payment == subscription.payment.public_id
    assert Invoice.select().where(Invoice.status == "paid").count() == 2


def test_an_event_that_cannot_be_read_does_not_hide_the_others(shop: InProcessShop, marko: Marko) -> None:
    shop.control("deliveries/mode", mode="drop")
    marko.start_checkout()
    marko.confirm_card(GOOD)
    with shop.stripe.store.transaction():
        shop.stripe.store.db.execute(
            "UPDATE object SET body = json_set(body, '$.created', 'never') "
            "WHERE kind = 'event' AND json_extract(body, '$.type') = 'payment_intent.created'"
        )
        shop.stripe.store.db.execute(
            "UPDATE object SET body = json_set(body, '$.type', 'payment_intent.processing', '$.data', NULL) "
            "WHERE kind = 'event' AND json_extract(body, '$.type') = 'charge.succeeded'"
        )
    take_events(shop)
    assert marko.order.status == "paid"


def test_an_invoice_in_a_shape_between_two_versions_is_read() -> None:
    """Recorded: invoices of 2025-02-24 had both `parent` without metadata and `subscription` at the top."""
    summary = summarize_event(
        {
            "id": "evt_1",
            "type": "invoice.paid",
            "created": 1_790_000_000,
            "livemode": False,
            "data": {
                "object": {
                    "id": "in_1",
                    "object": "invoice",
                    "parent": {"subscription_details": {"metadata": None}, "type": "subscription_details"},
                    "subscription": "sub_1",
                    "subscription_details": {"metadata": {"payment": "abc"}},
                    "payment_intent": "pi_1",
                    "lines": {"data": [{"metadata": {}, "subscription": "sub_1"}]},
                }
            },
        }
    )
    assert (summary.subscription, summary.payment, summary.intent_id) == ("sub_1", "abc", "")


def owner_emails(kind: str = "") -> list[str]:
    return [email.kind for email in Email.select().order_by(Email.id) if email.kind.startswith(kind or "owner_")]


def asked_for_refunds(shop: InProcessShop) -> int:
    return sum(
        one["path"] == "/v1/refunds" and one["method"] == "POST" for one in shop.control("requests", "GET").json["data"]
    )


def test_defect_32_a_missing_permission_is_told_once_and_the_refund_waits_for_it(
    shop: InProcessShop, marko: Marko
) -> None:
    order = marko.buy()
    owner = signed_in_owner(shop)
    shop.control(OLENA, lacks=["charge_write"])
    with pytest.raises(StripePermissionMissing):
        payments.request_refund(order, 500, "requested_by_customer", "key-1")
    asked = asked_for_refunds(shop)
    for _ in range(60):
        shop.advance_clock(60)
        shop.run_worker()
    assert asked_for_refunds(shop) - asked < 8, "it is not asked for every minute"
    assert owner_emails("owner_permission") == ["owner_permission_missing"]
    email = Email.get(Email.kind == "owner_permission_missing")
    assert "Charges and Refunds: Write" in emails.render(email, "en").text
    for page in ("/admin", "/admin/settings/payment-systems/stripe", "/admin/doctor", f"/admin/orders/{order.token}"):
        words = text_of(owner.get(page).text)
        assert "is missing the permission “Charges and Refunds: Write”. Refunds are on hold." in words, page
    # Other calls work. They do not clear it.
    payments.sync_refunds(Payment.get())
    assert StripeRefusal.select().count() == 1
    shop.control(OLENA, lacks=[])
    shop.advance_clock(6 * HOUR)
    shop.run_worker()
    assert Refund.get().status == "succeeded"
    assert StripeRefusal.select().count() == 0
    assert "lacks the permission" not in owner.get("/admin").text


def break_key() -> None:
    """Store a key that Stripe refuses."""
    merchant = Merchant.get()
    merchant.secret_key = accounts.expired_key(accounts.OLENA)
    merchant.save()


def save_good_key() -> None:
    """What the owner does meanwhile."""
    key = accounts.secret_key(accounts.OLENA, "test")
    merchants.update(Merchant.get(), "Studio", accounts.publishable_key(accounts.OLENA, "test"), key, SHOP_URL)


def assert_key_is_good(shop: InProcessShop) -> None:
    shop.run_worker()
    assert Merchant.get().check_problem == ""
    assert StripeRefusal.select().count() == 0
    assert Email.select().where(Email.kind == "owner_connection").count() == 0


def test_defect_32_a_late_refusal_of_a_replaced_key_is_not_held_against_the_new_one(
    shop: InProcessShop, marko: Marko
) -> None:
    for ask in (
        marko.start_checkout,
        lambda: payments.sync_refunds(Payment.get()),
        lambda: merchants.check(Merchant.get(), SHOP_URL),
        shop.run_worker,
    ):
        break_key()
        shop.schedule_concurrent(1, save_good_key)
        with suppress(StripeKeyInvalid):
            ask()
        assert Merchant.get().secret_key == accounts.secret_key(accounts.OLENA, "test"), "the action has run"
        assert_key_is_good(shop)
        marko.start_checkout()


def test_defect_32_the_refusal_of_a_key_is_forgotten_when_another_is_saved(shop: InProcessShop, marko: Marko) -> None:
    marko.buy()
    break_key()
    with pytest.raises(StripeKeyInvalid):
        payments.sync_refunds(Payment.get())
    assert [refusal.kind for refusal in StripeRefusal.select()] == ["key"]
    # Stripe gives no answer about the endpoint, so no call with the new key has worked yet.
    shop.control("faults", path="/v1/webhook_endpoints*", kind="error_before", times=1000)
    save_good_key()
    shop.run(merchants.tell_refusals)
    assert_key_is_good(shop)


def test_defect_32_the_owners_check_lets_the_worker_ask_at_once(shop: InProcessShop, marko: Marko) -> None:
    order = marko.buy()
    owner = signed_in_owner(shop)
    shop.control(OLENA, lacks=["charge_write"])
    with pytest.raises(StripePermissionMissing):
        payments.request_refund(order, 500, "requested_by_customer", "key-1")
    for _ in range(10):
        shop.advance_clock(60)
        shop.run_worker()
    shop.control(OLENA, lacks=[])
    post(owner, f"/admin/settings/payment-systems/stripe/{order.merchant.public_id}/check")
    shop.run_worker()
    assert Refund.get().status == "succeeded"


def test_defect_32_buyers_get_a_calm_answer_while_payments_lack_their_permission(
    shop: InProcessShop, marko: Marko
) -> None:
    shop.control(OLENA, lacks=["payment_intent_write"])
    for _ in range(3):
        assert (
            "The seller can’t accept payments right now. You haven’t been charged."
            in marko.start_checkout().json["error"]
        )
        shop.run_worker()
    assert owner_emails() == ["owner_permission_missing"]
    shop.control(OLENA, lacks=[])
    assert marko.buy().status == "paid"
    assert StripeRefusal.select().count() == 0


def test_defect_32_a_restricted_account_closes_its_offers_and_tells_the_owner(
    shop: InProcessShop, marko: Marko
) -> None:
    owner = signed_in_owner(shop)
    shop.control(OLENA, charges_enabled=False)
    assert "The seller can’t accept payments right now." in marko.start_checkout().json["error"]
    shop.run_worker()
    assert owner_emails() == ["owner_charges_refused"]
    page = marko.open(f"/o/{marko.offer.slug}").text
    assert 'name="visit"' not in page, "there is nothing to type a card into"
    assert "Stripe isn’t accepting payments for this account." in text_of(owner.get("/admin").text)
    shop.control(OLENA, charges_enabled=None)
    merchants.update_account(Merchant.get())
    assert marko.buy().status == "paid"
    assert "Stripe isn’t accepting payments" not in owner.get("/admin").text


def test_defect_32_a_deauthorized_account_is_told_once_and_asked_rarely(shop: InProcessShop, marko: Marko) -> None:
    marko.start_checkout()
    marko.confirm_card(GOOD)
    shop.control(OLENA, deauthorized=True)
    asked = len(shop.control("requests", "GET").json["data"])
    for _ in range(60):
        shop.advance_clock(60)
        shop.run_worker()
    assert len(shop.control("requests", "GET").json["data"]) - asked < 15
    assert owner_emails() == ["owner_access_lost"]
    shop.control(OLENA, deauthorized=False)
    shop.advance_clock(6 * HOUR)
    shop.run_worker()
    shop.run_worker()
    assert marko.order.status == "paid"


def test_defect_32_a_passing_refusal_is_asked_again_every_minute(shop: InProcessShop, marko: Marko) -> None:
    order = marko.buy()
    shop.control("faults", kind="status", status=429, path="/v1/refunds", method="POST", times=4)
    with pytest.raises(StripeBusy):
        payments.request_refund(order, 500, "requested_by_customer", "key-1")
    assert StripeRefusal.select().count() == 0
    for _ in range(4):
        shop.advance_clock(60)
        shop.run_worker()
    assert Refund.get().status == "succeeded"
    assert owner_emails("owner_permission") == []


def webhook_page(owner: FlaskClient, merchant: Merchant) -> str:
    address = f"/admin/settings/payment-systems/stripe/{merchant.public_id}/webhook"
    return text_of(owner.get(address).text)


def lose_endpoint(shop: InProcessShop, how: str) -> None:
    path = f"webhook_endpoints/{Merchant.get().webhook_endpoint_id}"
    if how == "deleted":
        shop.dashboard("DELETE", path)
    elif how == "disabled":
        shop.dashboard("POST", path, disabled="true")
    else:
        shop.dashboard("POST", path, url="https://other.example.com/webhooks/stripe/x")


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("deleted", "Stripe no longer has a webhook for this shop"),
        ("disabled", "The webhook is disabled in Stripe."),
        ("moved", "The webhook in Stripe has a different address than this shop."),
    ],
)
def test_defect_30_a_lost_endpoint_is_told_once_and_all_events_are_asked_for(
    shop: InProcessShop, subscriber: Marko, how: str, words: str
) -> None:
    subscription = subscriber.subscribe()
    shop.deliver_webhooks()
    shop.run_worker()
    lose_endpoint(shop, how)
    subscriber.end_period("succeeds")
    shop.advance_clock(2 * HOUR)
    for _ in range(3):
        shop.run(tasks.watch_connections)
        take_events(shop)
    renewals = Payment.select().where(Payment.order == subscription.order, Payment.kind == "renewal")
    assert [payment.status for payment in renewals] == ["succeeded"], "the events of before the check too"
    assert owner_emails("owner_webhook") == ["owner_webhook_lost"]
    owner = signed_in_owner(shop)
    for page in ("/admin", "/admin/settings/payment-systems/stripe", "/admin/doctor"):
        assert words in text_of(owner.get(page).text), page
    assert words in webhook_page(owner, Merchant.get())
    # Registered again, while an event happens that no list has shown yet.
    subscriber.end_period("succeeds")
    shop.advance_clock(2 * HOUR)
    post(owner, f"/admin/settings/payment-systems/stripe/{Merchant.get().public_id}/webhook/automatic")
    take_events(shop)
    assert renewals.count() == 2
    shop.run(tasks.watch_connections)
    merchant = Merchant.get()
    assert (merchant.endpoint_problem, merchant.events_missing_since) == ("", None)
    assert words not in owner.get("/admin").text


def test_defect_30_missing_event_types_are_repaired(shop: InProcessShop, marko: Marko) -> None:
    path = f"webhook_endpoints/{Merchant.get().webhook_endpoint_id}"
    shop.dashboard("POST", path, **{"enabled_events[0]": "charge.refunded"})
    shop.run(tasks.watch_connections)
    assert set(webhooks.HANDLED_EVENTS) == set(shop.dashboard("GET", path).json["enabled_events"])
    assert owner_emails() == [] and Merchant.get().endpoint_problem == ""


def test_defect_30_a_copy_asks_before_it_takes_over_the_endpoint(shop: InProcessShop, marko: Marko) -> None:
    merchant = Merchant.get()
    endpoint = shop.dashboard("GET", f"webhook_endpoints/{merchant.webhook_endpoint_id}").json
    copy = "http://copy.example.com"
    for _ in range(2):
        merchants.register_missing(copy)
        merchants.watch_connections(copy)
        merchants.check(Merchant.get(), copy)
    left = shop.dashboard("GET", "webhook_endpoints").json["data"]
    assert [(one["id"], one["url"]) for one in left] == [(endpoint["id"], endpoint["url"])]
    assert owner_emails("owner_webhook") == ["owner_webhook_lost"]
    assert "The webhook in Stripe belongs to another address" in webhook_page(signed_in_owner(shop), merchant)
    # Its events are fetched meanwhile, although they are delivered to the other shop.
    marko.start_checkout()
    marko.confirm_card(GOOD)
    shop.deliver_webhooks()
    WebhookEvent.delete().execute()
    take_events(shop)
    assert WebhookEvent.select().where(WebhookEvent.type == "payment_intent.succeeded").exists()
    # The owner takes it over.
    merchants.use_own_endpoint(Merchant.get(), copy)
    (left,) = shop.dashboard("GET", "webhook_endpoints").json["data"]
    assert left["url"].startswith(copy)


def test_defect_30_an_endpoint_made_by_hand_is_compared_too(shop: InProcessShop, marko: Marko) -> None:
    merchants.save_signing_secret(Merchant.get(), "whsec_made_by_hand_0001", SHOP_URL)
    shop.run(tasks.watch_connections)
    assert Merchant.get().endpoint_problem == "missing"
    url = merchants.endpoint_url(Merchant.get(), SHOP_URL)
    fields = {"url": url, "api_version": "2026-10-28.endive", "enabled_events[0]": "*"}
    made = shop.dashboard("POST", "webhook_endpoints", **fields).json
    shop.run(tasks.watch_connections)
    assert Merchant.get().endpoint_problem == ""
    shop.dashboard("POST", f"webhook_endpoints/{made['id']}", disabled="true")
    shop.run(tasks.watch_connections)
    assert Merchant.get().endpoint_problem == "disabled"
    assert "Correct it in Stripe." in webhook_page(signed_in_owner(shop), Merchant.get())


@pytest.mark.parametrize(
    ("control", "kind", "words"),
    [
        ("fraud_warnings", "owner_fraud_warning", "may be fraud. A refund now avoids a dispute."),
        ("reviews", "owner_review", "Stripe marked the payment of €19.99 for review"),
    ],
)
def test_the_owner_is_told_once_of_warnings_and_reviews(
    shop: InProcessShop, marko: Marko, control: str, kind: str, words: str
) -> None:
    order = marko.buy()
    shop.control("deliveries/mode", mode="duplicate")
    shop.control(control, payment_intent=Payment.get().intent_id)
    shop.deliver_webhooks()
    shop.run_worker()
    assert owner_emails(kind) == [kind]
    assert "€19.99" in emails.render(Email.get(Email.kind == kind), "en").text
    page = text_of(signed_in_owner(shop).get(f"/admin/orders/{order.token}").text)
    assert page.count(words) == 1


def test_a_warning_about_a_renewal_waits_for_its_payment(shop: InProcessShop, subscriber: Marko) -> None:
    subscription = subscriber.subscribe()
    shop.deliver_webhooks()
    shop.control("deliveries/mode", mode="drop")
    subscriber.end_period("succeeds")
    shop.advance_clock(2 * HOUR)
    intent = next(one for one in shop.ledger() if one != subscription.payment.intent_id)
    shop.control("deliveries/mode", mode="normal")
    shop.control("fraud_warnings", payment_intent=intent)
    shop.deliver_webhooks()
    shop.run_worker()
    assert owner_emails("owner_fraud") == ["owner_fraud_warning"]


def test_the_owner_is_told_of_an_invoice_that_cannot_be_finalized(shop: InProcessShop, subscriber: Marko) -> None:
    subscription = subscriber.subscribe()
    shop.deliver_webhooks()
    shop.control(OLENA, finalization_fails=True)
    shop.advance_clock(32 * DAY)
    shop.deliver_webhooks()
    shop.run_worker()
    assert owner_emails("owner_invoice") == ["owner_invoice_stuck"]
    assert "€19.99 every month isn’t charged" in emails.render(
        Email.get(Email.kind == "owner_invoice_stuck"), "en"
    ).text.replace("*", "")
    page = text_of(signed_in_owner(shop).get(f"/admin/subscriptions/{subscription.public_id}").text)
    assert "Stripe couldn’t finalize an invoice" in page


def test_existing_endpoints_learn_new_event_types(shop: InProcessShop, marko: Marko) -> None:
    merchant = Merchant.get()
    path = f"webhook_endpoints/{merchant.webhook_endpoint_id}"
    older = [one for one in webhooks.HANDLED_EVENTS if not one.startswith(("radar.", "review."))]
    shop.dashboard("POST", path, **{f"enabled_events[{index}]": one for index, one in enumerate(older)})
    Merchant.update(webhook_events=sorted(older)).execute()
    shop.run(tasks.register_moved)
    assert set(shop.dashboard("GET", path).json["enabled_events"]) == set(webhooks.HANDLED_EVENTS)


def test_a_plan_that_ends_unpaid_is_followed_although_its_schedule_is_aborted(shop: InProcessShop) -> None:
    buyer = Marko(shop, shop.reset(kind="plan", instalments=3, title="A course")[1])
    subscription = buyer.subscribe()
    shop.run_worker()
    shop.deliver_webhooks()
    buyer.end_period("declines")
    shop.advance_clock(20 * DAY)
    shop.deliver_webhooks()
    shop.run(tasks.handle_waiting_events)
    assert WebhookEvent.select().where(WebhookEvent.type == "subscription_schedule.aborted").exists()
    assert buyer.subscription.status == "canceled"
    assert subscription.id == buyer.subscription.id


def test_an_accounts_data_follow_stripe_without_the_owners_check(shop: InProcessShop, marko: Marko) -> None:
    def stored() -> tuple[str | None, ...]:
        merchant = Merchant.get()
        return merchant.country, merchant.default_currency, merchant.descriptor_prefix

    at_stripe = stored()
    # What Stripe said when the account was connected. Since then it was changed there.
    Merchant.update(country="AT", default_currency="USD", descriptor_prefix="OLD").execute()
    shop.run(tasks.watch_connections)
    assert stored() == at_stripe
    assert all(at_stripe)
