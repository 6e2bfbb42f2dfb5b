"""Price options: one offer that is paid at once, in installments or each month."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from storefront.errors import OfferNotPayable
from storefront.models import Merchant, Offer, Order, PriceOption
from storefront.offers import OptionFields
from storefront.pricing import Choice
from tests.cast import IVAN, MARKO, MARKOS_FORM
from tests.factories import make_offer
from tests.purchase_steps import buy, start_checkout
from tests.simulator_process import Simulator
from tests.web.admin_pages import text_of
from tests.web.query_count import queries_of

INSTALLMENTS = OptionFields("options-0", "3 installments", "35.00", kind="plan", instalments=3)
MONTHLY = OptionFields("options-1", "Monthly", "9.00", kind="recurring", trial_days=7)


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(
        merchant, "90.00", title="Course", slug="course", option_label="Pay once", options=(INSTALLMENTS, MONTHLY)
    )


@pytest.fixture
def ids(offer: Offer) -> list[int]:
    return [option.id for option in PriceOption.of_offer(offer)]


def page_of(client: FlaskClient, option: int | None = None) -> str:
    return client.get("/o/course" + (f"?option={option}" if option else "")).text


def button_of(page: str) -> str:
    found = re.search(r'<button type="submit"[^>]*>([^<]*)</button>', page)
    return found[1] if found else ""


def press(client: FlaskClient, **changes: object) -> Order:
    answer = client.post("/o/course/checkout", data=MARKOS_FORM | {name: str(v) for name, v in changes.items()})
    assert answer.status_code == 200, answer.json
    return Order.get(Order.token == answer.json["order"])


def test_the_first_option_is_chosen_and_each_shows_its_price(client: FlaskClient, ids: list[int]) -> None:
    page = page_of(client)
    assert "<legend>Price option</legend>" in page
    choices = re.findall(r'<input type="radio" name="option" value="(\d+)"[^>]*?( checked)?[ >]', page)
    assert [int(value) for value, _checked in choices] == ids
    assert re.findall(r'value="(\d+)" autocomplete="off" checked', page) == [str(ids[0])]
    text = text_of(page)
    assert "Pay once €90.00" in text
    assert "3 installments 3 monthly payments of €35.00" in text
    assert "Monthly €9.00 / month after a 7-day free trial" in text
    assert button_of(page) == "Pay €90.00"


@pytest.mark.parametrize(
    ("number", "button", "shown"),
    [(1, "Pay €35.00 now", "Total €105.00"), (2, "Start trial", "Today €0.00")],
)
def test_the_address_chooses_an_option(
    client: FlaskClient, ids: list[int], number: int, button: str, shown: str
) -> None:
    page = page_of(client, ids[number])
    assert button_of(page) == button
    assert shown in text_of(page.partition("<template")[0] + page.rpartition("</template>")[2])
    assert re.findall(r'value="(\d+)" autocomplete="off" checked', page) == [str(ids[number])]


def test_an_unknown_option_shows_the_first_one(client: FlaskClient, ids: list[int]) -> None:
    assert button_of(page_of(client, max(ids) + 1)) == "Pay €90.00"
    assert button_of(client.get("/o/course?option=x").text) == "Pay €90.00"


def test_an_order_costs_what_its_option_costs_and_keeps_its_label(client: FlaskClient, ids: list[int]) -> None:
    once = press(client)
    assert (once.amount, once.option_id, once.option_label, once.kind) == (9000, ids[0], "Pay once", "one_off")
    plan = press(client, option=ids[1], visit="visit-2", seen="EUR 3500", terms="plan-1-month-0-3-period_end")
    assert (plan.amount, plan.option_label, plan.instalments) == (3500, "3 installments", 3)
    assert plan.title == "Course – 3 installments"
    trial = press(client, option=ids[2], visit="visit-3")
    assert (trial.amount, trial.recurring_total.amount, trial.trial_days) == (0, 900, 7)
    PriceOption.delete().where(PriceOption.id == ids[1]).execute()
    assert Order.get_by_id(plan.id).option_label == "3 installments"
    assert "Course – 3 installments" in text_of(client.get(f"/orders/{plan.token}").text)


def test_another_option_in_the_same_visit_changes_the_order(client: FlaskClient, ids: list[int]) -> None:
    first = press(client, option=ids[1])
    again = press(client, option=ids[0])
    assert first.id == again.id
    assert (again.amount, again.kind, again.option_label) == (9000, "one_off", "Pay once")


def test_the_price_of_another_option_is_refused(client: FlaskClient, ids: list[int]) -> None:
    answer = client.post("/o/course/checkout", data=MARKOS_FORM | {"option": str(ids[0]), "seen": "EUR 3500"})
    assert answer.status_code == 422
    assert answer.json["errors"] == {
        "price": ["The price is now €90.00. You haven’t been charged. Press the button again to accept it."]
    }


def test_an_option_of_another_offer_is_refused(client: FlaskClient, offer: Offer, ids: list[int]) -> None:
    other = make_offer(offer.merchant, "1.00", option_label="Small", options=(replace(INSTALLMENTS, price="2.00"),))
    cheap = PriceOption.of_offer(other)[0].id
    for value in (str(cheap), "-1", "x", "9" * 12):
        answer = client.post("/o/course/checkout", data=MARKOS_FORM | {"option": value})
        assert answer.status_code == 422 and list(answer.json["errors"]) == ["option"]
    assert Order.select().count() == 0


def test_an_option_has_a_stock_of_its_own(merchant: Merchant, client: FlaskClient, simulator: Simulator) -> None:
    rare = OptionFields("options-0", "With a tutor", "200.00", stock=1)
    offer = make_offer(merchant, "90.00", slug="course", option_label="Alone", options=(rare,))
    alone, tutor = PriceOption.of_offer(offer)
    buy(offer, simulator, replace(MARKO, choice=Choice(option=tutor.id)))
    with pytest.raises(OfferNotPayable, match="sold_out"):
        start_checkout(offer, replace(IVAN, choice=Choice(option=tutor.id)))
    page = page_of(client)
    assert f'value="{tutor.id}" autocomplete="off" disabled' in page and "€200.00 · Sold out" in text_of(page)
    assert start_checkout(offer, replace(IVAN, choice=Choice(option=alone.id))).client_secret
    assert Order.get(Order.option_id == tutor.id).amount == 20000


def test_the_page_reads_everything_in_one_query(client: FlaskClient, ids: list[int]) -> None:
    page_of(client, ids[1])
    assert queries_of(client, f"/o/course?option={ids[1]}") == 1


def test_the_owner_chooses_the_option_that_is_preselected(client: FlaskClient, merchant: Merchant) -> None:
    monthly = replace(MONTHLY, preselected=True)
    offer = make_offer(merchant, "90.00", slug="course", option_label="Once", options=(INSTALLMENTS, monthly))
    once, _plan, preselected = PriceOption.of_offer(offer)
    assert preselected.preselected
    page = page_of(client)
    assert re.findall(r'value="(\d+)" autocomplete="off" checked', page) == [str(preselected.id)]
    assert button_of(page) == "Start trial"
    # A browser that sends no option gets what the page opens with.
    assert press(client).option_id == preselected.id
    assert button_of(page_of(client, once.id)) == "Pay €90.00"


def test_a_preselected_option_that_is_sold_out_leaves_its_place_to_the_first_one(
    client: FlaskClient, merchant: Merchant
) -> None:
    gone = OptionFields("options-0", "Gone", "5.00", stock=0, preselected=True)
    offer = make_offer(merchant, "90.00", slug="course", option_label="Once", options=(gone,))
    assert button_of(page_of(client)) == "Pay €90.00"
    assert f'value="{PriceOption.of_offer(offer)[1].id}" autocomplete="off" disabled' in page_of(client)


def test_customers_choose_the_price_of_any_option(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    club = OptionFields(
        "options-0", "Club", "", kind="recurring", pay_what_you_want=True, minimum_price="3", suggested_price="7.50"
    )
    offer = make_offer(merchant, "90.00", slug="course", option_label="Once", options=(club,))
    once, own = PriceOption.of_offer(offer)
    assert (once.minimum_amount, own.minimum_amount, own.amount) == (None, 300, 750)
    page = page_of(client, own.id)
    assert "Club From €3.00 / month" in text_of(page) and 'name="price" type="text"' in page
    assert 'value="7.50"' in page and "In EUR, €3.00 or more" in text_of(page)
    order = press(client, option=own.id, price="4,20", seen="EUR 420", terms="recurring-1-month-0-0-period_end")
    assert (order.amount, order.recurring_total.amount, order.option_label) == (420, 420, "Club")
    answer = client.post("/o/course/checkout", data=MARKOS_FORM | {"option": str(own.id), "price": "2.99"})
    assert answer.status_code == 422 and answer.json["errors"] == {"price": ["Enter €3.00 or more."]}
    # The price of the other option is not theirs to choose.
    assert press(client, option=once.id, price="0.50", visit="visit-4", seen="EUR 9000").amount == 9000


def test_the_first_option_has_a_stock_of_its_own_and_each_says_what_is_left(
    merchant: Merchant, client: FlaskClient, simulator: Simulator
) -> None:
    tutor = OptionFields("options-0", "With a tutor", "200.00", stock=3)
    offer = make_offer(merchant, "90.00", slug="course", option_label="Alone", first_stock=1, options=(tutor,))
    alone, with_tutor = PriceOption.of_offer(offer)
    assert (alone.stock, Offer.get_by_id(offer.id).least_stock) == (1, 1)
    assert "Alone €90.00 · 1 left" in text_of(page_of(client))
    buy(offer, simulator, replace(MARKO, choice=Choice(option=alone.id)))
    with pytest.raises(OfferNotPayable, match="sold_out"):
        start_checkout(offer, replace(IVAN, choice=Choice(option=alone.id)))
    text = text_of(page_of(client))
    assert "Alone €90.00 · Sold out" in text and "With a tutor €200.00 · 3 left" in text
    buy(offer, simulator, replace(IVAN, choice=Choice(option=with_tutor.id)))
    assert "€200.00 · 2 left" in text_of(page_of(client))


def test_an_option_with_fewer_pieces_than_an_order_must_have_is_sold_out(
    merchant: Merchant, client: FlaskClient
) -> None:
    few = OptionFields("options-0", "Few", "20.00", stock=11)
    make_offer(
        merchant, "9.00", slug="course", option_label="Many", options=(few,), min_quantity=12, max_quantity=20, stock=15
    )
    page = page_of(client)
    assert "Few €20.00 · Sold out" in text_of(page) and 'min="12" max="15"' in page


def test_the_quantity_ends_with_what_is_left_of_the_chosen_option(client: FlaskClient, merchant: Merchant) -> None:
    few = OptionFields("options-0", "Few", "20.00", stock=3)
    offer = make_offer(merchant, "9.00", slug="course", option_label="Many", options=(few,), max_quantity=20, stock=15)
    many, limited = PriceOption.of_offer(offer)
    assert 'min="1" max="15"' in page_of(client) and 'min="1" max="3"' in page_of(client, limited.id)
    for option, most in ((many, 15), (limited, 3)):
        assert re.search(rf'name="option" value="{option.id}"[^>]* data-most="{most}"', page_of(client))


@pytest.mark.parametrize(
    ("language", "shown"), [("en", "From €9.00 / month"), ("uk", "Від 9,00 € на місяць"), ("ru", "От 9,00 € в месяц")]
)
def test_the_home_page_shows_from_which_price_on(client: FlaskClient, offer: Offer, language: str, shown: str) -> None:
    plain = replace(MONTHLY, trial_days=0)
    make_offer(offer.merchant, "90.00", title="Plain", option_label="Once", options=(plain,))
    text = text_of(client.get(f"/?lang={language}").text).replace("\xa0", " ")
    assert shown in text
    client.get("/")
    assert queries_of(client, "/") == 1


@pytest.mark.parametrize(
    ("price", "options", "shown"),
    [
        ("90.00", (INSTALLMENTS,), "From €90.00"),
        ("150.00", (INSTALLMENTS,), "From €105.00"),
        ("9.00", (replace(MONTHLY, label="Other", kind="one_off", trial_days=0),), "Course €9.00 "),
        ("20.00", (OptionFields("options-0", "Own", "", pay_what_you_want=True, minimum_price="5"),), "From €5.00"),
    ],
)
def test_the_home_page_counts_all_payments_of_a_plan(
    client: FlaskClient, merchant: Merchant, price: str, options: tuple[OptionFields, ...], shown: str
) -> None:
    make_offer(merchant, price, title="Course", description="", option_label="First", options=options)
    assert shown in text_of(client.get("/").text) + " "
