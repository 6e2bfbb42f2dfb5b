"""How others lost money or trust at this job, by the numbers of the list that is kept of it."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from storefront import db, merchants, payments, settings
from storefront.models import Email, Merchant, Offer, Order, Payment, Refund, WebhookEvent
from storefront.worker import tasks
from stripe_simulator import accounts
from tests.conftest import browser
from tests.factories import SHOP_URL, connect_merchant, make_offer
from tests.money import books
from tests.money.people import ASKS, DECLINED, GOOD, SLOW_BANK, Marko, olena
from tests.money.stage import Stage, in_memory
from tests.web.admin_pages import STRIPE, alerts_of, connect, error_at, post, text_of

DAY = 86400


@pytest.fixture(scope="module")
def house() -> Iterator[Stage]:
    with in_memory() as stage:
        yield stage


@pytest.fixture
def stage(house: Stage) -> Iterator[Stage]:
    """A shop with one offer of €19.99, before anything has happened."""
    house.begin()
    house.heal()
    with db.connection():
        yield house


@pytest.fixture
def marko(stage: Stage) -> Marko:
    return Marko(stage, Offer.get())


@pytest.fixture
def owner(stage: Stage) -> FlaskClient:
    return olena(stage)


def kinds(order: Order) -> list[str]:
    return [entry.kind for entry in order.timeline()]


def receipts() -> int:
    return Email.select().where(Email.kind == "receipt").count()


def agree(stage: Stage) -> None:
    """The worker does what there is to do; then both books agree."""
    stage.deliver()
    stage.work()
    with db.connection():
        assert books.at_rest(stage.book()) == []


def test_defect_01_browser_killed_after_the_banks_check_the_webhook_alone_makes_it_paid(
    stage: Stage, marko: Marko
) -> None:
    marko.presses()
    marko.types(ASKS)
    marko.answers_the_bank("authorize")
    stage.deliver()
    tasks.handle_waiting_events()
    assert (marko.order.status, receipts()) == ("paid", 1)
    agree(stage)


def test_defect_02_a_banks_check_that_outlives_the_order_is_honoured(stage: Stage, marko: Marko) -> None:
    marko.presses()
    marko.types(ASKS)
    stage.move(4 * DAY)
    marko.answers_the_bank("authorize")
    stage.reconcile()
    assert marko.order.status == "paid" and "Thank you" in marko.comes_back().text
    agree(stage)


def test_defect_02_money_for_an_order_that_has_expired_makes_it_paid_and_that_is_said(
    stage: Stage, marko: Marko
) -> None:
    marko.presses()
    # Our row was quicker than Stripe's: the intent takes the money all the same.
    Order.update(status="expired").execute()
    marko.types(GOOD)
    stage.deliver()
    tasks.handle_waiting_events()
    assert marko.order.status == "paid" and kinds(marko.order)[-1] == "paid_late"
    assert "Thank you" in marko.comes_back().text
    agree(stage)


def test_defect_02_after_an_order_has_expired_its_card_form_takes_nothing(stage: Stage, marko: Marko) -> None:
    marko.presses()
    marko.types(ASKS)
    stage.move(4 * DAY)
    stage.work()
    assert marko.answers_the_bank("authorize").status_code >= 400 or marko.types(GOOD).status_code == 400
    assert marko.order.status == "expired" and "nothing was charged" in marko.comes_back().text
    agree(stage)


def test_defect_03_money_that_comes_a_second_time_is_refunded_exactly_once(stage: Stage, marko: Marko) -> None:
    marko.presses()
    old_tab = Marko(stage, marko.offer, marko.visit, marko.token, marko.secret)
    old_key = marko.order.merchant.publishable_key
    first, second = Merchant.get(), connect_merchant(accounts.TARAS)
    merchants.move_offers(first, second)
    # The old account can't be asked to cancel its intent: it is disconnected while a tab is open and Stripe is silent.
    stage.steer("faults", kind="drop_before", times=1000)
    merchants.disconnect(Merchant.get_by_id(first.id))
    stage.heal()
    marko.presses_again()
    marko.types(GOOD)
    assert "Thank you" in marko.comes_back().text
    stage.confirm(old_key, old_tab.secret, GOOD)
    connect_merchant(accounts.OLENA)
    for _ in range(3):
        stage.reconcile()
    assert marko.order.status == "paid" and "paid_again" in kinds(marko.order)
    assert [(refund.amount, refund.status, refund.reason) for refund in Refund.select()] == [
        (1999, "succeeded", "duplicate")
    ]
    assert sorted(row["amount_refunded"] for row in stage.book().values()) == [0, 1999]
    assert receipts() == 1


def test_defect_04_the_last_unit_is_sold_once_and_the_other_is_told_before_paying(stage: Stage, marko: Marko) -> None:
    stage.run(Offer.update(stock=1).where(Offer.id == marko.offer.id).execute)
    marko.presses()
    answer = stage.ask(
        "POST",
        f"/o/{marko.offer.slug}/checkout",
        data={"email": "ivan@example.com", "name": "Ivan", "visit": "visit-of-ivan-0001"},
    )
    assert answer is not None and answer.status_code == 503
    assert "is being paid by others just now" in answer.json["error"] and "client_secret" not in answer.json
    marko.types(GOOD)
    assert "Thank you" in marko.comes_back().text
    assert [order.status for order in stage.orders()] == ["paid"]


def test_defect_05_confirming_is_said_until_it_is_final(stage: Stage, marko: Marko) -> None:
    marko.presses()
    marko.types(SLOW_BANK)
    page = text_of(marko.comes_back().text)
    assert "Your bank is still working on this payment." in page and "you need not pay again" in page
    assert "failed" not in page.lower()
    again = marko.presses()
    assert "client_secret" not in again.json and again.json["next"] == f"/orders/{marko.token}"
    assert "client_secret" not in marko.presses_again().json
    stage.steer("advance")
    assert "Thank you" in marko.comes_back().text
    agree(stage)


def test_defect_06_canceled_at_stripe_the_order_can_be_paid_again(stage: Stage, marko: Marko) -> None:
    marko.presses()
    key = accounts.secret_key(accounts.OLENA)
    address = f"/v1/payment_intents/{marko.intent}/cancel"
    stage.simulator.test_client().post(address, headers={"Authorization": f"Bearer {key}"})
    stage.reconcile()
    assert "Try again" in marko.comes_back().text
    marko.presses_again()
    marko.types(GOOD)
    assert "Thank you" in marko.comes_back().text
    agree(stage)


def test_defect_07_a_failed_bank_check_says_so_and_the_order_waits(stage: Stage, marko: Marko) -> None:
    marko.presses()
    marko.types(ASKS)
    marko.answers_the_bank("fail")
    page = text_of(marko.comes_back().text)
    assert "Your bank could not confirm that it is you." in page and "Try again" in page
    stranger = browser(stage.app)
    form = {"email": "marko@example.com", "name": "Marko"}
    elsewhere = {"Sec-Fetch-Site": "cross-site", "Origin": "https://elsewhere.example.com"}
    assert stranger.post(f"/orders/{marko.token}/pay", data=form, headers=elsewhere).status_code == 403
    assert stranger.post("/orders/no-such-token/pay", data=form).status_code == 404
    marko.presses_again()
    marko.types(ASKS)
    marko.answers_the_bank("authorize")
    assert "Thank you" in marko.comes_back().text
    agree(stage)


def test_defect_09_whoever_read_the_status_before_changes_it_no_more(stage: Stage, marko: Marko) -> None:
    marko.presses()
    early, late = Order.by_token(marko.token), Order.by_token(marko.token)
    assert early is not None and late is not None
    assert early.transition("paid", "paid")
    assert not late.transition("paid", "paid") and not late.transition("expired", "expired")
    assert kinds(early) == ["created", "waiting", "paid"] or kinds(early) == ["created", "paid"]


def test_defect_11_registered_again_and_moved_there_is_one_endpoint(stage: Stage) -> None:
    for address in (SHOP_URL, SHOP_URL, "http://moved.example.com"):
        merchants.check(Merchant.get(), address)
        assert [one["url"].rpartition("/webhooks")[0] for one in endpoints(stage)] == [address]


def endpoints(stage: Stage) -> list[dict[str, str]]:
    headers = {"Authorization": f"Bearer {accounts.secret_key(accounts.OLENA)}"}
    return list(stage.simulator.test_client().get("/v1/webhook_endpoints", headers=headers).json["data"])


def test_defect_12_a_500_after_the_confirmation_and_the_next_press_shows_it_paid(stage: Stage, marko: Marko) -> None:
    marko.presses()
    stage.steer("faults", kind="error_after", path="/v1/payment_intents/*/confirm")
    assert marko.types(GOOD).status_code == 500
    again = marko.presses()
    assert "client_secret" not in again.json and "Thank you" in marko.comes_back().text
    assert [row["amount_received"] for row in stage.book().values()] == [1999]
    agree(stage)


@pytest.mark.parametrize("kind", ["error_after", "drop_after"])
def test_defect_12_an_intent_whose_answer_was_lost_is_charged_once(kind: str, stage: Stage, marko: Marko) -> None:
    stage.steer("faults", kind=kind, path="/v1/payment_intents", times=2)
    assert marko.presses().status_code == 503
    stage.heal()
    marko.buys()
    assert sorted(row["amount_received"] for row in stage.book().values()) in ([0, 1999], [1999])
    agree(stage)


def test_defect_14_after_a_decline_a_good_card_pays(stage: Stage, marko: Marko) -> None:
    marko.presses()
    assert marko.types(DECLINED).status_code == 402
    assert "Your bank declined this card." in text_of(marko.comes_back().text)
    marko.presses()
    marko.types(GOOD)
    assert "Thank you" in marko.comes_back().text
    assert len(stage.book()) == 1
    agree(stage)


PRICES = [
    (accounts.KENJI, "500", "JPY", 500, "¥500"),
    (accounts.OLENA, "1.250", "KWD", 1250, "KWD 1.250"),
    (accounts.OLENA, "5000", "UGX", 500000, "UGX 5,000"),
    (accounts.OLENA, "1500", "ISK", 150000, "ISK 1,500"),
    (accounts.OLENA, "1990", "HUF", 199000, "HUF 1,990.00"),
]


@pytest.mark.parametrize(("account", "price", "currency", "charged", "shown"), PRICES)
def test_defect_15_every_currency_is_charged_what_its_price_says(
    stage: Stage, account: accounts.Account, price: str, currency: str, charged: int, shown: str
) -> None:
    merchant = Merchant.get_or_none(Merchant.publishable_key == accounts.publishable_key(account))
    marko = Marko(stage, make_offer(merchant or connect_merchant(account), price, currency))
    marko.buys()
    [row] = stage.book().values()
    assert (row["amount_received"], row["currency"]) == (charged, currency.lower())


@pytest.mark.parametrize(("account", "price", "currency", "charged", "shown"), PRICES)
def test_defect_16_what_is_typed_shown_charged_and_refunded_is_compared_with_words_and_numbers_of_its_own(
    stage: Stage, owner: FlaskClient, account: accounts.Account, price: str, currency: str, charged: int, shown: str
) -> None:
    merchant = Merchant.get_or_none(Merchant.publishable_key == accounts.publishable_key(account))
    marko = Marko(stage, make_offer(merchant or connect_merchant(account), price, currency))
    page = text_of(browser(stage.app).get(f"/o/{marko.offer.slug}").text)
    assert shown in page.replace("\xa0", " ")
    order = marko.buys()
    tasks.post_letters()
    assert shown in Email.get(Email.kind == "receipt").text.replace("\xa0", " ")
    assert shown in text_of(owner.get(f"/admin/orders/{order.token}").text).replace("\xa0", " ")
    payments.request_refund(order, charged, "requested_by_customer", "a-press")
    assert [row["amount_refunded"] for row in stage.book().values()] == [charged]


def test_defect_17_a_price_below_the_least_is_refused_in_words_before_there_is_an_order(
    stage: Stage, owner: FlaskClient, marko: Marko
) -> None:
    form = {"title": "Tea", "price": "0.49", "currency": "EUR", "merchant": "", "max_quantity": "1"}
    answer = post(owner, "/admin/offers", **form, slug="", language="en", status="draft", thank_you="", description="")
    assert answer.status_code == 422 and "0.50" in text_of(answer.text)
    assert Order.select().count() == 0
    # A least amount that only Stripe knows of: said, and no payment is left that could be paid for ever in vain.
    Offer.update(amount=10).execute()
    refused = marko.presses()
    assert refused.status_code == 503 and "Nothing was charged" in refused.json["error"]
    assert Payment.select().where(Payment.ended_at.is_null()).count() == 0


def test_defect_18_keys_of_two_modes_are_refused_and_test_mode_is_said_wherever_money_is_taken(
    stage: Stage, owner: FlaskClient, marko: Marko
) -> None:
    live, test = (accounts.secret_key(accounts.TARAS, mode) for mode in ("live", "test"))
    mixed = connect(owner, publishable_key=accounts.publishable_key(accounts.TARAS), secret_key=live)
    assert mixed.status_code == 422 and error_at(mixed.text, "secret_key")
    swapped = connect(owner, publishable_key=test, secret_key=accounts.publishable_key(accounts.TARAS))
    assert swapped.status_code == 422
    marko.presses()
    for address in (f"/o/{marko.offer.slug}", f"/orders/{marko.token}", f"/orders/{marko.token}/pay"):
        assert 'class="ribbon"' in browser(stage.app).get(address).text, address
    live_offer = make_offer(connect_merchant(accounts.TARAS, "live"), currency="USD")
    assert 'class="ribbon"' not in browser(stage.app).get(f"/o/{live_offer.slug}").text


def test_defect_20_a_wrong_webhook_secret_is_no_silent_400(stage: Stage, owner: FlaskClient) -> None:
    merchant = Merchant.get()
    headers = {"Stripe-Signature": "t=1,v1=forged"}
    forged = stage.app.test_client().post(f"/webhooks/stripe/{merchant.public_id}", data="{}", headers=headers)
    assert forged.status_code == 400
    page = text_of(owner.get(f"{STRIPE}/{merchant.public_id}/webhook").text)
    assert "signature" in page.lower() and "1" in page


def test_defect_21_a_cheap_intent_does_not_settle_a_dear_order(stage: Stage, marko: Marko) -> None:
    cheap = Marko(stage, make_offer(Merchant.get(), "1.00"), "visit-of-a-cheat")
    cheap.presses()
    cheap.types(GOOD)
    marko.presses()
    dear = Payment.get(Payment.order == marko.order)
    Payment.update(intent_id=None).where(Payment.order == cheap.order).execute()
    Payment.update(intent_id=cheap.intent).where(Payment.id == dear.id).execute()
    marko.comes_back()
    assert marko.order.status == "pending" and kinds(marko.order)[-1] == "mismatch"
    assert Email.select().where(Email.kind == "owner_mismatch").count() == 1


def test_defect_22_the_api_version_is_pinned_on_client_and_endpoints(stage: Stage, marko: Marko) -> None:
    stage.line.versions.clear()
    payments.request_refund(marko.buys(), 1999, "requested_by_customer", "a-press")
    assert stage.line.versions == {"2026-10-28.endive"}
    assert [one["api_version"] for one in endpoints(stage)] == ["2026-10-28.endive"]


def test_defect_24_a_part_is_a_part_and_a_refund_that_fails_later_is_shown_as_failed(
    stage: Stage, owner: FlaskClient, marko: Marko
) -> None:
    order = marko.buys("4000000000005126")
    payments.request_refund(order, 500, "requested_by_customer", "a-press")
    assert marko.order.status == "partially_refunded"
    payments.request_refund(marko.order, 1499, "requested_by_customer", "another-press")
    assert marko.order.status == "refunded"
    stage.steer("advance")
    stage.deliver()
    stage.work()
    assert marko.order.status == "paid" and Refund.sum_of(order, "succeeded") == 0
    assert "Refund failed" in text_of(owner.get(f"/admin/orders/{order.token}").text)
    assert Email.select().where(Email.kind == "refund_failed").count() == 2
    agree(stage)


def test_defect_24_a_refund_made_at_stripe_appears_even_when_no_webhook_arrives(stage: Stage, marko: Marko) -> None:
    order = marko.buys()
    stage.steer("deliveries/mode", mode="drop")
    stage.steer("refunds", payment_intent=marko.intent, amount=500)
    stage.work()
    stage.work()
    assert marko.order.status == "partially_refunded" and Refund.sum_of(order, "succeeded") == 500


def test_defect_25_declines_are_limited_before_another_intent_is_made(stage: Stage, marko: Marko) -> None:
    settings.save({"declines_per_order": 3, "declines_per_address_hour": 5, "declines_per_offer_hour": 7})
    for number in range(3):
        Marko(stage, marko.offer, f"visit-{number}").presses()
    marko.presses()
    for _ in range(3):
        marko.types(DECLINED)
    stage.deliver()
    tasks.handle_waiting_events()
    assert marko.order.status == "failed"
    assert marko.types(GOOD).status_code == 400, "its client secret is worth nothing any more"
    tester = Marko(stage, marko.offer, "visit-of-a-tester")
    tester.presses()
    tester.types(DECLINED)
    tester.types(DECLINED)
    stage.deliver()
    tasks.handle_waiting_events()
    intents = len(stage.book())
    by_address = Marko(stage, marko.offer, "visit-of-the-next").presses()
    assert by_address.status_code == 429 and {"retry_after", "challenge"} <= set(by_address.json)
    assert len(stage.book()) == intents
    assert Marko(stage, marko.offer, "visit-from-elsewhere").presses("198.51.100.9").status_code == 200


def test_also_events_of_other_systems_are_answered_and_change_nothing(stage: Stage) -> None:
    headers = {"Authorization": f"Bearer {accounts.secret_key(accounts.OLENA)}"}
    foreign = {"amount": 1999, "currency": "eur", "confirm": "true", "payment_method": "pm_card_visa"}
    foreign |= {"return_url": "https://other.example.com/back"}
    assert stage.simulator.test_client().post("/v1/payment_intents", data=foreign, headers=headers).status_code == 200
    stage.deliver()
    assert {one["state"] for one in stage.steer("deliveries", "GET").json["data"]} == {"delivered"}
    tasks.handle_waiting_events()
    assert WebhookEvent.select().where(WebhookEvent.handled_at.is_null()).count() == 0
    assert (Order.select().count(), Payment.select().count(), Email.select().count()) == (0, 0, 0)


def test_also_events_that_come_again_after_the_end_change_nothing(stage: Stage, marko: Marko) -> None:
    marko.presses()
    marko.types(DECLINED)
    stage.move(4 * DAY)
    stage.work()
    assert marko.order.status == "expired"
    before = kinds(marko.order)
    for event in {one["event"] for one in stage.steer("deliveries", "GET").json["data"]}:
        stage.steer(f"events/{event}/resend")
    stage.deliver()
    tasks.handle_waiting_events()
    assert (marko.order.status, kinds(marko.order)) == ("expired", before)
    assert alerts_of(marko.comes_back().text) == ""
