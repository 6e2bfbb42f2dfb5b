"""Defects of one-time payments in comparable systems. docs/defects.md describes each by its number."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from storefront import db, merchants, payments, settings
from storefront.models import Email, Merchant, Offer, Order, Payment, Refund, WebhookEvent
from storefront.worker import tasks
from stripe_simulator import accounts
from tests.cards import ASKS, DECLINED, GOOD, REFUND_FAILS, SLOW_SUCCEEDS
from tests.factories import SHOP_URL, connect_merchant, make_offer
from tests.money import payment_checks
from tests.money.buyer import Marko, signed_in_owner
from tests.money.in_process_shop import InProcessShop
from tests.web.admin_pages import STRIPE, alerts_of, connect, error_at, post, text_of
from tests.web_client import browser

DAY = 86400


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    """An empty shop with one offer of €19.99."""
    shared_shop.reset()
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    return Marko(shop, Offer.get())


@pytest.fixture
def owner(shop: InProcessShop) -> FlaskClient:
    return signed_in_owner(shop)


def timeline_kinds(order: Order) -> list[str]:
    return [entry.kind for entry in order.timeline()]


def receipts() -> int:
    return Email.select().where(Email.kind == "receipt").count()


def assert_records_agree(shop: InProcessShop) -> None:
    """Deliver webhooks and run the worker; then the shop's records agree with Stripe's."""
    shop.deliver_webhooks()
    shop.run_worker()
    with db.connection():
        assert payment_checks.when_idle(shop.ledger()) == []


def test_defect_01_after_3d_secure_a_webhook_alone_makes_the_order_paid(shop: InProcessShop, marko: Marko) -> None:
    marko.start_checkout()
    marko.confirm_card(ASKS)
    marko.answer_challenge("authorize")
    shop.deliver_webhooks()
    tasks.handle_waiting_events()
    assert (marko.order.status, receipts()) == ("paid", 1)
    assert_records_agree(shop)


def test_defect_02_a_payment_whose_3d_secure_outlasts_the_order_is_accepted(shop: InProcessShop, marko: Marko) -> None:
    marko.start_checkout()
    marko.confirm_card(ASKS)
    shop.advance_clock(4 * DAY)
    marko.answer_challenge("authorize")
    shop.reconcile()
    assert marko.order.status == "paid" and "Thank you" in marko.open_order().text
    assert_records_agree(shop)


def test_defect_02_a_late_payment_makes_an_expired_order_paid_and_is_recorded(
    shop: InProcessShop, marko: Marko
) -> None:
    marko.start_checkout()
    # The order expired locally, but the intent at Stripe can still be paid.
    Order.update(status="expired").execute()
    marko.confirm_card(GOOD)
    shop.deliver_webhooks()
    tasks.handle_waiting_events()
    assert marko.order.status == "paid" and timeline_kinds(marko.order)[-1] == "paid_late"
    assert "Thank you" in marko.open_order().text
    assert_records_agree(shop)


def test_defect_02_the_intent_of_an_expired_order_cannot_be_paid(shop: InProcessShop, marko: Marko) -> None:
    marko.start_checkout()
    marko.confirm_card(ASKS)
    shop.advance_clock(4 * DAY)
    shop.run_worker()
    assert marko.answer_challenge("authorize").status_code >= 400 or marko.confirm_card(GOOD).status_code == 400
    assert marko.order.status == "expired" and "You haven’t been charged" in marko.open_order().text
    assert_records_agree(shop)


def test_defect_03_a_second_payment_is_refunded_exactly_once(shop: InProcessShop, marko: Marko) -> None:
    marko.start_checkout()
    old_tab = Marko(shop, marko.offer, marko.visit, marko.token, marko.secret)
    old_key = marko.order.merchant.publishable_key
    first, second = Merchant.get(), connect_merchant(accounts.TARAS)
    merchants.move_offers(first, second)
    # The old account's intent cannot be canceled: Stripe is unreachable while the account is disconnected.
    shop.control("faults", kind="drop_before", times=1000)
    merchants.disconnect(Merchant.get_by_id(first.id))
    shop.clear_faults()
    marko.retry_payment()
    marko.confirm_card(GOOD)
    assert "Thank you" in marko.open_order().text
    shop.confirm(old_key, old_tab.secret, GOOD)
    connect_merchant(accounts.OLENA)
    for _ in range(3):
        shop.reconcile()
    assert marko.order.status == "paid" and "paid_again" in timeline_kinds(marko.order)
    assert [(refund.amount, refund.status, refund.reason) for refund in Refund.select()] == [
        (1999, "succeeded", "duplicate")
    ]
    assert sorted(row["amount_refunded"] for row in shop.ledger().values()) == [0, 1999]
    assert receipts() == 1


def test_defect_04_the_last_unit_is_sold_once_and_the_other_buyer_is_told_before_paying(
    shop: InProcessShop, marko: Marko
) -> None:
    shop.run(Offer.update(stock=1).where(Offer.id == marko.offer.id).execute)
    marko.start_checkout()
    answer = shop.request(
        "POST",
        f"/o/{marko.offer.slug}/checkout",
        data={"email": "ivan@example.com", "name": "Ivan", "visit": "visit-of-ivan-0001"},
    )
    assert answer is not None and answer.status_code == 503
    assert "are in other customers’ checkouts" in answer.json["error"] and "client_secret" not in answer.json
    marko.confirm_card(GOOD)
    assert "Thank you" in marko.open_order().text
    assert [order.status for order in shop.orders()] == ["paid"]


def test_defect_05_a_processing_payment_is_shown_as_processing_until_it_is_final(
    shop: InProcessShop, marko: Marko
) -> None:
    marko.start_checkout()
    marko.confirm_card(SLOW_SUCCEEDS)
    page = text_of(marko.open_order().text)
    assert "Your bank is processing this payment." in page and "need to pay again" in page
    assert "failed" not in page.lower()
    again = marko.start_checkout()
    assert "client_secret" not in again.json and again.json["next"] == f"/orders/{marko.token}"
    assert "client_secret" not in marko.retry_payment().json
    shop.control("advance")
    assert "Thank you" in marko.open_order().text
    assert_records_agree(shop)


def test_defect_05_the_shop_does_not_cancel_a_processing_payment(shop: InProcessShop, marko: Marko) -> None:
    marko.start_checkout()
    marko.confirm_card(SLOW_SUCCEEDS)
    with db.connection():
        payments.expire_order(Order.get())
    assert marko.order.status == "processing"
    shop.control("advance")
    assert "Thank you" in marko.open_order().text


def test_defect_06_an_order_whose_intent_was_canceled_at_stripe_can_be_paid_again(
    shop: InProcessShop, marko: Marko
) -> None:
    marko.start_checkout()
    key = accounts.secret_key(accounts.OLENA)
    address = f"/v1/payment_intents/{marko.intent}/cancel"
    shop.simulator.test_client().post(address, headers={"Authorization": f"Bearer {key}"})
    shop.reconcile()
    assert "Try again" in marko.open_order().text
    marko.retry_payment()
    marko.confirm_card(GOOD)
    assert "Thank you" in marko.open_order().text
    assert_records_agree(shop)


def test_defect_07_a_failed_3d_secure_shows_a_message_and_keeps_the_order(shop: InProcessShop, marko: Marko) -> None:
    marko.start_checkout()
    marko.confirm_card(ASKS)
    marko.answer_challenge("fail")
    page = text_of(marko.open_order().text)
    assert "Your bank couldn’t verify the payment." in page and "Try again" in page
    stranger = browser(shop.app)
    form = {"email": "marko@example.com", "name": "Marko"}
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example.com"}
    assert stranger.post(f"/orders/{marko.token}/pay", data=form, headers=elsewhere).status_code == 403
    assert stranger.post("/orders/no-such-token/pay", data=form).status_code == 404
    marko.retry_payment()
    marko.confirm_card(ASKS)
    marko.answer_challenge("authorize")
    assert "Thank you" in marko.open_order().text
    assert_records_agree(shop)


def test_defect_09_an_outdated_status_cannot_be_overwritten(shop: InProcessShop, marko: Marko) -> None:
    marko.start_checkout()
    early, late = Order.by_token(marko.token), Order.by_token(marko.token)
    assert early is not None and late is not None
    assert early.transition("paid", "paid")
    assert not late.transition("paid", "paid") and not late.transition("expired", "expired")
    assert timeline_kinds(early) == ["created", "waiting", "paid"] or timeline_kinds(early) == ["created", "paid"]


def test_defect_11_registering_again_or_at_a_new_address_leaves_one_endpoint(shop: InProcessShop) -> None:
    for address in (SHOP_URL, SHOP_URL, "http://moved.example.com"):
        merchants.use_own_endpoint(Merchant.get(), address)
        assert [one["url"].rpartition("/webhooks")[0] for one in endpoints(shop)] == [address]


def endpoints(shop: InProcessShop) -> list[dict[str, str]]:
    headers = {"Authorization": f"Bearer {accounts.secret_key(accounts.OLENA)}"}
    return list(shop.simulator.test_client().get("/v1/webhook_endpoints", headers=headers).json["data"])


def test_defect_12_after_a_500_on_confirmation_the_next_press_shows_the_payment(
    shop: InProcessShop, marko: Marko
) -> None:
    marko.start_checkout()
    shop.control("faults", kind="error_after", path="/v1/payment_intents/*/confirm")
    assert marko.confirm_card(GOOD).status_code == 500
    again = marko.start_checkout()
    assert "client_secret" not in again.json and "Thank you" in marko.open_order().text
    assert [row["amount_received"] for row in shop.ledger().values()] == [1999]
    assert_records_agree(shop)


@pytest.mark.parametrize("kind", ["error_after", "drop_after"])
def test_defect_12_an_intent_whose_response_was_lost_is_charged_once(
    kind: str, shop: InProcessShop, marko: Marko
) -> None:
    shop.control("faults", kind=kind, path="/v1/payment_intents", times=2)
    assert marko.start_checkout().status_code == 503
    shop.clear_faults()
    marko.buy()
    assert sorted(row["amount_received"] for row in shop.ledger().values()) in ([0, 1999], [1999])
    assert_records_agree(shop)


def test_defect_14_after_a_decline_a_good_card_pays(shop: InProcessShop, marko: Marko) -> None:
    marko.start_checkout()
    assert marko.confirm_card(DECLINED).status_code == 402
    assert "Your bank declined this card." in text_of(marko.open_order().text)
    marko.start_checkout()
    marko.confirm_card(GOOD)
    assert "Thank you" in marko.open_order().text
    assert len(shop.ledger()) == 1
    assert_records_agree(shop)


PRICES = [
    (accounts.KENJI, "500", "JPY", 500, "¥500"),
    (accounts.OLENA, "1.250", "KWD", 1250, "KWD 1.250"),
    (accounts.OLENA, "5000", "UGX", 500000, "UGX 5,000"),
    (accounts.OLENA, "1500", "ISK", 150000, "ISK 1,500"),
    (accounts.OLENA, "1990", "HUF", 199000, "Ft 1,990.00"),
]


@pytest.mark.parametrize(("account", "price", "currency", "charged", "shown"), PRICES)
def test_defect_15_every_currency_is_charged_the_shown_price(
    shop: InProcessShop, account: accounts.Account, price: str, currency: str, charged: int, shown: str
) -> None:
    merchant = Merchant.get_or_none(Merchant.publishable_key == accounts.publishable_key(account))
    marko = Marko(shop, make_offer(merchant or connect_merchant(account), price, currency))
    marko.buy()
    [row] = shop.ledger().values()
    assert (row["amount_received"], row["currency"]) == (charged, currency.lower())


@pytest.mark.parametrize(("account", "price", "currency", "charged", "shown"), PRICES)
def test_defect_16_shown_charged_and_refunded_amounts_equal_literal_values(
    shop: InProcessShop,
    owner: FlaskClient,
    account: accounts.Account,
    price: str,
    currency: str,
    charged: int,
    shown: str,
) -> None:
    merchant = Merchant.get_or_none(Merchant.publishable_key == accounts.publishable_key(account))
    marko = Marko(shop, make_offer(merchant or connect_merchant(account), price, currency))
    page = text_of(browser(shop.app).get(f"/o/{marko.offer.slug}").text)
    assert shown in page.replace("\xa0", " ")
    order = marko.buy()
    tasks.send_emails()
    assert shown in Email.get(Email.kind == "receipt").text.replace("\xa0", " ")
    assert shown in text_of(owner.get(f"/admin/orders/{order.token}").text).replace("\xa0", " ")
    payments.request_refund(order, charged, "requested_by_customer", "a-press")
    assert [row["amount_refunded"] for row in shop.ledger().values()] == [charged]


def test_defect_17_a_price_below_the_minimum_is_refused_before_an_order_exists(
    shop: InProcessShop, owner: FlaskClient, marko: Marko
) -> None:
    form = {"title": "Tea", "price": "0.49", "currency": "EUR", "merchant": "", "max_quantity": "1"}
    answer = post(owner, "/admin/offers", **form, slug="", language="en", status="draft", thank_you="", description="")
    assert answer.status_code == 422 and "0.50" in text_of(answer.text)
    assert Order.select().count() == 0
    # A minimum that only Stripe knows: the buyer is told, and no open payment is left.
    Offer.update(amount=10).execute()
    refused = marko.start_checkout()
    assert refused.status_code == 503 and "You haven’t been charged" in refused.json["error"]
    assert Payment.select().where(Payment.ended_at.is_null()).count() == 0


def test_defect_18_keys_of_two_modes_are_refused_and_payment_pages_show_test_mode(
    shop: InProcessShop, owner: FlaskClient, marko: Marko
) -> None:
    live, test = (accounts.secret_key(accounts.TARAS, mode) for mode in ("live", "test"))
    mixed = connect(owner, publishable_key=accounts.publishable_key(accounts.TARAS), secret_key=live)
    assert mixed.status_code == 422 and error_at(mixed.text, "secret_key")
    swapped = connect(owner, publishable_key=test, secret_key=accounts.publishable_key(accounts.TARAS))
    assert swapped.status_code == 422
    marko.start_checkout()
    for address in (f"/o/{marko.offer.slug}", f"/orders/{marko.token}", f"/orders/{marko.token}/pay"):
        assert 'class="ribbon"' in browser(shop.app).get(address).text, address
    live_offer = make_offer(connect_merchant(accounts.TARAS, "live"), currency="USD")
    assert 'class="ribbon"' not in browser(shop.app).get(f"/o/{live_offer.slug}").text


def test_defect_20_a_delivery_with_a_wrong_signature_is_shown_to_the_owner(
    shop: InProcessShop, owner: FlaskClient
) -> None:
    merchant = Merchant.get()
    headers = {"Stripe-Signature": "t=1,v1=forged"}
    forged = shop.app.test_client().post(f"/webhooks/stripe/{merchant.public_id}", data="{}", headers=headers)
    assert forged.status_code == 400
    page = text_of(owner.get(f"{STRIPE}/{merchant.public_id}/webhook").text)
    assert "signature" in page.lower() and "1" in page


def test_defect_21_an_intent_of_a_cheap_order_does_not_settle_an_expensive_one(
    shop: InProcessShop, marko: Marko
) -> None:
    cheap = Marko(shop, make_offer(Merchant.get(), "1.00"), "visit-of-a-cheat")
    cheap.start_checkout()
    cheap.confirm_card(GOOD)
    marko.start_checkout()
    dear = Payment.get(Payment.order == marko.order)
    Payment.update(intent_id=None).where(Payment.order == cheap.order).execute()
    Payment.update(intent_id=cheap.intent).where(Payment.id == dear.id).execute()
    marko.open_order()
    assert marko.order.status == "pending" and timeline_kinds(marko.order)[-1] == "mismatch"
    assert Email.select().where(Email.kind == "owner_mismatch").count() == 1


def test_defect_22_the_api_version_is_pinned_on_client_and_endpoints(shop: InProcessShop, marko: Marko) -> None:
    shop.stripe_client.api_versions.clear()
    payments.request_refund(marko.buy(), 1999, "requested_by_customer", "a-press")
    assert shop.stripe_client.api_versions == {"2026-10-28.endive"}
    assert [one["api_version"] for one in endpoints(shop)] == ["2026-10-28.endive"]


def test_defect_24_partial_refunds_add_up_and_a_refund_that_fails_later_is_shown_as_failed(
    shop: InProcessShop, owner: FlaskClient, marko: Marko
) -> None:
    order = marko.buy(REFUND_FAILS)
    payments.request_refund(order, 500, "requested_by_customer", "a-press")
    assert marko.order.status == "partially_refunded"
    payments.request_refund(marko.order, 1499, "requested_by_customer", "another-press")
    assert marko.order.status == "refunded"
    shop.control("advance")
    shop.deliver_webhooks()
    shop.run_worker()
    assert marko.order.status == "paid" and Refund.sum_of(order, "succeeded") == 0
    assert "Refund failed" in text_of(owner.get(f"/admin/orders/{order.token}").text)
    assert Email.select().where(Email.kind == "refund_failed").count() == 2
    assert_records_agree(shop)


def test_defect_24_a_refund_made_at_stripe_appears_without_a_webhook(shop: InProcessShop, marko: Marko) -> None:
    order = marko.buy()
    shop.control("deliveries/mode", mode="drop")
    shop.control("refunds", payment_intent=marko.intent, amount=500)
    shop.run_worker()
    shop.run_worker()
    assert marko.order.status == "partially_refunded" and Refund.sum_of(order, "succeeded") == 500


def test_defect_25_declines_are_limited_before_another_intent_is_created(shop: InProcessShop, marko: Marko) -> None:
    settings.save({"declines_per_order": 3, "declines_per_address_hour": 5, "declines_per_offer_hour": 7})
    for number in range(3):
        Marko(shop, marko.offer, f"visit-{number}").start_checkout()
    marko.start_checkout()
    for _ in range(3):
        marko.confirm_card(DECLINED)
    shop.deliver_webhooks()
    tasks.handle_waiting_events()
    assert marko.order.status == "failed"
    assert marko.confirm_card(GOOD).status_code == 400, "its client secret is no longer usable"
    tester = Marko(shop, marko.offer, "visit-of-a-tester")
    tester.start_checkout()
    tester.confirm_card(DECLINED)
    tester.confirm_card(DECLINED)
    shop.deliver_webhooks()
    tasks.handle_waiting_events()
    intents = len(shop.ledger())
    by_address = Marko(shop, marko.offer, "visit-of-the-next").start_checkout()
    assert by_address.status_code == 429 and {"retry_after", "challenge"} <= set(by_address.json)
    assert len(shop.ledger()) == intents
    assert Marko(shop, marko.offer, "visit-from-elsewhere").start_checkout("198.51.100.9").status_code == 200


def test_events_of_other_systems_are_accepted_and_change_nothing(shop: InProcessShop) -> None:
    headers = {"Authorization": f"Bearer {accounts.secret_key(accounts.OLENA)}"}
    foreign = {"amount": 1999, "currency": "eur", "confirm": "true", "payment_method": "pm_card_visa"}
    foreign |= {"return_url": "https://other.example.com/back"}
    assert shop.simulator.test_client().post("/v1/payment_intents", data=foreign, headers=headers).status_code == 200
    shop.deliver_webhooks()
    assert {one["state"] for one in shop.control("deliveries", "GET").json["data"]} == {"delivered"}
    tasks.handle_waiting_events()
    assert WebhookEvent.select().where(WebhookEvent.handled_at.is_null()).count() == 0
    assert (Order.select().count(), Payment.select().count(), Email.select().count()) == (0, 0, 0)


def test_events_repeated_after_expiry_change_nothing(shop: InProcessShop, marko: Marko) -> None:
    marko.start_checkout()
    marko.confirm_card(DECLINED)
    shop.advance_clock(4 * DAY)
    shop.run_worker()
    assert marko.order.status == "expired"
    before = timeline_kinds(marko.order)
    for event in {one["event"] for one in shop.control("deliveries", "GET").json["data"]}:
        shop.control(f"events/{event}/resend")
    shop.deliver_webhooks()
    tasks.handle_waiting_events()
    assert (marko.order.status, timeline_kinds(marko.order)) == ("expired", before)
    assert alerts_of(marko.open_order().text) == ""
