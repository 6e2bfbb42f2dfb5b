"""What strangers may start, how often, and which emails follow."""

from itertools import count

import pytest
from werkzeug.test import TestResponse

from storefront import db, settings
from storefront.models import Email, Offer, Order, Payment
from storefront.payments import proof_of_work
from stripe_simulator import accounts
from tests.cards import DECLINED, GOOD
from tests.factories import make_offer
from tests.money.buyer import Marko
from tests.money.in_process_shop import InProcessShop
from tests.proofs_of_work import solve
from tests.web_client import browser

ADVERTISEMENT = "You have won a prize, call 0800 123 456 or open https://evil.example/prize today"
HOUR = 3600.0


@pytest.fixture
def shop(shared_shop: InProcessShop, monkeypatch: pytest.MonkeyPatch) -> InProcessShop:
    """An empty shop whose proofs of work are cheap."""
    monkeypatch.setattr(proof_of_work, "COST", 20)
    shared_shop.reset()
    return shared_shop


@pytest.fixture
def offer(shop: InProcessShop) -> Offer:
    return newest_offer()


def newest_offer() -> Offer:
    with db.connection():
        return Offer.select().order_by(Offer.id.desc()).get()


class Strangers:
    """People who press Pay, each with a visit of their own."""

    def __init__(self, shop: InProcessShop, offer: Offer) -> None:
        self.shop, self.offer = shop, offer
        self._visits = (f"visit-of-a-stranger-{number:04}" for number in count())

    def press(self, address: str, visit: str = "", **changes: str) -> TestResponse:
        form = {"email": "victim@example.com", "name": "Marko", "visit": visit or next(self._visits), "quantity": "1"}
        client = browser(self.shop.app)
        client.environ_base["REMOTE_ADDR"] = address
        answer = self.shop.request("POST", f"/o/{self.offer.slug}/checkout", client, data={**form, **changes})
        assert answer is not None
        return answer

    def press_with_proof(self, address: str, **changes: str) -> TestResponse:
        """Press, solve the challenge of the answer, and press again, as the page's script does."""
        visit = changes.pop("visit", "") or next(self._visits)
        refused = self.press(address, visit, **changes)
        assert refused.status_code == 429, refused.text
        return self.press(address, visit, proof=solve(refused.json["challenge"]), **changes)

    def decline_card(self, answer: TestResponse) -> None:
        """Try a card that is declined, and let the shop learn of it."""
        key = self.shop.orders()[0].offer.merchant.publishable_key
        self.shop.confirm(key, answer.json["client_secret"], DECLINED)
        self.shop.request("GET", f"/orders/{answer.json['order']}")


def test_a_thousand_checkouts_by_strangers_cause_few_emails_and_none_with_their_text(
    shop: InProcessShop, offer: Offer
) -> None:
    """A twentieth of a thousand, from a twentieth of 500 addresses, with a twentieth of the usual ceiling of emails."""
    with db.connection():
        settings.save({"unpaid_emails_per_day": 10})
    strangers = Strangers(shop, offer)
    for number in range(50):
        victim = f"victim-{number % 25}@example.com"
        answer = strangers.press(f"192.0.2.{number % 25}", email=victim, name=ADVERTISEMENT)
        assert answer.status_code == 200, answer.text
        if number % 25 % 2:
            strangers.decline_card(answer)
        client = browser(shop.app)
        client.environ_base["REMOTE_ADDR"] = f"192.0.2.{number % 25}"
        shop.request("POST", "/my", client, data={"email": victim})
    for _ in range(3):
        shop.advance_clock(1800)
        shop.run_worker()
    sent = emails_to_customers()
    assert len(sent) == 10, "no more than the ceiling"
    assert {email.kind for email in sent} == {"payment_waits"}, "nobody is a customer, so nobody gets a link"
    assert len({email.recipient for email in sent}) == 10, "one for each address"
    shop.advance_clock(71 * HOUR)
    for _ in range(3):
        shop.run_worker()
    assert {order.status for order in shop.orders()} == {"expired"}
    sent = emails_to_customers()
    recipients = [email.recipient for email in sent if email.kind == "order_expired"]
    assert len(recipients) == len(set(recipients)) == 10
    assert all(int(one.split("-")[1].split("@")[0]) % 2 for one in recipients), "a card was tried for their orders"
    for email in sent:
        assert not any(word in email.subject + email.text + email.html for word in ("prize", "0800", "evil"))
        assert "Hi,\n" in email.text, "the greeting has no name"


def emails_to_customers() -> list[Email]:
    with db.connection():
        return list(Email.select().where(Email.recipient != "", Email.state == "kept"))


def test_an_order_without_a_card_gets_no_email_and_makes_nobody_a_customer(shop: InProcessShop, offer: Offer) -> None:
    Strangers(shop, offer).press("192.0.2.1")
    request_link(shop, "victim@example.com")
    shop.advance_clock(80 * HOUR)
    shop.run_worker()
    assert shop.orders()[0].status == "expired"
    assert emails_to_customers() == []
    Marko(shop, offer).buy()
    request_link(shop, "marko@example.com")
    shop.run_worker()
    assert {email.kind for email in emails_to_customers()} == {"receipt", "buyer_link"}


def test_a_name_stays_in_the_emails_of_its_order(shop: InProcessShop, offer: Offer) -> None:
    marko = Marko(shop, offer)
    marko.start_checkout(name="Marko di San-Pietro")
    marko.confirm_card(GOOD)
    marko.open_order()
    shop.run_worker()
    (receipt,) = emails_to_customers()
    assert "Marko di San-Pietro" in receipt.text


def request_link(shop: InProcessShop, email: str) -> None:
    answer = shop.request("POST", "/my", data={"email": email})
    assert answer is not None and answer.status_code == 200


def test_an_address_is_asked_for_work_and_refused_only_far_beyond_its_limit(shop: InProcessShop, offer: Offer) -> None:
    with db.connection():
        settings.save({"checkouts_per_address_hour": 4, "checkouts_refused_times": 3})
    strangers = Strangers(shop, offer)
    for number in range(4):
        assert strangers.press(f"2001:db8:1:2::{number}").status_code == 200
    assert strangers.press("2001:db8:1:2:ffff::1").status_code == 429, "a /64 network is one address"
    assert strangers.press("192.0.2.1").status_code == 200
    costs = []
    for _ in range(8):
        refused = strangers.press("2001:db8:1:2::9", visit="visit-of-one-browser")
        costs.append(refused.json["challenge"]["parameters"]["cost"])
        assert strangers.press_with_proof("2001:db8:1:2::9").status_code == 200
    assert costs == 4 * [20] + 4 * [40], "the work doubles"
    refused = strangers.press("2001:db8:1:2::9")
    assert (refused.status_code, "challenge" in refused.json) == (429, False)
    assert refused.json["retry_after"] == HOUR == float(refused.headers["Retry-After"])
    assert len(shop.orders()) == 13
    assert len(shop.at_stripe("payment_intent")) == 13, "refused checkouts are unknown to Stripe"
    shop.advance_clock(HOUR)
    assert strangers.press("2001:db8:1:2::9").status_code == 200


def test_paid_checkouts_and_presses_of_the_same_visit_do_not_count(shop: InProcessShop, offer: Offer) -> None:
    """An office with one address: its people pay, reload the page and press twice."""
    with db.connection():
        settings.save({"checkouts_per_address_hour": 2})
    for number in range(4):
        Marko(shop, offer, visit=f"visit-of-a-colleague-{number}").buy()
    strangers = Strangers(shop, offer)
    for _ in range(2):
        assert strangers.press("192.0.2.7", visit="visit-that-is-repeated").status_code == 200
    assert strangers.press("192.0.2.7").status_code == 200
    assert strangers.press("192.0.2.7").status_code == 429
    assert strangers.press("192.0.2.7", visit="visit-that-is-repeated").status_code == 200


@pytest.mark.parametrize("limit", ["checkouts_per_email_hour", "checkouts_per_shop_hour"])
def test_one_email_address_and_the_whole_shop_have_limits(limit: str, shop: InProcessShop, offer: Offer) -> None:
    with db.connection():
        settings.save({limit: 3, "checkouts_refused_times": 2})
    strangers = Strangers(shop, offer)
    for number in range(3):
        assert strangers.press(f"192.0.2.{number}").status_code == 200
    for number in range(3):
        assert strangers.press_with_proof(f"192.0.2.{number}").status_code == 200
    assert "challenge" not in strangers.press("192.0.2.1").json, "an address with unpaid checkouts of its own"
    assert strangers.press_with_proof("198.51.100.9").status_code == 200, "the others can still pay"
    other = strangers.press("198.51.100.10", email="marko@example.com")
    assert other.status_code == (200 if limit == "checkouts_per_email_hour" else 429)


def test_zero_disables_the_limits(shop: InProcessShop, offer: Offer) -> None:
    with db.connection():
        settings.save(
            dict.fromkeys(
                (
                    "checkouts_per_address_hour",
                    "checkouts_per_email_hour",
                    "checkouts_per_shop_hour",
                    "presses_per_visit",
                ),
                0,
            )
        )
    strangers = Strangers(shop, offer)
    assert {strangers.press("192.0.2.1").status_code for _ in range(62)} == {200}
    assert {strangers.press("192.0.2.1", visit="visit-of-one-browser").status_code for _ in range(12)} == {200}


def test_sixty_unpaid_checkouts_from_one_address_need_no_work(shop: InProcessShop, offer: Offer) -> None:
    strangers = Strangers(shop, offer)
    assert [strangers.press("192.0.2.1").status_code for _ in range(61)] == [200] * 60 + [429]


def test_a_visit_is_pressed_ten_times_in_ten_minutes(shop: InProcessShop, offer: Offer) -> None:
    """Each change of the quantity makes another intent."""
    strangers = Strangers(shop, offer)
    answers = [
        strangers.press("192.0.2.1", visit="visit-of-one-browser", quantity=str(1 + number % 2)) for number in range(30)
    ]
    assert [answer.status_code for answer in answers] == [200] * 10 + [429] * 20
    assert answers[-1].json["retry_after"] == 600
    with db.connection():
        assert Payment.select().count() == 10
    assert len(shop.at_stripe("payment_intent")) == 10
    paying = shop.request(
        "POST", f"/orders/{answers[0].json['order']}/pay", data={"email": "m@example.com", "name": "M"}
    )
    assert paying is not None and paying.status_code == 429, "the order's page is the same visit"
    shop.advance_clock(600)
    assert strangers.press("192.0.2.1", visit="visit-of-one-browser").status_code == 200


def test_a_customer_whose_cards_fail_may_go_on_pressing(shop: InProcessShop, offer: Offer) -> None:
    with db.connection():
        settings.save({"presses_per_visit": 2})
    customer = Strangers(shop, offer)
    for _attempt in range(6):
        pressed = customer.press("192.0.2.1", visit="visit-of-one-browser")
        assert pressed.status_code == 200
        shop.confirm(accounts.publishable_key(accounts.OLENA), pressed.json["client_secret"], DECLINED)
        shop.deliver_webhooks()
        shop.run_worker()
    assert [customer.press("192.0.2.1", visit="visit-of-one-browser").status_code for _ in range(3)] == [200, 200, 429]


def test_strangers_do_not_hold_a_stock_for_ever(shop: InProcessShop) -> None:
    """Twenty pieces; fifty strangers press every ten minutes for an hour and do no work. A buyer gets a piece."""
    offer = limited_offer()
    strangers = Strangers(shop, offer)
    visits = {f"198.51.100.{number}": f"visit-of-{number}-at-0" for number in range(50)}
    for minute in range(0, 70, 10):
        shop.run_worker()
        for address, visit in list(visits.items()):
            answer = strangers.press(address, visit, email=f"{address}@example.com")
            assert minute or answer.status_code in (200, 503), "a first checkout is never challenged"
            if "next" in (answer.json or {}):
                visits[address] = f"{visit.rsplit('-', 1)[0]}-{minute}"
        if minute < 30:
            assert Marko(shop, offer, visit=f"visit-of-marko-{minute}").start_checkout().status_code == 503
        shop.advance_clock(600)
    shop.run_worker()
    assert Marko(shop, offer).buy().status == "paid"


def limited_offer(**fields: object) -> Offer:
    with db.connection():
        return make_offer(Offer.get().merchant, stock=20, max_quantity=5, **fields)


def test_a_hold_without_a_card_is_renewed_only_with_work_and_never_beyond_twice_its_time(shop: InProcessShop) -> None:
    offer = limited_offer()
    strangers = Strangers(shop, offer)
    visits = [f"visit-of-a-holder-{number}" for number in range(4)]
    for visit in visits:
        assert strangers.press("192.0.2.1", visit, quantity="5").status_code == 200, "first checkouts need no work"
    assert strangers.press("192.0.2.1", visits[0], quantity="5").status_code == 200, "a second press renews nothing"
    shop.advance_clock(20 * 60)
    assert strangers.press("192.0.2.1", visits[0], quantity="5").status_code == 429
    assert strangers.press_with_proof("192.0.2.1", visit=visits[0], quantity="5").status_code == 200
    shop.advance_clock(11 * 60)
    shop.run_worker()
    assert [order.status for order in shop.orders()] == ["pending", "expired", "expired", "expired"]
    assert strangers.press("192.0.2.1", quantity="2").status_code == 200, "little is held: no work to begin again"
    shop.advance_clock(15 * 60)
    assert strangers.press("192.0.2.1", visits[0], quantity="5").status_code == 429
    order = shop.orders()[0]
    assert strangers.press_with_proof("192.0.2.1", visit=visits[0], quantity="5").status_code == 200
    renewed = shop.orders()[0]
    assert renewed.expires_at and (renewed.expires_at - renewed.created_at).total_seconds() == HOUR
    assert renewed.expires_at > order.expires_at
    shop.advance_clock(15 * 60)
    over = strangers.press("192.0.2.1", visits[0], quantity="5")
    assert over.json["next"] == f"/orders/{order.token}"
    assert shop.orders()[0].status == "expired"


def test_beginning_again_needs_work_while_strangers_hold_much(shop: InProcessShop) -> None:
    offer = limited_offer()
    strangers = Strangers(shop, offer)
    strangers.press("192.0.2.1", quantity="5")
    shop.advance_clock(31 * 60)
    shop.run_worker()
    for _ in range(2):
        assert strangers.press("192.0.2.2", quantity="3").status_code == 200
    assert strangers.press("192.0.2.1").status_code == 429
    assert strangers.press("192.0.2.3").status_code == 200, "a first checkout is never challenged"
    assert strangers.press_with_proof("192.0.2.1").status_code == 200


def test_a_tried_card_needs_no_work_to_renew_its_hold(shop: InProcessShop) -> None:
    offer = limited_offer()
    strangers = Strangers(shop, offer)
    strangers.press("192.0.2.1", quantity="5")
    strangers.press("192.0.2.1", quantity="5")
    answer = strangers.press("192.0.2.1", "visit-of-a-buyer-0001")
    strangers.decline_card(answer)
    shop.advance_clock(20 * 60)
    assert strangers.press("192.0.2.1", "visit-of-a-buyer-0001").status_code == 200
    with db.connection():
        assert Order.get(Order.token == answer.json["order"]).expires_at


def test_presses_that_stripe_did_not_answer_do_not_count(shop: InProcessShop, offer: Offer) -> None:
    """The customer was told to press again."""
    marko = Marko(shop, offer)
    for _ in range(12):
        shop.control("faults", path="/v1/payment_intents*", kind="error_before", times=10)
        assert marko.start_checkout().status_code == 503
    shop.clear_faults()
    assert marko.buy().status == "paid"
