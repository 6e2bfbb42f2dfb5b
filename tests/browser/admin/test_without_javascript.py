"""The admin without JavaScript."""

from pathlib import Path

import pytest
from playwright.sync_api import expect
from pytest_playwright import CreateContextCallback

from stripe_simulator import accounts
from stripe_simulator.accounts import KENJI, OLENA
from tests.browser.actors import MERCHANTS, Owner
from tests.browser.shop_process import Shop

pk, sk = accounts.publishable_key, accounts.secret_key


@pytest.fixture
def owner(new_context: CreateContextCallback, shop: Shop) -> Owner:
    """Olena, signed in, without JavaScript."""
    olena = Owner(new_context(java_script_enabled=False).new_page(), shop)
    olena.sign_in()
    expect(olena.page.get_by_role("heading", level=1)).to_have_text("Dashboard")
    return olena


def test_swapped_keys_are_refused_and_correct_ones_are_connected(owner: Owner) -> None:
    page = owner.page
    owner.open(MERCHANTS)
    owner.type_keys("Studio", sk(OLENA), pk(OLENA))
    errors = page.locator(".field-error")
    expect(errors.filter(has_text="This is a secret key. Enter the publishable key here")).to_be_visible()
    expect(errors.filter(has_text="This is a publishable key. Enter the secret key here")).to_be_visible()
    expect(page.get_by_label("Account name")).to_have_value("Studio")
    expect(page.get_by_text("The secret key wasn’t saved. Enter it again.")).to_be_visible()
    assert sk(OLENA) not in page.content()
    page.get_by_label("Publishable key").fill(pk(OLENA))
    page.get_by_label("Secret key").fill(sk(OLENA))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_have_text("“Studio” connected.")
    expect(page.get_by_role("button", name="Check connection")).to_be_visible()


def test_the_guide_and_the_check_work(owner: Owner) -> None:
    page = owner.page
    page.get_by_role("link", name="How to connect Stripe").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How to connect Stripe")
    page.get_by_role("link", name="Open your Stripe accounts").click()
    owner.connect(name="Studio")
    page.get_by_role("button", name="Check connection").click()
    expect(page.get_by_role("status")).to_contain_text("Nothing has changed since the last check.")


def test_an_offer_is_validated_published_and_archived(owner: Owner, shop: Shop) -> None:
    merchant = owner.connect(name="Studio")
    page = owner.page
    page.get_by_role("button", name="Create offer").click()
    page.get_by_label("Payment system", exact=True).select_option("")
    page.get_by_label("Title", exact=True).fill("Evening")
    page.get_by_label("Price", exact=True).fill("19.99")
    page.get_by_label("Status").select_option(label="Published")
    page.get_by_role("button", name="Save").click()
    refusal = "Choose a payment system before you publish."
    expect(page.get_by_role("alert").filter(has_text=refusal)).to_be_visible()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Evening")
    page.get_by_label("Payment system", exact=True).select_option(label=merchant)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text(f"{shop.url}/o/evening")
    page.get_by_role("button", name="Archive offer").click()
    expect(page.get_by_role("status")).to_have_text("“Evening” is archived. Orders are kept. Undo")
    assert [offer.status for offer in shop.offers()] == ["archived"]


def test_a_picture_that_is_too_large_is_refused_and_all_values_stay(owner: Owner, tmp_path: Path) -> None:
    page = owner.page
    for megabytes, words in ((9, "This image is too large. Use one up to 8 MB."), (30, "far too large")):
        owner.open("/admin/offers/new")
        page.get_by_label("Title", exact=True).fill("Watercolour evening")
        page.get_by_label("Price", exact=True).fill("19.99")
        file = tmp_path / f"{megabytes}.jpg"
        file.write_bytes(bytes(megabytes * 1_000_000))
        page.get_by_label("Image").set_input_files(file)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
        if megabytes < 10:
            expect(page.get_by_label("Title", exact=True)).to_have_value("Watercolour evening")


def test_a_merchant_with_offers_is_disconnected_and_its_offers_move(owner: Owner, shop: Shop) -> None:
    owner.connect(KENJI, name="Kenji")
    owner.connect(name="Studio")
    shop.make_offer("Studio", title="Evening")
    page = owner.page
    owner.open(MERCHANTS)
    page.locator("li.merchant").filter(has_text=OLENA.id).get_by_role("button", name="Disconnect").click()
    expect(page.get_by_text("1 offer stops selling until it is moved.")).to_be_visible()
    page.get_by_role("button", name="Yes, disconnect").click()
    expect(page.get_by_role("status")).to_have_text("“Studio” disconnected.")
    expect(page.get_by_text("1 offer of this account can’t be bought.")).to_be_visible()
    page.locator("#disconnected").get_by_role("button", name="Move offers").click()
    page.get_by_label("Move to").select_option(label="Kenji (Test)")
    page.get_by_role("button", name="Move offers", exact=True).click()
    expect(page.get_by_role("status")).to_have_text("1 offer moved to “Kenji”.")
