"""An order's pages: status, thank-you and retrying the payment. Stripe decides; an outage is not an error."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from storefront import delivery, merchants
from storefront.delivery import DeliverableFields
from storefront.models import DeliverableKind, Merchant, Offer, Order, Payment, now
from storefront.offers import AddonFields
from stripe_simulator import accounts
from tests.cards import ASKS, DECLINED, GOOD, STOLEN
from tests.cast import MARKOS_FORM
from tests.factories import connect_merchant, make_offer
from tests.purchase_steps import buy
from tests.shop_clock import time_moved
from tests.subscription_steps import renew, subscribe
from tests.web.admin_pages import text_of
from tests.web.query_count import queries_of, statements_of


@pytest.fixture
def started(client: FlaskClient, offer: Offer) -> dict[str, str]:
    """The response to Marko's press on Pay; his card is not confirmed yet."""
    return client.post(f"/o/{offer.slug}/checkout?lang=en", data=MARKOS_FORM).json


def key(offer: Offer) -> str:
    return offer.merchant.publishable_key


def test_a_successful_payment_redirects_to_the_thank_you_page(client, offer, started, simulator) -> None:
    simulator.confirm(key(offer), started["client_secret"], GOOD)
    answer = client.get(f"/orders/{started['order']}")
    assert answer.status_code == 302 and answer.location == f"/orders/{started['order']}/thank-you"
    page = client.get(answer.location).text
    assert "<h1>Thank you" in page and "See you on <strong>Friday</strong>!" in page
    order = Order.get()
    assert str(order.number) in page and "€19.99" in page and "Watercolour evening" in page


def test_a_paid_order_is_fetched_from_stripe_only_once(client, offer, started, simulator) -> None:
    simulator.confirm(key(offer), started["client_secret"], GOOD)
    before = len(simulator.logged_requests("/v1/payment_intents/", "GET"))
    for _ in range(3):
        assert client.get(f"/orders/{started['order']}/thank-you").status_code == 200
    assert len(simulator.logged_requests("/v1/payment_intents/", "GET")) == before + 1


def test_an_unpaid_order_has_no_thank_you_page(client, started) -> None:
    answer = client.get(f"/orders/{started['order']}/thank-you")
    assert answer.status_code == 302 and answer.location == f"/orders/{started['order']}"
    page = client.get(answer.location).text
    assert (
        "Payment not completed. You haven’t been charged." in page and "Try again" in page and "Thank you" not in page
    )


@pytest.mark.parametrize(("card", "words"), [(DECLINED, "declined this card"), (STOLEN, "declined this card")])
def test_a_declined_order_shows_the_reason_and_stays_pending(
    client, offer, started, simulator, card: str, words: str
) -> None:
    simulator.confirm(key(offer), started["client_secret"], card)
    page = client.get(f"/orders/{started['order']}").text
    assert words in page and "stolen" not in page
    assert f'href="/orders/{started["order"]}/pay"' in page and Order.get().status == "pending"


def test_a_failed_3d_secure_says_that_nothing_was_charged(client, offer, started, simulator) -> None:
    simulator.confirm(key(offer), started["client_secret"], ASKS)
    page = client.get(f"/orders/{started['order']}").text
    assert "Your bank hasn’t confirmed the payment yet" in page and "Try again" in page
    simulator.answer_challenge(started["client_secret"], "fail")
    page = client.get(f"/orders/{started['order']}").text
    assert "Your bank couldn’t verify the payment" in page and "You haven’t been charged" in page
    assert "Try again" in page


@pytest.mark.parametrize("trouble", ["stripe down", "keys lost"])
def test_pages_work_while_stripe_cannot_be_reached(client, offer, started, simulator, trouble: str) -> None:
    simulator.confirm(key(offer), started["client_secret"], GOOD)
    if trouble == "stripe down":
        simulator.add_fault("/v1/payment_intents/*", "error_before", method="GET", times=10)
    else:
        lost = Merchant.get().secret_key_encrypted
        Merchant.update(secret_key_encrypted="unreadable").execute()
    answer = client.get(f"/orders/{started['order']}/thank-you", follow_redirects=True)
    assert answer.status_code == 200 and "Checking your payment" in answer.text
    assert '<meta http-equiv="refresh"' in answer.text and ">Try again<" not in answer.text
    simulator.clear_faults()
    if trouble == "keys lost":
        Merchant.update(secret_key_encrypted=lost).execute()
    with time_moved(seconds=5):
        assert "<h1>Thank you" in client.get(f"/orders/{started['order']}", follow_redirects=True).text


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("processing", "processing this payment"),
        ("failed", "can no longer be paid"),
        ("expired", "has expired"),
        ("refunded", "This order was refunded"),
        ("partially_refunded", "This order was partially refunded"),
        ("disputed", "is disputed"),
    ],
)
def test_every_status_has_a_text(client, started, status: str, words: str) -> None:
    Payment.update(status="succeeded").execute()
    Order.update(status=status).execute()
    answer = client.get(f"/orders/{started['order']}/thank-you", follow_redirects=True)
    assert answer.status_code == 200 and words in answer.text and f'data-status="{status}"' in answer.text
    assert "/pay" not in answer.text
    assert client.get(f"/orders/{started['order']}/pay").location == f"/orders/{started['order']}"


def test_an_order_can_be_paid_from_its_own_page(client, offer, started, simulator) -> None:
    simulator.confirm(key(offer), started["client_secret"], DECLINED)
    page = client.get(f"/orders/{started['order']}/pay").text
    assert 'value="marko@example.com"' in page and 'value="Marko"' in page and "Pay €19.99" in page
    assert 'id="card-element"' in page and "4242 4242 4242 4242" in page and "data-visit" not in page
    answer = client.post(f"/orders/{started['order']}/pay?lang=en", data=MARKOS_FORM | {"name": "Marko P."})
    assert answer.json == started and answer.cache_control.no_store
    assert Order.get().name == "Marko P."
    simulator.confirm(key(offer), answer.json["client_secret"], GOOD)
    assert "<h1>Thank you" in client.get(f"/orders/{started['order']}/thank-you").text
    again = client.post(f"/orders/{started['order']}/pay?lang=en", data=MARKOS_FORM)
    assert again.json == {"next": f"/orders/{started['order']}", "order": started["order"]}


def test_paying_later_keeps_the_original_price(client, offer, started) -> None:
    Offer.update(amount=9900).execute()
    assert "Pay €19.99" in client.get(f"/orders/{started['order']}/pay").text
    client.post(f"/orders/{started['order']}/pay", data=MARKOS_FORM)
    assert Order.get().amount == 1999


def test_paying_later_has_the_same_validation(client, app, started) -> None:
    address = f"/orders/{started['order']}/pay?lang=en"
    assert client.post(address, data={"email": "x"}).status_code == 422
    assert app.test_client().post(address, data=MARKOS_FORM).status_code == 403
    assert client.post("/orders/nobody/pay?lang=en", data=MARKOS_FORM).status_code == 404
    Merchant.update(charges_enabled=False).execute()
    assert client.post(address, data=MARKOS_FORM).status_code == 503
    page = client.get(address, follow_redirects=True).text
    assert "can’t pay right now" in page and ">Try again<" not in page


def test_an_order_moved_to_another_merchant_is_paid_there(client, offer, started, simulator) -> None:
    other = connect_merchant(accounts.TARAS)
    merchants.move_offers(Merchant.get_by_id(offer.merchant_id), other)
    page = client.get(f"/orders/{started['order']}/pay").text
    assert other.publishable_key in page
    answer = client.post(f"/orders/{started['order']}/pay", data=MARKOS_FORM).json
    assert simulator.confirm(other.publishable_key, answer["client_secret"], GOOD).ok


def test_an_order_of_a_disconnected_merchant_was_closed_on_disconnect(client, started) -> None:
    merchants.disconnect(Merchant.get())
    page = client.get(f"/orders/{started['order']}").text
    assert "Payment not completed. You haven’t been charged." in page and ">Try again<" not in page


def test_an_order_of_a_disconnected_merchant_makes_no_requests(client, offer, started, simulator) -> None:
    simulator.add_fault("/v1/payment_intents/*", "drop_before", method="GET", times=20)
    merchants.disconnect(Merchant.get())
    simulator.clear_faults()
    page = client.get(f"/orders/{started['order']}").text
    assert "We haven’t received a payment for this order" in page and "updates automatically" not in page
    assert '<meta http-equiv="refresh"' not in page and ">Try again<" not in page
    Offer.update(merchant=connect_merchant(accounts.TARAS)).execute()
    assert "Try again" in client.get(f"/orders/{started['order']}").text


def test_the_thank_you_page_works_years_later(client, offer, started, simulator) -> None:
    simulator.confirm(key(offer), started["client_secret"], GOOD)
    client.get(f"/orders/{started['order']}")
    long_ago = now() - timedelta(days=3 * 365)
    Order.update(created_at=long_ago, paid_at=long_ago, expires_at=long_ago).execute()
    Offer.update(status="archived").execute()
    merchants.disconnect(Merchant.get())
    simulator.reset()
    asked = len(simulator.logged_requests("/v1/"))
    answer = client.get(f"/orders/{started['order']}/thank-you")
    assert answer.status_code == 200 and "<h1>Thank you" in answer.text
    assert len(simulator.logged_requests("/v1/")) == asked


# Every decline code of docs.stripe.com/declines/codes with a part of the message; DECLINED_WORDS is the neutral one.
DECLINED_WORDS = "Your bank declined this card."
DECLINES = {
    "authentication_required": "couldn’t verify the payment",
    "insufficient_funds": "Insufficient funds",
    "card_velocity_exceeded": "exceeds your card’s limit",
    "withdrawal_count_limit_exceeded": "exceeds your card’s limit",
    "invalid_amount": "exceeds your card’s limit",
    "expired_card": "has expired",
    "incorrect_cvc": "Wrong CVC",
    "invalid_cvc": "Wrong CVC",
    "incorrect_number": "Wrong card number",
    "invalid_number": "Wrong card number",
    "invalid_expiry_month": "Wrong expiration date",
    "invalid_expiry_year": "Wrong expiration date",
    "incorrect_zip": "postal code doesn’t match",
    "incorrect_address": "postal code doesn’t match",
    "card_not_supported": "doesn’t support this payment",
    "offline_pin_required": "doesn’t support this payment",
    "currency_not_supported": "doesn’t support this currency",
    "duplicate_transaction": "blocked this payment",
    "processing_error": "problem reaching the bank",
    "issuer_not_available": "problem reaching the bank",
    "try_again_later": "problem reaching the bank",
    "reenter_transaction": "problem reaching the bank",
    "approve_with_id": "problem reaching the bank",
    "live_mode_test_card": "This is a test card",
    "testmode_decline": "Real cards don’t work in test mode",
    **dict.fromkeys(
        """generic_decline do_not_honor do_not_try_again call_issuer no_action_taken fraudulent lost_card stolen_card
        pickup_card merchant_blacklist restricted_card security_violation stop_payment_order invalid_account
        new_account_information_available not_permitted service_not_allowed transaction_not_allowed
        revocation_of_authorization revocation_of_all_authorizations a_code_of_next_year""".split(),
        DECLINED_WORDS,
    ),
}


@pytest.mark.parametrize(("code", "words"), DECLINES.items())
def test_every_decline_code_has_a_message(client, started, code: str, words: str) -> None:
    Payment.update(error_code="card_declined", decline_code=code, status="canceled").execute()
    page = client.get(f"/orders/{started['order']}").text
    assert words in page and "You haven’t been charged" in page and "Try again" in page
    assert not any(word in page for word in ("fraud", "stolen", "lost", "blacklist"))


def test_order_pages_are_not_cached(client, offer, started, simulator) -> None:
    addresses = [f"/orders/{started['order']}{end}" for end in ("", "/pay", "/thank-you")]
    for address in addresses:
        answer = client.get(address)
        assert answer.cache_control.no_store and answer.cache_control.private and not answer.cache_control.public
        assert "noindex" in answer.headers["X-Robots-Tag"] and "Set-Cookie" not in answer.headers
    for address in ("/orders/nobody", "/orders/nobody/pay", "/orders/nobody/thank-you"):
        assert client.get(address).status_code == 404


def test_the_order_pages_are_in_the_buyers_language(client, offer) -> None:
    token = client.post(f"/o/{offer.slug}/checkout?lang=ru", data=MARKOS_FORM).json["order"]
    assert '<html lang="ru">' in client.get(f"/orders/{token}").text
    assert '<html lang="uk">' in client.get(f"/orders/{token}?lang=uk").text


def test_the_chosen_language_is_kept_up_to_the_thank_you_page(client, offer, started, simulator) -> None:
    simulator.confirm(key(offer), started["client_secret"], GOOD)
    assert client.get(f"/orders/{started['order']}?lang=uk").location == f"/orders/{started['order']}/thank-you?lang=uk"


def test_order_pages_in_test_mode_show_the_test_badge(client, offer, started) -> None:
    assert "Test mode" in client.get(f"/orders/{started['order']}").text
    live = make_offer(connect_merchant(mode="live"))
    token = client.post(f"/o/{live.slug}/checkout", data=MARKOS_FORM).json["order"]
    for end in ("", "/pay"):
        assert "Test mode" not in client.get(f"/orders/{token}{end}").text


def test_no_test_cards_are_shown_once_the_offer_is_live(client, offer, started) -> None:
    merchants.move_offers(Merchant.get_by_id(offer.merchant_id), connect_merchant(mode="live"))
    page = client.get(f"/orders/{started['order']}/pay").text
    assert "Test mode" not in page and "4242" not in page


def test_a_final_page_clears_the_visit(client, offer, started, simulator) -> None:
    assert "/order-page." not in client.get(f"/orders/{started['order']}").text
    simulator.confirm(key(offer), started["client_secret"], GOOD)
    with time_moved(seconds=5):
        page = client.get(f"/orders/{started['order']}/thank-you").text
    assert "/order-page." in page and f'data-visit="visit-{offer.id}"' in page
    assert f'data-visit="visit-{offer.id}"' in client.get(f"/o/{offer.slug}").text


RETURNED = "payment_intent_client_secret=pi_1_secret_2&redirect_status=succeeded"


def test_nothing_in_the_address_of_an_arrival_from_the_bank_is_believed(client, started, simulator) -> None:
    address = f"/orders/{started['order']}"
    for page in (address, f"{address}/thank-you", f"{address}/pay"):
        answer = client.get(f"{page}?payment_intent=pi_1&lang=en&{RETURNED}")
        assert (answer.status_code, answer.location) == (303, f"{page}?lang=en"), page
        assert "_secret_" not in answer.text
    asked = len(simulator.logged_requests("/v1/payment_intents/", "GET"))
    page = client.get(f"{address}?{RETURNED}", follow_redirects=True).text
    assert "Payment not completed" in page and Order.get().status == "pending"
    assert len(simulator.logged_requests("/v1/payment_intents/", "GET")) == asked + 1, "Stripe was asked"


def test_an_arrival_from_the_bank_shows_the_payment_that_stripe_has(client, offer, started, simulator) -> None:
    simulator.confirm(key(offer), started["client_secret"], GOOD)
    failed = RETURNED.replace("succeeded", "failed")
    page = client.get(f"/orders/{started['order']}?payment_intent=pi_1&{failed}", follow_redirects=True).text
    assert "<h1>Thank you" in page and Order.get().status == "paid"


def test_the_thank_you_page_runs_few_queries_however_many_renewals_there_were(
    client, merchant, offer, simulator
) -> None:
    recurring = make_offer(merchant, slug="classes", kind="recurring", every=1, interval="month")
    subscription = subscribe(recurring, simulator)
    one_off = buy(offer, simulator)

    def statements(order: Order) -> int:
        return queries_of(client, f"/orders/{order.token}/thank-you")

    # The order with its payment, its subscription with the invoices, and the shop's profile with the time zone.
    assert statements(one_off) == 2
    first = statements(subscription.order)
    for _ in range(4):
        renew(subscription, simulator, "succeeds")
    assert statements(subscription.order) == first == 3


def test_what_an_order_has_beside_its_units_takes_one_more_query(client, merchant, simulator) -> None:
    addons = (AddonFields("addons-0", "Workbook", "9.00"), AddonFields("addons-1", "Call", "25.50"))
    offer = make_offer(merchant, "90.00", slug="course", addons=addons)
    for kind, fields in (("link", {"url": "https://videos.example.com/1"}), ("text", {"text": "Bring brushes"})):
        delivery.add_deliverable(offer, DeliverableKind(kind), DeliverableFields(kind.title(), **fields))
    keys = DeliverableFields("Program", keys="AAAA-0001\nAAAA-0002")
    delivery.add_deliverable(offer, DeliverableKind.KEYS, keys)
    started = client.post(f"/o/{offer.slug}/checkout", data=MARKOS_FORM | {"addon": ["1", "2"]}).json
    simulator.confirm(key(offer), started["client_secret"], GOOD)
    address = f"/orders/{started['order']}/thank-you"
    client.get(f"/orders/{started['order']}")
    page = text_of(client.get(address).text)
    assert "Workbook €9.00 Call €25.50" in page and "AAAA-0001" in page and "Bring brushes" in page
    # What the offer delivers, with what this order was given.
    assert queries_of(client, address) == 3


def test_a_checkout_runs_few_statements(client, offer) -> None:
    client.post(f"/o/{offer.slug}/checkout", data=MARKOS_FORM)
    form = {**MARKOS_FORM, "visit": "another-visit-of-marko", "email": "marko@example.com"}
    statements = statements_of(lambda: client.post(f"/o/{offer.slug}/checkout", data=form))
    written = [one for one in statements if one.startswith(("INSERT", "UPDATE"))]
    assert len(statements) <= 28 and len(written) <= 9, statements
