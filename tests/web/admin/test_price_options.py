"""Admin → Offers: price options in the form of an offer."""

import csv
import io
from dataclasses import replace

from flask.testing import FlaskClient

from storefront import emails
from storefront.models import Email, Merchant, Offer, PriceOption, Subscription
from storefront.offers import OptionFields, duplicate
from storefront.pricing import Choice
from tests.cast import MARKO
from tests.factories import make_offer
from tests.purchase_steps import buy, start_checkout
from tests.simulator_process import Simulator
from tests.web.admin.test_offers import save
from tests.web.admin_pages import post, text_of

MONTHLY = {
    "options-0-label": "Monthly",
    "options-0-kind": "recurring",
    "options-0-price": "9,00",
    "options-0-every": "1",
    "options-0-interval": "month",
    "options-0-trial_days": "7",
    "options-0-cancellation": "period_end",
    "options-0-stock": "",
}
WITH_OPTIONS = {"options-shown": "y", "option_label": "Pay once", **MONTHLY}


def options() -> list[tuple[str, int, str]]:
    return [(option.label, option.amount, option.terms_code()) for option in PriceOption.of_offer(Offer.get())]


def test_options_are_saved_changed_and_removed(admin: FlaskClient) -> None:
    assert save(admin, **WITH_OPTIONS).status_code == 303
    assert options() == [("Pay once", 1999, "one_off"), ("Monthly", 900, "recurring-1-month-7-0-period_end")]
    offer = Offer.get()
    first, monthly = PriceOption.of_offer(offer)
    page = admin.get(f"/admin/offers/{offer.id}").text
    assert 'name="options-0-label" type="text" value="Monthly"' in page
    changed = {**WITH_OPTIONS, "options-0-id": str(monthly.id), "options-0-price": "10.00"}
    changed |= {"options-5-label": "Yearly", "options-5-kind": "recurring", "options-5-interval": "year"}
    changed |= {"options-5-price": "90", "options-5-every": "1", "options-5-stock": "3"}
    changed |= {"options-5-cancellation": "period_end"}
    assert save(admin, f"/admin/offers/{offer.id}", price="20.00", **changed).status_code == 303
    assert [(one.id, one.amount) for one in PriceOption.of_offer(Offer.get())][:2] == [
        (first.id, 2000),
        (monthly.id, 1000),
    ]
    assert options()[2] == ("Yearly", 9000, "recurring-1-year-0-0-period_end")
    assert Offer.get().least_stock == 3
    # A form of before, which knows no options, keeps them.
    assert save(admin, f"/admin/offers/{offer.id}", price="21.00").status_code == 303
    assert [amount for _label, amount, _terms in options()] == [2100, 1000, 9000]
    assert save(admin, f"/admin/offers/{offer.id}", **{"options-shown": "y"}).status_code == 303
    assert PriceOption.select().count() == 0 and Offer.get().option_count == 0


def test_each_option_has_its_own_kind_of_price_stock_and_may_be_preselected(admin: FlaskClient) -> None:
    own = {"options-0-pay_what_you_want": "y", "options-0-minimum_price": "3", "options-0-suggested_price": "7.50"}
    changed = {**WITH_OPTIONS, **own, "options-0-price": "", "options-0-preselected": "y", "first_stock": "4"}
    assert save(admin, **changed).status_code == 303
    offer = Offer.get()
    first, monthly = PriceOption.of_offer(offer)
    assert (first.stock, first.preselected, offer.stock, offer.option_stock) == (4, False, None, 4)
    assert (monthly.minimum_amount, monthly.amount, monthly.preselected) == (300, 750, True)
    page = admin.get(f"/admin/offers/{offer.id}").text
    for shown in (
        'name="options-0-pay_what_you_want" value="y" checked',
        'name="options-0-minimum_price" type="text" value="3.00"',
        'name="options-0-suggested_price" type="text" value="7.50"',
        'name="options-0-preselected" value="y" checked',
        'name="first_stock" type="text" value="4"',
    ):
        assert shown in page, shown
    # The boxes move with their row.
    second = {"options-1-label": "Yearly", "options-1-price": "90", "options-1-kind": "one_off"}
    answer = save(admin, **changed, **second, rows="options down 0")
    assert 'name="options-1-preselected" value="y" checked' in answer.text
    assert 'name="options-1-pay_what_you_want" value="y" checked' in answer.text


def test_only_one_option_is_preselected_and_its_prices_fit(admin: FlaskClient) -> None:
    second = {"options-1-label": "Yearly", "options-1-price": "90", "options-1-kind": "one_off"}
    both = {"options-0-preselected": "y", "options-1-preselected": "y"}
    answer = save(admin, **WITH_OPTIONS, **second, **both)
    assert answer.status_code == 422 and Offer.select().count() == 0
    assert 'id="offer-options-1-preselected-error" class="field-error">Only one option' in answer.text
    own = {"options-0-pay_what_you_want": "y", "options-0-minimum_price": "9", "options-0-suggested_price": "5"}
    answer = save(admin, **WITH_OPTIONS, **own)
    assert 'id="offer-options-0-suggested_price-error" class="field-error">Enter €9.00 or more.' in answer.text


def test_errors_stand_at_the_option_and_nothing_typed_is_lost(admin: FlaskClient) -> None:
    answer = save(admin, **{**WITH_OPTIONS, "options-0-label": "", "options-0-price": "0.10", "options-0-every": "x"})
    assert answer.status_code == 422 and Offer.select().count() == 0
    # What is no number is told first.
    assert 'id="offer-options-0-every-error" class="field-error">Enter a whole number.' in answer.text
    answer = save(admin, **{**WITH_OPTIONS, "options-0-label": "", "options-0-price": "0.10"})
    assert answer.status_code == 422 and Offer.select().count() == 0
    assert 'id="offer-options-0-price-error" class="field-error">Stripe’s minimum is €0.50.' in answer.text
    assert 'id="offer-options-0-label-error" class="field-error">Enter a label. Customers choose by it.' in answer.text
    assert 'href="#offer-options-0-price"' in answer.text
    assert 'name="options-0-price" type="text" value="0.10"' in answer.text


def test_without_javascript_buttons_add_and_remove_a_row(admin: FlaskClient) -> None:
    answer = save(admin, title="Kept", rows="options add")
    assert answer.status_code == 200 and Offer.select().count() == 0
    assert 'value="Kept"' in answer.text and 'name="options-0-label"' in answer.text
    answer = save(admin, **WITH_OPTIONS, rows="options add")
    assert 'value="Monthly"' in answer.text and 'name="options-1-label"' in answer.text
    answer = save(admin, **WITH_OPTIONS, rows="options remove 0")
    assert answer.status_code == 200 and 'name="options-0-label"' not in answer.text


def test_a_copy_has_options_of_its_own(merchant: Merchant) -> None:
    offer = make_offer(merchant, option_label="Once", options=(OptionFields("options-0", "Full", "50.00"),))
    copied = PriceOption.of_offer(duplicate(offer))
    assert [(option.label, option.amount) for option in copied] == [("Once", 1999), ("Full", 5000)]
    assert not {option.id for option in copied} & {option.id for option in PriceOption.of_offer(offer)}


def test_the_order_and_its_export_name_the_option(admin: FlaskClient, merchant: Merchant) -> None:
    offer = make_offer(merchant, title="Course", options=(OptionFields("options-0", "Full", "50.00"),))
    full = PriceOption.of_offer(offer)[1]
    order = start_checkout(offer, replace(MARKO, choice=Choice(option=full.id))).order
    assert "Course – Full" in text_of(admin.get(f"/admin/orders/{order.token}").text)
    rows = list(csv.DictReader(io.StringIO(admin.get("/admin/orders.csv").text.lstrip("\ufeff"))))
    assert [(row["title"], row["price_option"], row["amount"]) for row in rows] == [("Course – Full", "Full", "50.00")]


def test_the_list_the_share_panel_and_the_sheet_say_from_which_price_on(admin: FlaskClient, merchant: Merchant) -> None:
    make_offer(merchant, "30.00", title="Plain")
    monthly = OptionFields("options-0", "Monthly", "9.00", kind="recurring", preselected=True)
    offer = make_offer(merchant, "90.00", title="Course", option_label="Pay once", options=(monthly,), language="uk")
    listed = text_of(admin.get("/admin/offers").text)
    assert "From €9.00 / month" in listed and "€30.00" in listed and "€90.00" not in listed
    page = admin.get(f"/admin/offers/{offer.id}").text
    assert '<p class="share-line"><strong>From €9.00 / month</strong></p>' in page
    # The page opens with the subscription.
    assert "&gt;Підписатися&lt;" in page
    sheet = text_of(admin.get(f"/admin/offers/{offer.id}/qr-code/print").text).replace("\xa0", " ")
    assert "Від 9,00 € на місяць" in sheet


def test_a_subscription_names_its_price_option_everywhere(
    admin: FlaskClient, client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    yearly = OptionFields("options-0", "Yearly", "90.00", kind="recurring", interval="year")
    offer = make_offer(
        merchant, "9.00", title="Club", kind="recurring", option_label="Monthly", options=(yearly,), slug="club"
    )
    choice = Choice(option=PriceOption.of_offer(offer)[1].id)
    order = buy(offer, simulator, replace(MARKO, choice=choice))
    subscription = Subscription.get()
    page = text_of(admin.get(f"/admin/subscriptions/{subscription.public_id}").text)
    assert "Club – Yearly" in page and "Price option Yearly" in page
    assert "Club – Yearly" in text_of(admin.get("/admin/subscriptions").text)
    exported = post(admin, "/admin/subscriptions.csv", chosen=subscription.public_id).text.lstrip("\ufeff")
    (row,) = csv.DictReader(io.StringIO(exported))
    assert (row["title"], row["price_option"]) == ("Club – Yearly", "Yearly")
    receipt = Email.get(Email.kind == "receipt", Email.order == order)
    assert "Club – Yearly" in emails.render(receipt, "en").text
    assert "Club – Yearly" in text_of(client.get(f"/my/{emails.make_account_token(order.email)}").text)
