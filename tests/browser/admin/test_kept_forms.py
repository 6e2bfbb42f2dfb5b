"""The session ends under a form, in a browser: what was typed stays, with and without JavaScript."""

from playwright.sync_api import Page, expect
from pytest_playwright import CreateContextCallback

from stripe_simulator.accounts import OLENA
from tests.browser.actors import MERCHANTS, Owner
from tests.browser.shop_process import Shop
from tests.factories import OWNER_EMAIL, PASSWORD

DESCRIPTION = "An hour of typing\n\n* and a list"


def sign_in_here(page: Page) -> None:
    page.get_by_label("Email").fill(OWNER_EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def test_defect_41_signing_in_above_a_form_keeps_all_of_it(owner: Owner, shop: Shop) -> None:
    page = owner.page
    owner.open(MERCHANTS)
    page.get_by_role("button", name="Add new merchant").click()
    publishable, secret = shop.stripe.keys(OLENA, "test")
    page.get_by_label("Account name").fill("Studio")
    page.get_by_label("Publishable key").fill(publishable)
    page.get_by_label("Secret key").fill(secret)
    page.context.clear_cookies()
    page.get_by_role("button", name="Save").click()
    alert = page.locator("#page-alert")
    expect(alert).to_contain_text("Your session has ended.")
    alert.get_by_label("Email").fill(OWNER_EMAIL)
    alert.get_by_label("Password").fill("wrong")
    alert.get_by_role("button", name="Sign in").click()
    expect(alert).to_contain_text("Incorrect email or password.")
    sign_in_here(page)
    expect(page.get_by_role("status")).to_contain_text("what you typed is still here")
    expect(alert).to_be_empty()
    expect(page.get_by_label("Secret key")).to_have_value(secret)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("“Studio” connected.")


def test_defect_41_another_tab_signs_in_for_a_form_that_is_open(owner: Owner) -> None:
    page = owner.page
    owner.open("/admin/offers/new")
    page.get_by_label("Title", exact=True).fill("Evening")
    page.get_by_label("Price", exact=True).fill("19.99")
    page.get_by_label("Description").fill(DESCRIPTION)
    page.context.clear_cookies()
    Owner(page.context.new_page(), owner.shop).sign_in()
    expect(page.context.pages[-1].get_by_role("heading", level=1)).to_have_text("Dashboard")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Evening")
    expect(page.get_by_label("Description")).to_have_value(DESCRIPTION)


def test_defect_41_without_javascript_the_form_comes_back_after_signing_in(
    new_context: CreateContextCallback, shop: Shop
) -> None:
    olena = Owner(new_context(java_script_enabled=False).new_page(), shop)
    olena.sign_in()
    page = olena.page
    expect(page.get_by_role("heading", level=1)).to_have_text("Dashboard")
    olena.open("/admin/offers/new")
    page.get_by_label("Title", exact=True).fill("Evening")
    page.get_by_label("Price", exact=True).fill("19.99")
    page.get_by_label("Description").fill(DESCRIPTION)
    page.context.clear_cookies()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("what you typed is kept")).to_be_visible()
    sign_in_here(page)
    expect(page.get_by_role("status")).to_contain_text("Nothing has been saved yet")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Evening")
    expect(page.get_by_label("Description")).to_have_value(DESCRIPTION)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Evening")
