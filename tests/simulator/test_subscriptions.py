"""Subscriptions: begun, paid for the first time, changed, ended."""

from typing import Any

import pytest

from tests.simulator.receiver import Receiver
from tests.simulator.shop import Shop, refusal
from tests.simulator.subscribing import DAY, Secret, active, monthly, period, subscribe, wait


def kept_card(shop: Shop, number: str = "4242424242424242") -> tuple[str, str]:
    """A customer with a card set up for later: their ids."""
    customer = shop.v1.customers.create({"email": "ivan@example.com"}).id
    setup = shop.v1.setup_intents.create({"customer": customer, "usage": "off_session"})
    if shop.type_card(setup, number).json().get("status") == "requires_action":
        shop.answer_bank(setup, "authorize")
    return customer, shop.v1.setup_intents.retrieve(setup.id).payment_method


def test_the_first_payment_makes_it_active_and_its_card_its_own(olena: Shop) -> None:
    subscription = subscribe(olena, metadata={"order": "17"})
    invoice = subscription.latest_invoice
    assert (subscription.status, invoice.status, invoice.amount_due) == ("incomplete", "open", 1990)
    assert invoice.parent.subscription_details.subscription == subscription.id
    assert invoice.parent.subscription_details.metadata["order"] == "17"
    assert invoice.payments.data[0].payment.payment_intent.startswith("pi_")
    olena.type_card(Secret(invoice.confirmation_secret.client_secret))
    found = olena.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice", "default_payment_method"]})
    assert (found.status, found.latest_invoice.status, found.latest_invoice.amount_paid) == ("active", "paid", 1990)
    assert found.default_payment_method.card.last4 == "4242"
    assert found.default_payment_method.customer == found.customer
    assert olena.events() == [
        "customer.created",
        "product.created",
        "price.created",
        "invoice.created",
        "customer.subscription.created",
        "payment_intent.created",
        "invoice.finalized",
        "charge.succeeded",
        "payment_method.attached",
        "payment_intent.succeeded",
        "invoice_payment.paid",
        "invoice.paid",
        "invoice.payment_succeeded",
        "customer.subscription.updated",
    ]


def test_what_this_version_hides_is_shown_only_when_asked_for(olena: Shop) -> None:
    subscription = subscribe(olena, expand=["latest_invoice"])
    seen = olena.raw("GET", f"/v1/invoices/{subscription.latest_invoice.id}").json()
    gone = {"payments", "confirmation_secret", "payment_intent", "charge", "paid", "subscription"}
    assert gone.isdisjoint(seen)
    assert "current_period_end" not in olena.raw("GET", f"/v1/subscriptions/{subscription.id}").json()
    assert seen["hosted_invoice_url"].startswith("https://")


def test_a_declined_first_payment_can_be_tried_with_another_card(olena: Shop) -> None:
    subscription = subscribe(olena)
    secret = Secret(subscription.latest_invoice.confirmation_secret.client_secret)
    assert olena.type_card(secret, "4000000000000002").status_code == 402
    assert "invoice.payment_failed" in olena.events()
    found = olena.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (found.status, found.latest_invoice.attempt_count) == ("incomplete", 1)
    assert found.latest_invoice.next_payment_attempt is None
    olena.type_card(secret)
    assert olena.v1.subscriptions.retrieve(subscription.id).status == "active"


@pytest.mark.parametrize(("outcome", "status"), [("authorize", "active"), ("fail", "incomplete")])
def test_the_first_payment_may_ask_the_bank(olena: Shop, outcome: str, status: str) -> None:
    subscription = subscribe(olena)
    secret = Secret(subscription.latest_invoice.confirmation_secret.client_secret)
    olena.type_card(secret, "4000002760003184")
    assert "invoice.payment_action_required" in olena.events()
    olena.answer_bank(secret, outcome)
    assert olena.v1.subscriptions.retrieve(subscription.id).status == status


def test_after_23_hours_it_is_lost_for_good(olena: Shop) -> None:
    subscription = subscribe(olena)
    assert wait(olena, 22 / 24) == []
    assert wait(olena, 1.1 / 24) == ["first_payment_is_over"]
    found = olena.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (found.status, found.latest_invoice.status) == ("incomplete_expired", "void")
    secret = Secret(subscription.latest_invoice.confirmation_secret.client_secret)
    assert olena.type_card(secret).json()["error"]["code"] == "payment_intent_unexpected_state"
    assert refusal(olena.v1.subscriptions.update, found.id, {"description": "x"}).http_status == 400
    assert wait(olena, 60) == []


def test_a_trial_asks_for_the_card_and_charges_when_it_is_over(olena: Shop) -> None:
    subscription = subscribe(olena, trial_period_days=14)
    assert (subscription.status, subscription.latest_invoice.status) == ("trialing", "paid")
    assert (subscription.latest_invoice.total, subscription.latest_invoice.confirmation_secret) == (0, None)
    assert subscription.trial_end - subscription.trial_start == 14 * DAY
    olena.type_card(subscription.pending_setup_intent, "4000002500003155")
    olena.answer_bank(subscription.pending_setup_intent, "authorize")
    found = olena.v1.subscriptions.retrieve(subscription.id)
    assert found.pending_setup_intent is None
    assert found.default_payment_method.startswith("pm_")
    assert wait(olena, 11.01) == ["trial_will_end"]
    assert wait(olena, 3.1) == ["subscription_renews", "invoice_is_finalized"]
    found = olena.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (found.status, found.latest_invoice.amount_paid) == ("active", 1990)
    assert period(found)[0] == subscription.trial_end
    assert "customer.subscription.trial_will_end" in olena.events()


@pytest.mark.parametrize(
    ("behavior", "status"), [("create_invoice", "past_due"), ("cancel", "canceled"), ("pause", "paused")]
)
def test_a_trial_may_end_without_a_card(olena: Shop, behavior: str, status: str) -> None:
    settings = {"end_behavior": {"missing_payment_method": behavior}}
    subscription = subscribe(olena, trial_period_days=1, trial_settings=settings)
    wait(olena, 1.1)
    assert olena.v1.subscriptions.retrieve(subscription.id).status == status


def test_a_paused_one_is_resumed_with_a_card(olena: Shop) -> None:
    settings = {"end_behavior": {"missing_payment_method": "pause"}}
    subscription = subscribe(olena, trial_period_days=1, trial_settings=settings)
    wait(olena, 1.1)
    method = olena.v1.payment_methods.attach("pm_card_visa", {"customer": subscription.customer})
    olena.v1.subscriptions.update(subscription.id, {"default_payment_method": method.id})
    assert olena.v1.subscriptions.resume(subscription.id).status == "active"
    assert {"customer.subscription.paused", "customer.subscription.resumed"} <= set(olena.events())
    assert refusal(olena.v1.subscriptions.resume, subscription.id).http_status == 400


def test_a_trial_is_extended_and_ended(olena: Shop) -> None:
    customer, method = kept_card(olena)
    subscription = subscribe(olena, customer=customer, default_payment_method=method, trial_period_days=7)
    assert subscription.pending_setup_intent is None
    later = subscription.trial_end + 7 * DAY
    assert olena.v1.subscriptions.update(subscription.id, {"trial_end": later}).trial_end == later
    assert "subscription_renews" not in wait(olena, 8)
    ended = olena.v1.subscriptions.update(subscription.id, {"trial_end": "now", "expand": ["latest_invoice"]})
    assert (ended.status, ended.latest_invoice.amount_paid) == ("active", 1990)
    again = {"trial_end": later + DAY, "proration_behavior": "none"}
    assert olena.v1.subscriptions.update(subscription.id, again).status == "trialing"
    over = {"trial_end": 1000, "proration_behavior": "none"}
    assert refusal(olena.v1.subscriptions.update, subscription.id, over).param == "trial_end"


@pytest.mark.parametrize(
    ("number", "behavior", "status"),
    [
        ("4242424242424242", "allow_incomplete", "active"),
        ("4242424242424242", "error_if_incomplete", "active"),
        ("4000000000000341", "allow_incomplete", "incomplete"),
        ("4000002760003184", "allow_incomplete", "incomplete"),
        ("4000002500003155", "allow_incomplete", "active"),
    ],
)
def test_a_saved_card_can_pay_at_once(olena: Shop, number: str, behavior: str, status: str) -> None:
    customer, method = kept_card(olena, number)
    params = {"customer": customer, "default_payment_method": method, "payment_behavior": behavior}
    assert subscribe(olena, off_session=True, **params).status == status


@pytest.mark.parametrize(
    ("number", "code"),
    [("4000000000000341", "card_declined"), ("4000002760003184", "subscription_payment_intent_requires_action")],
)
def test_or_there_is_no_subscription_at_all(olena: Shop, number: str, code: str) -> None:
    customer, method = kept_card(olena, number)
    params = {"customer": customer, "default_payment_method": method, "payment_behavior": "error_if_incomplete"}
    error = refusal(subscribe, olena, **params)
    assert (error.http_status, error.code) == (402, code)
    assert olena.v1.subscriptions.list({"status": "all"}).data == []


def test_the_customers_default_card_pays_too(olena: Shop) -> None:
    customer, method = kept_card(olena)
    olena.v1.customers.update(customer, {"invoice_settings": {"default_payment_method": method}})
    assert subscribe(olena, customer=customer, payment_behavior="allow_incomplete").status == "active"
    olena.v1.payment_methods.detach(method)
    assert olena.v1.customers.retrieve(customer).invoice_settings.default_payment_method is None
    error = refusal(subscribe, olena, customer=customer, payment_behavior="allow_incomplete")
    assert error.http_status == 400


def refused_items(shop: Shop) -> list[tuple[Any, str]]:
    once = shop.v1.prices.create({"unit_amount": 500, "currency": "eur", "product_data": {"name": "Book"}})
    old = monthly(shop)
    shop.v1.prices.update(old.id, {"active": False})
    dollars, yearly = monthly(shop, currency="usd"), monthly(shop, recurring={"interval": "year"})
    cheap = monthly(shop, unit_amount=10)
    price = monthly(shop).id
    return [
        ([{"price": once.id}], "items[0][price]"),
        ([{"price": old.id}], "items[0][price]"),
        ([{"price": "price_none"}], "items[0][price]"),
        ([{"price": price}, {"price": dollars.id}], "items"),
        ([{"price": price}, {"price": yearly.id}], "items"),
        ([{"price": cheap.id}], "amount"),
        ([], "items"),
    ]


def test_subscriptions_that_cannot_be(olena: Shop) -> None:
    for items, param in refused_items(olena):
        error = refusal(subscribe, olena, items=items)
        assert (error.http_status, error.param) == (400, param)
    assert refusal(subscribe, olena, customer="cus_none").param == "customer"
    assert refusal(subscribe, olena, default_payment_method="pm_none").param == "default_payment_method"
    assert refusal(subscribe, olena, trial_period_days=731).param == "trial_period_days"
    assert refusal(subscribe, olena, payment_behavior="maybe").param == "payment_behavior"
    error = refusal(subscribe, olena, payment_settings={"payment_method_types": ["sepa_debit"]})
    assert error.param == "payment_settings[payment_method_types]"


def test_it_ends_at_the_periods_end_unless_that_is_taken_back(olena: Shop) -> None:
    subscription = active(olena)
    ending = olena.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    assert (ending.status, ending.cancel_at) == ("active", period(subscription)[1])
    undone = olena.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": False})
    assert (undone.cancel_at, undone.canceled_at) == (None, None)
    olena.v1.subscriptions.update(subscription.id, {"cancel_at_period_end": True})
    wait(olena, 32)
    found = olena.v1.subscriptions.retrieve(subscription.id)
    assert (found.status, found.ended_at) == ("canceled", ending.cancel_at)
    assert found.cancellation_details.reason == "cancellation_requested"
    assert olena.events()[-1] == "customer.subscription.deleted"
    assert len(olena.v1.invoices.list({"subscription": subscription.id}).data) == 1


def test_it_ends_on_a_day_or_now(olena: Shop) -> None:
    first, second = active(olena), active(olena)
    olena.v1.subscriptions.update(first.id, {"cancel_at": first.created + 10 * DAY})
    wait(olena, 10.1)
    assert olena.v1.subscriptions.retrieve(first.id).ended_at == first.created + 10 * DAY
    gone = olena.v1.subscriptions.cancel(second.id, {"cancellation_details": {"feedback": "too_expensive"}})
    assert (gone.status, gone.cancellation_details.feedback) == ("canceled", "too_expensive")
    assert refusal(olena.v1.subscriptions.cancel, second.id).code == "resource_missing"
    assert wait(olena, 40) == []


def test_a_changed_price_is_charged_from_the_next_period_on(olena: Shop) -> None:
    subscription = active(olena)
    item, dearer = subscription["items"].data[0], monthly(olena, unit_amount=2990)
    change = {"items": [{"id": item.id, "price": dearer.id}]}
    assert refusal(olena.v1.subscriptions.update, subscription.id, change).param == "proration_behavior"
    changed = olena.v1.subscriptions.update(subscription.id, {**change, "proration_behavior": "none"})
    assert changed["items"].data[0].price.id == dearer.id
    assert [one.id for one in olena.v1.subscriptions.list({"price": dearer.id}).data] == [subscription.id]
    wait(olena, 32)
    newest = olena.v1.invoices.list({"subscription": subscription.id}).data[0]
    assert (newest.amount_paid, newest.lines.data[0].pricing.price_details.price) == (2990, dearer.id)


def test_a_price_without_the_items_id_is_a_second_item(olena: Shop) -> None:
    subscription = active(olena)
    change = {"items": [{"price": monthly(olena).id}], "proration_behavior": "none"}
    assert len(olena.v1.subscriptions.update(subscription.id, change)["items"].data) == 2


def test_an_item_can_be_changed_by_itself(olena: Shop) -> None:
    subscription = active(olena)
    [item] = olena.v1.subscription_items.list({"subscription": subscription.id}).data
    changed = olena.v1.subscription_items.update(item.id, {"quantity": 2, "proration_behavior": "none"})
    assert (changed.quantity, olena.v1.subscription_items.retrieve(item.id).quantity) == (2, 2)
    assert refusal(olena.v1.subscription_items.retrieve, "si_none").code == "resource_missing"


@pytest.mark.parametrize(
    ("behavior", "status"), [("keep_as_draft", "draft"), ("void", "void"), ("mark_uncollectible", "uncollectible")]
)
def test_collection_is_paused_and_goes_on(olena: Shop, behavior: str, status: str) -> None:
    subscription = active(olena)
    pause = {"behavior": behavior, "resumes_at": subscription.created + 40 * DAY}
    olena.v1.subscriptions.update(subscription.id, {"pause_collection": pause})
    wait(olena, 32)
    found = olena.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (found.status, found.latest_invoice.status) == ("active", status)
    assert "collection_resumes" in wait(olena, 31)
    found = olena.v1.subscriptions.retrieve(subscription.id, {"expand": ["latest_invoice"]})
    assert (found.pause_collection, found.latest_invoice.status) == (None, "paid")


def test_lists_are_filtered(olena: Shop) -> None:
    first, second = active(olena), subscribe(olena)
    olena.v1.subscriptions.cancel(first.id)

    def ids(**params: Any) -> list[str]:
        return [one.id for one in olena.v1.subscriptions.list(params).data]

    assert ids() == [second.id]
    assert ids(status="all") == [second.id, first.id]
    assert ids(status="ended") == ids(status="canceled") == [first.id]
    assert ids(status="all", customer=first.customer) == [first.id]
    assert ids(created={"gt": second.created}) == []


def test_expansions_reach_what_belongs_to_it(olena: Shop) -> None:
    subscription = active(olena)
    expand = ["customer", "items.data.price.product", "latest_invoice.payments.data.payment"]
    refused = refusal(olena.v1.subscriptions.retrieve, subscription.id, {"expand": ["latest_invoice.charge"]})
    assert refused.param == "expand"
    found = olena.v1.subscriptions.retrieve(subscription.id, {"expand": expand})
    assert (found.customer.email, found["items"].data[0].price.product.name) == ("ivan@example.com", "Course")
    invoice = olena.v1.invoices.retrieve(
        found.latest_invoice.id,
        {"expand": ["payments.data.payment.payment_intent", "parent.subscription_details.subscription"]},
    )
    assert invoice.payments.data[0].payment.payment_intent.status == "succeeded"
    assert invoice.parent.subscription_details.subscription.id == subscription.id


def test_the_same_key_makes_one_subscription(olena: Shop) -> None:
    customer, price = olena.v1.customers.create({}).id, monthly(olena).id
    given = {"customer": customer, "items": [{"price": price}], "payment_behavior": "default_incomplete"}
    ids = {olena.v1.subscriptions.create(given, {"idempotency_key": "order-17"}).id for _ in range(2)}
    assert len(ids) == 1
    assert len(olena.v1.invoices.list().data) == 1


def test_other_accounts_and_modes_know_nothing_of_it(olena: Shop, kenji: Shop, olena_live: Shop) -> None:
    subscription = active(olena)
    for shop in (kenji, olena_live):
        assert refusal(shop.v1.subscriptions.retrieve, subscription.id).code == "resource_missing"
        assert refusal(shop.v1.invoices.retrieve, subscription.latest_invoice).code == "resource_missing"
        assert shop.v1.subscriptions.list({"status": "all"}).data == []
    forbidden = olena.raw("GET", f"/v1/subscriptions/{subscription.id}", key=olena.publishable_key)
    assert forbidden.status_code == 403


def test_everything_that_happens_is_told_signed_and_in_stripes_shape(olena: Shop, receiver: Receiver) -> None:
    endpoint = olena.v1.webhook_endpoints.create({"url": receiver.url, "enabled_events": ["*"]})
    subscription = active(olena)
    wait(olena, 32)
    olena.v1.subscriptions.cancel(subscription.id)
    receiver.wait_for_type("customer.subscription.deleted")
    types = {event.type for event in receiver.verified(endpoint.secret)}
    assert {"invoice.paid", "invoice_payment.paid", "customer.subscription.updated"} <= types


def test_a_customer_that_is_deleted_takes_its_subscriptions_along(olena: Shop) -> None:
    subscription = active(olena)
    olena.v1.customers.delete(subscription.customer)
    assert olena.v1.subscriptions.retrieve(subscription.id).status == "canceled"


def test_yen_have_no_decimals_here_either(kenji: Shop) -> None:
    subscription = active(kenji)
    invoice = kenji.v1.invoices.retrieve(subscription.latest_invoice)
    assert (invoice.currency, invoice.amount_paid) == ("jpy", 1990)
    assert invoice.lines.data[0].description == "1 × Course (at ¥1,990 / month)"
