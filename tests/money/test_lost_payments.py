"""Payments that came after the backup which a shop was restored from: Stripe has them, the database does not."""

from collections.abc import Iterator

import pytest

from storefront import db, payments, pricing
from storefront.models import (
    Email,
    FoundPayment,
    Invoice,
    Merchant,
    Offer,
    Order,
    Payment,
    PaymentRequest,
    PriceOption,
    PromoCode,
    Refund,
    ShopProfile,
    ShopSetting,
    Subscription,
    TimelineEntry,
    WebhookEvent,
    now,
)
from storefront.money import Money
from storefront.offers import AddonFields, OptionFields, ShippingPriceFields, TaxFields
from storefront.payments import RequestFields
from tests.cards import DECLINED, GOOD
from tests.money import payment_checks
from tests.money.buyer import Marko
from tests.money.database_copy import DatabaseCopy
from tests.money.in_process_shop import InProcessShop

DAY = 86400
ADDRESS = {
    "country": "DE",
    "shipping_line1": "Torstraße 7",
    "shipping_city": "Berlin",
    "shipping_postal_code": "10119",
}
SHIPPED: dict[str, object] = {"asks_shipping": True, "shipping": (ShippingPriceFields("shipping-0", "DE", "4.00"),)}


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    shared_shop.reset()
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


def marko(shop: InProcessShop, visit: str = "visit-of-marko-0001") -> Marko:
    return Marko(shop, Offer.get(), visit)


def assert_sold_once(shop: InProcessShop, order: Order, quantity: int = 1) -> None:
    order = Order.get_by_id(order.id)
    assert (order.status, order.quantity, order.email, order.name) == ("paid", quantity, "marko@example.com", "Marko")
    receipts = [letter.kind for letter in order.emails if letter.kind in ("receipt", "trial_started")]
    assert len(receipts) == 1
    assert payment_checks.after_reconcile(shop.ledger()) == []


def test_an_order_after_the_backup_is_made_again_with_its_number_and_terms(shop: InProcessShop) -> None:
    marko(shop).buy()
    backup = DatabaseCopy.take()
    buyer = marko(shop, "visit-of-marko-0002")
    buyer.start_checkout(quantity="2", language="en")
    buyer.confirm_card(GOOD)
    buyer.open_order()
    lost = buyer.order
    shop.advance_clock(DAY)
    backup.restore()
    for _ in range(2):
        report = shop.reconcile()
        assert report is not None and report.failures == []
    (order,) = Order.select().where(Order.id != 1)
    for name in ("id", "title", "unit_amount", "quantity", "amount", "currency", "language", "offer_id", "merchant_id"):
        assert getattr(order, name) == getattr(lost, name)
    assert order.paid_at < now() and abs((order.paid_at - lost.paid_at).total_seconds()) < 60
    assert_sold_once(shop, order, quantity=2)
    assert [entry.kind for entry in order.timeline()] == ["found_at_stripe", "paid"]


@pytest.mark.parametrize(
    "terms", [{}, {"trial_days": 14}, {"kind": "plan", "instalments": 3}], ids=["subscription", "trial", "plan"]
)
def test_a_subscription_after_the_backup_is_made_again_with_its_renewals(
    shop: InProcessShop, terms: dict[str, object]
) -> None:
    _merchant, offer = shop.reset(**{"kind": "recurring", "title": "Weekly letters", **terms})
    backup = DatabaseCopy.take()
    buyer = Marko(shop, offer)
    lost = buyer.subscribe()
    buyer.end_period()
    backup.restore()
    shop.reconcile()
    shop.reconcile()
    (subscription,) = Subscription.select()
    for name in ("subscription_id", "customer_id", "unit_amount", "quantity", "every", "interval", "trial_days"):
        assert getattr(subscription, name) == getattr(lost, name)
    assert subscription.instalments == lost.instalments
    assert subscription.is_running
    assert Payment.select().where(Payment.kind == "renewal").count() == 1
    assert_sold_once(shop, subscription.order)


@pytest.mark.parametrize(
    "terms",
    [{}, {"kind": "recurring"}, {"kind": "recurring", "trial_days": 14}, {"kind": "plan", "instalments": 3}],
    ids=["one-off", "subscription", "trial", "plan"],
)
@pytest.mark.parametrize("included", [True, False])
def test_an_order_that_is_made_again_has_its_tax(shop: InProcessShop, terms: dict[str, object], included: bool) -> None:
    _merchant, offer = shop.reset(**terms, tax=TaxFields("VAT", "20", included))
    backup = DatabaseCopy.take()
    buyer = Marko(shop, offer)
    buyer.start_checkout(quantity="2")
    buyer.confirm_card(GOOD)
    buyer.open_order()
    lost, statement = buyer.order, pricing.tax_statement(buyer.order, later=bool(terms))
    assert lost.tax or lost.later_tax
    backup.restore()
    shop.reconcile()
    (order,) = Order.select()
    names = ("unit_amount", "amount", "later_amount", "tax_mode", "tax_name", "tax_rate", "tax", "later_tax")
    assert {name: getattr(order, name) for name in names} == {name: getattr(lost, name) for name in names}
    assert pricing.tax_statement(order, later=bool(terms)) == statement
    assert_sold_once(shop, order, quantity=2)


@pytest.mark.parametrize("terms", [{}, {"kind": "recurring"}, {"kind": "recurring", "trial_days": 14}])
@pytest.mark.parametrize("posted", [False, True])
def test_lines_and_option_are_made_again(shop: InProcessShop, terms: dict[str, object], posted: bool) -> None:
    """Add-ons, a promo code and a price option: what was bought stands on the order line by line."""
    full = OptionFields("options-0", "Full", "30.00", **terms)  # type: ignore[arg-type]
    addons = (AddonFields("addons-0", "Workbook | 2nd", "9.00"), AddonFields("addons-1", "Call", "2.50"))
    sold = SHIPPED if posted else {}
    _merchant, offer = shop.reset(title="Course", options=(full,), option_label="Basic", addons=addons, **terms, **sold)
    PromoCode.create(code="AUTUMN", percent=1000)
    backup = DatabaseCopy.take()
    buyer = Marko(shop, offer)
    option = PriceOption.of_offer(offer)[1]
    buyer.start_checkout(option=str(option.id), addon=["1", "2"], code="autumn", **(ADDRESS if posted else {}))
    buyer.confirm_card(GOOD)
    buyer.open_order()
    lost, lines = buyer.order, pricing.quote_of(buyer.order).lines
    assert lost.status == "paid" and len(lines) == 3 + posted
    backup.restore()
    shop.reconcile()
    shop.reconcile()
    (order,) = Order.select()
    assert pricing.quote_of(order).lines == lines
    assert (order.address_lines, order.details_folded) == (lost.address_lines, lost.details_folded)
    assert bool(order.address_lines) is posted and (order.country == lost.country or not posted)
    names = "title option_id option_label amount discount later_amount code itemized quantity unit_amount"
    assert [getattr(order, name) for name in names.split()] == [getattr(lost, name) for name in names.split()]
    assert_sold_once(shop, order)


@pytest.mark.parametrize("terms", [{}, {"kind": "recurring"}])
@pytest.mark.parametrize(("posted", "known"), [(False, False), (True, False), (False, True)])
def test_an_order_that_is_made_again_is_still_for_its_company(
    shop: InProcessShop, terms: dict[str, object], posted: bool, known: bool
) -> None:
    """Without its VAT ID an invoice with reverse charge is none. What was typed last is what Stripe has."""
    _merchant, offer = shop.reset(
        asks_company=True, asks_country=True, tax=TaxFields("VAT", "20"), **terms, **(SHIPPED if posted else {})
    )
    ShopProfile(country="FR").save()
    backup = DatabaseCopy.take()
    buyer = Marko(shop, offer)
    form = {**(ADDRESS if posted else {"country": "DE"}), "vat_id": "DE136695976"}
    buyer.start_checkout(**form, company="Farben")
    if known:
        backup = DatabaseCopy.take()
    buyer.start_checkout(**form, company="Farben & Ton GmbH")
    buyer.confirm_card(GOOD)
    buyer.open_order()
    lost = buyer.order
    assert (lost.status, lost.is_reverse_charge, lost.company) == ("paid", True, "Farben & Ton GmbH")
    backup.restore()
    shop.reconcile()
    (order,) = Order.select()
    names = "company vat_id country tax_mode amount later_amount shipping_address details_folded".split()
    assert {name: getattr(order, name) for name in names} == {name: getattr(lost, name) for name in names}
    assert_sold_once(shop, order)


def test_a_request_that_was_paid_after_the_backup_is_paid_and_keeps_its_right_of_withdrawal(
    shop: InProcessShop,
) -> None:
    """Even if it was the first one, so that the backup has no offer for requests."""
    person = ("Marko", "marko@example.com")
    fields = RequestFields("Portrait", "80", "EUR", Merchant.get(), *person, None, "en", withdrawal_days=30)
    asked = payments.create_request(fields)
    backup = DatabaseCopy.take()
    answer = shop.request("POST", f"/r/{asked.token}/checkout", data={"email": person[1], "name": person[0]})
    assert answer is not None and answer.json, answer
    shop.confirm(Merchant.get().publishable_key, answer.json["client_secret"], GOOD)
    backup.restore()
    shop.reconcile()
    (order,) = Order.select()
    assert (order.withdrawal_days, PaymentRequest.get().state) == (30, "paid")
    paid_already = shop.request("POST", f"/r/{asked.token}/checkout", data={"email": person[1], "name": person[0]})
    assert paid_already is not None and paid_already.json == {"next": f"/orders/{order.token}", "order": order.token}
    assert_sold_once(shop, order)


def test_what_is_unpaid_can_still_be_paid_and_expires(shop: InProcessShop) -> None:
    backup = DatabaseCopy.take()
    pays, leaves = marko(shop), marko(shop, "visit-of-marko-0002")
    for buyer in (pays, leaves):
        buyer.start_checkout()
        buyer.confirm_card(DECLINED)
    backup.restore()
    shop.reconcile()
    assert [order.status for order in shop.orders()] == ["pending", "pending"]
    shop.confirm(Merchant.get().publishable_key, pays.secret, GOOD)
    shop.deliver_webhooks()
    shop.run_worker()
    shop.advance_clock(4 * DAY)
    shop.run_worker()
    assert [order.status for order in shop.orders()] == ["paid", "expired"]
    assert {row["status"] for row in shop.ledger().values()} == {"succeeded", "canceled"}


def test_a_second_payment_of_an_order_in_the_backup_pays_that_order(shop: InProcessShop) -> None:
    buyer = marko(shop)
    buyer.start_checkout()
    backup = DatabaseCopy.take()
    Offer.update(amount=2999).execute()
    buyer.start_checkout()
    buyer.confirm_card(GOOD)
    assert buyer.open_order().status_code == 200 and buyer.order.status == "paid"
    backup.restore()
    shop.reconcile()
    (order,) = Order.select()
    assert (order.token, order.amount) == (buyer.token, 2999)
    assert_sold_once(shop, order)


def test_a_number_that_is_taken_by_now_is_not_given_twice(shop: InProcessShop) -> None:
    backup = DatabaseCopy.take()
    marko(shop).buy()
    marko(shop, "visit-of-marko-0002").buy()
    backup.restore()
    new = marko(shop, "visit-of-marko-0003").buy()
    shop.reconcile()
    last = marko(shop, "visit-of-marko-0004").buy()
    numbers = [order.number for order in Order.select().order_by(Order.id)]
    assert numbers == [1001, 1002, 1003, 1004] and (new.number, last.number) == (1001, 1004)
    again = TimelineEntry.get(TimelineEntry.kind == "found_at_stripe", TimelineEntry.order == 3)
    assert again.detail["number"] == 1001
    assert {order.status for order in shop.orders()} == {"paid"}


def test_numbers_of_orders_that_the_owner_decides_about_are_not_used_again(shop: InProcessShop) -> None:
    backup = DatabaseCopy.take()
    for number in range(3):
        marko(shop, f"visit-of-marko-000{number}").buy()
    of_an_older_version(shop)
    backup.restore()
    shop.reconcile()
    assert Order.select().count() == 0
    assert marko(shop, "visit-of-marko-0009").buy().number == 1004


def of_an_older_version(shop: InProcessShop) -> None:
    """The objects at Stripe have the metadata that an older version wrote."""
    for intent in list(shop.at_stripe("payment_intent")):
        for key in ("shop", "order_key", "offer", "quantity", "language", "terms", "email", "name"):
            shop.dashboard("POST", f"payment_intents/{intent}", **{f"metadata[{key}]": ""})


def test_payments_of_an_older_version_are_left_to_the_owner(shop: InProcessShop) -> None:
    backup = DatabaseCopy.take()
    marko(shop).buy()
    of_an_older_version(shop)
    backup.restore()
    for _ in range(2):
        report = shop.reconcile()
    assert report is not None
    (found,) = report.found
    assert (found.outcome, found.number, found.total) == ("undecided", 1001, Money(1999, "EUR"))
    (row,) = FoundPayment.undecided()
    assert (row.order_number, row.total.amount, row.merchant.name) == (1001, 1999, Merchant.get().name)
    assert Order.select().count() == 0
    Offer.update(tax_name="VAT", tax_rate=20000).execute()
    order = payments.create_found_order(row, Offer.get().id, "marko@example.com")
    assert (order.number, order.status, order.amount, order.tax) == (1001, "paid", 1999, 333)
    assert list(FoundPayment.undecided()) == []


@pytest.mark.parametrize(
    "terms",
    [{}, {"kind": "recurring"}, {"kind": "recurring", "trial_days": 14}],
    ids=["one-off", "subscription", "trial"],
)
@pytest.mark.parametrize("included", [True, False])
def test_an_order_that_the_owner_assigns_to_an_offer_has_the_tax_that_was_told(
    shop: InProcessShop, terms: dict[str, object], included: bool
) -> None:
    _merchant, offer = shop.reset(**terms, tax=TaxFields("VAT", "20", included))
    backup = DatabaseCopy.take()
    buyer = Marko(shop, offer)
    buyer.start_checkout(quantity="2")
    buyer.confirm_card(GOOD)
    buyer.open_order()
    lost = buyer.order
    backup.restore()
    # Another offer has the id of the lost one now, and no tax.
    shop.advance_clock(DAY)
    Offer.update(created_at=now(), tax_name="", tax_rate=None).execute()
    shop.reconcile()
    order = payments.create_found_order(FoundPayment.get(), Offer.get().id, "marko@example.com")
    names = ("unit_amount", "amount", "later_amount", "tax_mode", "tax_name", "tax_rate", "tax", "later_tax")
    assert {name: getattr(order, name) for name in names} == {name: getattr(lost, name) for name in names}
    assert_sold_once(shop, order, quantity=2)


def test_objects_of_another_shop_are_left_alone(shop: InProcessShop) -> None:
    backup = DatabaseCopy.take()
    marko(shop).buy()
    backup.restore()
    ShopSetting.update(value="another-shop-1").where(ShopSetting.name == "shop_id").execute()
    report = shop.reconcile()
    assert report is not None and report.found == []
    assert (Order.select().count(), FoundPayment.select().count()) == (0, 0)


def test_an_offer_that_got_the_id_of_a_lost_one_is_not_sold(shop: InProcessShop) -> None:
    marko(shop).buy()
    backup = DatabaseCopy.take()
    marko(shop, "visit-of-marko-0002").buy()
    title = Offer.get().title
    backup.restore()
    shop.advance_clock(DAY)
    Offer.update(created_at=now(), title="Another thing").execute()
    shop.reconcile()
    assert Order.select().count() == 1
    assert FoundPayment.get().title == title


def test_refunds_and_disputes_after_the_backup_are_found(shop: InProcessShop) -> None:
    first, second = marko(shop), marko(shop, "visit-of-marko-0002")
    for buyer in (first, second):
        buyer.buy()
    shop.deliver_webhooks()
    shop.run_worker()
    backup = DatabaseCopy.take()
    shop.control("refunds", payment_intent=first.intent, amount=500)
    shop.control("disputes", payment_intent=second.intent)
    shop.deliver_webhooks()
    shop.run_worker()
    backup.restore()
    shop.reconcile()
    assert (first.order.status, second.order.status) == ("partially_refunded", "disputed")
    assert Refund.get().amount == 500
    shop.run_worker()
    assert payment_checks.when_idle(shop.ledger()) == []


def test_the_worker_continues_a_search_that_was_begun_until_everything_is_found(shop: InProcessShop) -> None:
    backup = DatabaseCopy.take()
    marko(shop).buy()
    backup.restore()
    shop.run_worker()
    assert Order.select().count() == 0, "a copy that was restored for a test must not write to the customers"
    shop.control("faults", path="/v1/payment_intents", kind="error_before", times=1000)
    report = shop.reconcile()
    assert report is not None and report.failures and Order.select().count() == 0
    shop.clear_faults()
    shop.run_worker()
    assert_sold_once(shop, Order.get())
    assert payments.restored_since() is not None, "requests may have been running during the restore"
    shop.advance_clock(3600)
    shop.run_worker()
    assert payments.restored_since() is None


def test_the_search_begins_shortly_before_the_backup(shop: InProcessShop) -> None:
    marko(shop).buy()
    shop.advance_clock(30 * DAY)
    marko(shop, "visit-of-marko-0002").buy()
    backup = DatabaseCopy.take()
    shop.advance_clock(30 * DAY)
    backup.restore()
    since = payments.restored_since()
    assert since is not None and 0 < (backup.made_at - since).total_seconds() <= 2 * 3600
    assert payments.search_start() <= since


def test_two_hosts_that_find_a_payment_at_once_make_one_order(shop: InProcessShop) -> None:
    backup = DatabaseCopy.take()
    marko(shop).buy()
    backup.restore()
    for points in range(1, 6):
        shop.schedule_concurrent(points, shop.reconcile)
        shop.reconcile()
        assert_sold_once(shop, Order.get())
        assert (Order.select().count(), Email.select().where(Email.kind == "owner_sale").count()) == (1, 1)
        assert Invoice.select().count() == 0
        backup.restore()


def test_the_events_since_the_backup_are_handled_again(shop: InProcessShop) -> None:
    _merchant, offer = shop.reset(kind="recurring", title="Weekly letters")
    buyer = Marko(shop, offer)
    subscription = buyer.subscribe()
    shop.dashboard("DELETE", f"subscriptions/{subscription.subscription_id}")
    shop.deliver_webhooks()
    shop.run_worker()
    backup = DatabaseCopy.take()
    shop.dashboard("POST", f"customers/{subscription.customer_id}", email="marko@example.org")
    shop.deliver_webhooks()
    shop.run_worker()
    known = WebhookEvent.select().count()
    backup.restore()
    assert WebhookEvent.select().count() < known
    shop.reconcile()
    shop.run_worker()
    assert WebhookEvent.select().count() >= known
    assert WebhookEvent.select().where(WebhookEvent.handled_at.is_null()).count() == 0
