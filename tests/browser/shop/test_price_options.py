"""Price options from the owner's form to the customer's order."""

import re

from playwright.sync_api import expect

from storefront.offers import OptionFields
from tests.browser.actors import Buyer, Owner
from tests.browser.shop_process import Shop
from tests.cards import GOOD


def test_the_owner_adds_options_and_a_customer_chooses_one(owner: Owner, buyer: Buyer, shop: Shop) -> None:
    shop.make_offer(shop.connect_merchant(), price="90.00", title="Course", slug="course")
    page = owner.page
    owner.open(f"/admin/offers/{shop.offers()[0].id}")
    page.get_by_role("button", name="Add price option").click()
    row = page.get_by_role("group", name="Price option")
    expect(row.get_by_label("Label")).to_be_focused()
    row.get_by_label("Label").fill("3 installments")
    row.get_by_label("Price", exact=True).fill("35")
    expect(row.get_by_label("Instalments")).not_to_be_visible()
    row.get_by_label("Kind").select_option(label="Payment plan")
    row.get_by_label("Instalments").fill("3")
    page.get_by_label("Name of the first option").fill("Pay once")
    page.get_by_role("button", name="Add price option").click()
    expect(row).to_have_count(2)
    row.last.get_by_label("Label").fill("Club")
    row.last.get_by_label("Kind").select_option(label="Recurring")
    expect(row.last.get_by_label("Minimum price")).to_have_count(0)
    row.last.get_by_label("Pay what you want").check()
    expect(page.get_by_label("Minimum price")).to_have_count(1)
    row.last.get_by_label("Minimum price").fill("3")
    row.last.get_by_label("Suggested price").fill("7.50")
    row.last.get_by_label("Stock").fill("2")
    # One at most.
    row.last.get_by_label("Preselected").check()
    row.first.get_by_label("Preselected").check()
    expect(row.last.get_by_label("Preselected")).not_to_be_checked()
    row.last.get_by_label("Preselected").check()
    page.get_by_role("button", name="Add price option").click()
    expect(row).to_have_count(3)
    row.last.get_by_role("button", name="Remove price option 4").click()
    expect(row).to_have_count(2)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")

    buyer.open(f"{shop.url}/o/course?utm_source=news&utm_campaign=spring")
    # The page is the same for every campaign; its links to other languages keep this one.
    links = buyer.page.locator(".language-switch a")
    expect(links.first).to_have_attribute("href", "/o/course?lang=uk&utm_source=news&utm_campaign=spring")
    links.get_by_text("US").click()
    expect(buyer.page).to_have_url(re.compile("lang=en&utm_source=news&utm_campaign=spring$"))
    choice = buyer.page.get_by_role("group", name="Price option")
    expect(choice.get_by_role("radio", name="Club From €3.00 / month · 2 left")).to_be_checked()
    own = buyer.page.get_by_label("Your price")
    expect(own).to_have_value("7.50")
    own.fill("8")
    expect(buyer.page.locator("#consent")).to_contain_text("charge it €8.00 every month")
    choice.get_by_role("radio", name="Pay once").check()
    expect(own).to_have_count(0)
    expect(buyer.pay_button).to_have_text("Pay €90.00")
    choice.get_by_role("radio", name="3 installments").check()
    expect(buyer.pay_button).to_have_text("Pay €35.00 now")
    expect(buyer.page.locator("#price")).to_have_text("3 monthly payments of €35.00")
    expect(buyer.page.locator(".charges")).to_contain_text("Total€105.00")
    expect(buyer.page.locator("#consent")).to_contain_text("charge it €35.00 today and 2 more times")
    choice.get_by_role("radio", name="Pay once").check()
    expect(buyer.page.locator("#consent")).to_have_count(0)
    choice.get_by_role("radio", name="3 installments").check()
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.press_pay()
    buyer.expect_thank_you_page()
    expect(buyer.page.locator("main")).to_contain_text("Course – 3 installments")
    (order,) = shop.orders()
    assert (order.amount, order.option_label, order.status) == (3500, "3 installments", "paid")
    assert order.arrival == {"utm_source": "news", "utm_campaign": "spring"}


def test_a_customer_pays_what_they_want(owner: Owner, buyer: Buyer, shop: Shop) -> None:
    shop.make_offer(shop.connect_merchant(), price="9.00", title="Zine", slug="zine")
    page = owner.page
    owner.open(f"/admin/offers/{shop.offers()[0].id}")
    expect(page.get_by_label("Minimum price")).to_have_count(0)
    page.get_by_label("Pay what you want").check()
    page.get_by_label("Minimum price").fill("2")
    page.get_by_label("Suggested price").fill("6")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")

    buyer.open(f"{shop.url}/o/zine")
    price = buyer.page.get_by_label("Your price")
    expect(price).to_have_value("6.00")
    buyer.fill_contact()
    buyer.type_card(GOOD)
    price.fill("1")
    expect(buyer.pay_button).to_have_text("Pay €1.00")
    buyer.press_pay()
    expect(price).to_have_accessible_description("In EUR, €2.00 or more Enter €2.00 or more.")
    expect(price).to_be_focused()
    price.fill("7.5")
    expect(buyer.pay_button).to_have_text("Pay €7.50")
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [(order.amount, order.status) for order in shop.orders()] == [(750, "paid")]


def test_the_quantity_can_not_exceed_what_is_left_of_the_chosen_option(buyer: Buyer, shop: Shop) -> None:
    tutor = OptionFields("options-0", "With a tutor", "200.00", stock=2)
    merchant = shop.connect_merchant()
    address = shop.make_offer(merchant, price="90.00", option_label="Alone", options=(tutor,), max_quantity=5, stock=4)
    buyer.open(address)
    quantity = buyer.page.get_by_label("Quantity")
    expect(quantity).to_have_attribute("max", "4")
    quantity.fill("3")
    expect(buyer.pay_button).to_have_text("Pay €270.00")
    buyer.page.get_by_role("radio", name="With a tutor").check()
    expect(quantity).to_have_accessible_description("Enter 2 or less.")
    buyer.fill_contact()
    buyer.type_card(GOOD)
    buyer.press_pay()
    expect(quantity).to_be_focused()
    expect(quantity).to_have_value("3")
    expect(quantity).to_have_attribute("aria-invalid", "true")
    assert not shop.orders()
    buyer.page.get_by_role("radio", name="Alone").check()
    expect(quantity).to_have_accessible_description("")
    expect(buyer.pay_button).to_have_text("Pay €270.00")
    quantity.fill("5")
    buyer.press_pay()
    expect(quantity).to_have_accessible_description("Enter 4 or less.")
    buyer.page.get_by_role("radio", name="With a tutor").check()
    quantity.fill("2")
    buyer.press_pay()
    buyer.expect_thank_you_page()
    assert [(order.quantity, order.amount, order.status) for order in shop.orders()] == [(2, 40000, "paid")]
