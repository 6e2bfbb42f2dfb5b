"""Connecting Stripe accounts: without page loads, and no typed value is lost."""

import pytest
from playwright.sync_api import Locator, expect

from storefront.models import Merchant
from stripe_simulator import accounts
from stripe_simulator.accounts import KENJI, OLENA, SOFIA, TARAS
from tests.browser.actors import MERCHANTS, Owner
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.browser.translated_text import in_language

pk, sk = accounts.publishable_key, accounts.secret_key
WITH_A_FAULT = 40


def row_of(owner: Owner, name: str) -> Locator:
    return owner.page.locator("li.merchant").filter(has=owner.page.get_by_role("heading", name=name, exact=True))


def stay_on_this_page(owner: Owner) -> None:
    """Set a mark that a page load would remove."""
    owner.page.evaluate("window.mark = 'still here'")


def expect_the_same_page(owner: Owner) -> None:
    assert owner.page.evaluate("window.mark") == "still here", "the page was reloaded"


def expect_typed(owner: Owner, name: str, publishable_key: str, secret_key: str) -> None:
    expect(owner.page.get_by_label("Account name")).to_have_value(name)
    expect(owner.page.get_by_label("Publishable key")).to_have_value(publishable_key)
    expect(owner.page.get_by_label("Secret key")).to_have_value(secret_key)


def expect_error(owner: Owner, label: str, words: str) -> None:
    """Expect the error at its field, the field marked invalid, and a link from the alert to it."""
    field = owner.page.get_by_label(label)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(owner.page.locator(f"#{field.get_attribute('id')}-error")).to_contain_text(words)
    expect(owner.page.get_by_role("alert").filter(has_text=label).get_by_role("link", name=label)).to_be_visible()


def test_an_account_is_connected_without_a_page_load(owner: Owner) -> None:
    owner.open(MERCHANTS)
    stay_on_this_page(owner)
    owner.type_keys("Studio", f"  {pk(OLENA)} ", f" {sk(OLENA)}  ")
    row = row_of(owner, "Studio")
    expect(row.get_by_role("heading")).to_be_focused()
    expect(row.get_by_text("Test", exact=True)).to_be_visible()
    for words in (OLENA.id, "Ireland", "EUR", "2 of 7 steps done"):
        expect(row).to_contain_text(words)
    for button in ("Edit", "Check connection", "Disconnect"):
        expect(row.get_by_role("button", name=button)).to_be_visible()
    expect(owner.page.get_by_role("status")).to_have_text("“Studio” connected.")
    expect(owner.page.get_by_role("button", name="Add new merchant")).to_be_visible()
    expect(owner.page.get_by_label("Secret key")).to_have_count(0)
    expect(owner.page.locator("#no-merchants")).to_have_count(0)
    expect_the_same_page(owner)
    assert sk(OLENA) not in owner.page.content()


WRONG_KEYS = {
    "nobody's secret": (pk(OLENA), "sk_test_nobodyhasthis", "Secret key", "Stripe rejected this key"),
    "an expired secret": (pk(OLENA), accounts.expired_key(OLENA), "Secret key", "Stripe rejected this key"),
    "swapped": (sk(OLENA), pk(OLENA), "Publishable key", "This is a secret key. Enter the publishable key here"),
    "two modes": (pk(OLENA), sk(OLENA, "live"), "Secret key", "One key is for test mode and the other for live mode"),
    "two accounts": (pk(TARAS), sk(OLENA), "Publishable key", "The two keys belong to different Stripe accounts"),
    "no key at all": (pk(OLENA), "hello", "Secret key", "Not a secret key"),
}


@pytest.mark.parametrize("mistake", list(WRONG_KEYS))
def test_wrong_keys_are_refused_and_all_values_stay(owner: Owner, shop: Shop, mistake: str) -> None:
    publishable_key, secret_key, label, words = WRONG_KEYS[mistake]
    owner.open(MERCHANTS)
    stay_on_this_page(owner)
    owner.type_keys("Studio", publishable_key, secret_key)
    expect_error(owner, label, words)
    expect(owner.page.get_by_label(label)).to_be_focused()
    expect_typed(owner, "Studio", publishable_key, secret_key)
    expect_the_same_page(owner)
    # Correct keys are accepted by the same form.
    owner.page.get_by_label("Publishable key").fill(pk(OLENA))
    owner.page.get_by_label("Secret key").fill(sk(OLENA))
    owner.page.get_by_role("button", name="Save").click()
    expect(row_of(owner, "Studio")).to_be_visible()
    expect(owner.page.get_by_role("alert").filter(has_text="Nothing was saved")).to_have_count(0)
    with shop.inside():
        assert Merchant.select().count() == 1


def test_swapped_keys_show_an_error_at_both_fields(owner: Owner) -> None:
    owner.open(MERCHANTS)
    owner.type_keys("Studio", sk(OLENA), pk(OLENA))
    expect_error(owner, "Publishable key", "This is a secret key.")
    expect_error(owner, "Secret key", "This is a publishable key.")


def test_the_same_account_is_refused_a_second_time(owner: Owner) -> None:
    owner.connect(name="First")
    owner.type_keys("Second", pk(OLENA), sk(OLENA))
    expect_error(owner, "Secret key", "This Stripe account is already connected as “First”.")
    expect_typed(owner, "Second", pk(OLENA), sk(OLENA))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("drop_before", "Couldn’t reach Stripe."),
        ("error_before", "Stripe returned an error."),
    ],
)
def test_when_stripe_does_not_answer_nothing_is_saved_and_all_values_stay(
    owner: Owner, stripe: SimulatedStripe, kind: str, words: str
) -> None:
    stripe.simulator.add_fault("/v1/account", kind, method="GET", times=WITH_A_FAULT)
    owner.open(MERCHANTS)
    owner.type_keys("Studio", pk(OLENA), sk(OLENA))
    alert = owner.page.get_by_role("alert").filter(has_text="Nothing was saved")
    expect(alert).to_have_text(f"{words} Nothing was saved. Try again.")
    expect_typed(owner, "Studio", pk(OLENA), sk(OLENA))
    stripe.simulator.clear_faults()
    owner.page.get_by_role("button", name="Save").click()
    expect(row_of(owner, "Studio")).to_be_visible()


def test_when_the_shop_cannot_be_reached_all_values_stay(owner: Owner) -> None:
    owner.open(MERCHANTS)
    owner.page.route(f"**{MERCHANTS}", lambda route: route.abort(), times=1)
    owner.type_keys("Studio", pk(OLENA), sk(OLENA))
    expect(owner.page.locator("#page-alert")).to_contain_text("Can’t connect to the shop.")
    expect_typed(owner, "Studio", pk(OLENA), sk(OLENA))
    owner.page.get_by_role("button", name="Save").click()
    expect(row_of(owner, "Studio")).to_be_visible()


def test_a_merchant_is_edited_in_place(owner: Owner) -> None:
    owner.connect(name="Studio")
    stay_on_this_page(owner)
    owner.page.get_by_role("button", name="Edit").click()
    name = owner.page.get_by_label("Account name")
    expect(name).to_be_focused()
    expect(owner.page.get_by_label("Secret key")).to_have_value("")
    name.fill("Olena’s workshop")
    owner.page.get_by_role("button", name="Save").click()
    expect(row_of(owner, "Olena’s workshop")).to_be_visible()
    expect(row_of(owner, "Studio")).to_have_count(0)
    expect(owner.page.get_by_role("status")).to_have_text("“Olena’s workshop” saved.")
    expect_the_same_page(owner)


def test_a_check_shows_changes_and_what_to_do(owner: Owner, shop: Shop) -> None:
    owner.connect(SOFIA, name="Sofia")
    stay_on_this_page(owner)
    row = row_of(owner, "Sofia")
    expect(row).to_contain_text("Finish setup in Stripe, then check the connection again.")
    row.get_by_role("button", name="Check connection").click()
    status = owner.page.get_by_role("status")
    expect(status).to_have_text("“Sofia” checked: the connection works. Nothing has changed since the last check.")
    shop.change(Merchant, country="FR", webhook_problem="URL must be publicly accessible.")
    row.get_by_role("button", name="Check connection").click()
    expect(status).to_contain_text("Country changed to Germany. Webhook registered in Stripe.")
    expect_the_same_page(owner)


def test_a_merchant_with_offers_is_disconnected_and_its_offers_move(owner: Owner, shop: Shop) -> None:
    owner.connect(name="Studio")
    shop.make_offer("Studio", title="Evening")
    owner.connect(KENJI, name="Kenji")
    stay_on_this_page(owner)
    row_of(owner, "Studio").get_by_role("button", name="Disconnect").click()
    question = owner.page.get_by_text("Disconnect “Studio”?")
    expect(question).to_be_visible()
    owner.page.get_by_role("button", name="Cancel").click()
    expect(question).to_have_count(0)
    row_of(owner, "Studio").get_by_role("button", name="Disconnect").click()
    owner.page.get_by_role("button", name="Yes, disconnect").click()
    gone = owner.page.locator("#disconnected")
    expect(gone).to_contain_text("1 offer of this account can’t be bought.")
    gone.get_by_role("button", name="Move offers").click()
    owner.page.get_by_label("Move to").select_option(label="Kenji (Test)")
    owner.page.get_by_role("button", name="Move offers", exact=True).click()
    expect(owner.page.get_by_role("status")).to_have_text("1 offer moved to “Kenji”.")
    expect_the_same_page(owner)
    assert [offer.merchant_id for offer in shop.offers()] == [_id_of(shop, "Kenji")]


def _id_of(shop: Shop, name: str) -> int:
    with shop.inside():
        return Merchant.get(Merchant.name == name).id


def test_all_offers_can_be_moved_from_test_to_live(owner: Owner, shop: Shop) -> None:
    owner.connect(name="Trying")
    for title in ("Morning", "Evening"):
        shop.make_offer("Trying", title=title)
    owner.connect(mode="live", name="Selling")
    row_of(owner, "Trying").get_by_role("button", name="Move offers").click()
    # The button of the form has the same name as the one that opens it.
    expect(owner.page.get_by_label("Move to").locator("option:checked")).to_have_text("Selling (Live)")
    owner.page.get_by_role("button", name="Move offers", exact=True).click()
    expect(owner.page.get_by_role("status")).to_have_text("2 offers moved to “Selling”.")
    expect(row_of(owner, "Trying").get_by_role("button", name="Move offers")).to_have_count(0)


def test_the_guide_is_shown_beside_the_form(owner: Owner) -> None:
    owner.open(MERCHANTS)
    owner.page.get_by_role("button", name="Add new merchant").click()
    guide = owner.page.get_by_role("region", name="How to connect Stripe")
    expect(guide.get_by_role("listitem").filter(has_text="Create a Stripe account.")).to_be_visible()
    countries = guide.get_by_role("link", name="View Stripe’s list of countries")
    expect(countries).to_have_attribute("href", "https://stripe.com/global")
    guide.get_by_text("How to connect Stripe").click()
    expect(countries).to_be_hidden()
    owner.page.get_by_role("button", name="Cancel").click()
    expect(guide).to_have_count(0)
    owner.connect()
    owner.page.get_by_role("button", name="Add new merchant").click()
    expect(guide).to_be_visible()
    expect(countries).to_be_hidden()


def test_the_next_step_of_a_merchant_is_its_primary_button(owner: Owner) -> None:
    owner.connect(name="Studio")
    row_of(owner, "Studio").get_by_role("button", name="Create offer").click()
    chosen = owner.page.get_by_label("Payment system", exact=True).locator("option:checked")
    expect(chosen).to_have_text("Studio")


def test_connecting_works_in_ukrainian(owner: Owner) -> None:
    def words(sentence: str, **values: object) -> str:
        return in_language("uk", sentence, **values)

    owner.open(f"{MERCHANTS}?lang=uk")
    stay_on_this_page(owner)
    owner.page.get_by_role("button", name=words("Add new merchant")).click()
    owner.page.get_by_label(words("Account name")).fill("Майстерня")
    owner.page.get_by_label(words("Publishable key")).fill(pk(OLENA))
    owner.page.get_by_label(words("Secret key")).fill("sk_test_nobodyhasthis")
    save = owner.page.get_by_role("button", name=words("Save"))
    save.click()
    unknown = words("Stripe rejected this key. Check for typos, or create a new key.")
    expect(owner.page.locator("#new-merchant-secret_key-error")).to_have_text(unknown)
    owner.page.get_by_label(words("Secret key")).fill(sk(OLENA))
    save.click()
    row = row_of(owner, "Майстерня")
    expect(row.get_by_role("button", name=words("Check connection"))).to_be_visible()
    expect(owner.page.get_by_role("status")).to_have_text(words("“%(name)s” connected.", name="Майстерня"))
    row.get_by_role("button", name=words("Check connection")).click()
    expect(owner.page.get_by_role("status")).to_contain_text(words("Nothing has changed since the last check."))
    expect_the_same_page(owner)
