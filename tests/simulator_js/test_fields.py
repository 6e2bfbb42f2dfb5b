"""Typing into the card element: what is displayed, and what the page is told."""

import pytest
from playwright.sync_api import Page, expect

from tests.simulator_js.checkout_page import CheckoutPage


def test_the_fields_have_stripes_names_inside_a_frame_of_the_simulator(checkout: CheckoutPage, page: Page, simulator):
    checkout.mount({"hidePostalCode": False})
    frame = page.locator("#card-element iframe")
    assert frame.get_attribute("name").startswith("__privateStripeFrame")
    assert frame.get_attribute("src").startswith(f"{simulator.url}/js/frame.html#")
    names = checkout.fields.locator("input").evaluate_all("all => all.map((one) => [one.name, one.autocomplete])")
    assert names == [
        ["cardnumber", "cc-number"],
        ["exp-date", "cc-exp"],
        ["cvc", "cc-csc"],
        ["postal", "billing postal-code"],
    ]


def test_typing_a_card_fills_all_fields(checkout: CheckoutPage):
    checkout.mount()
    checkout.type_card("4242424242424242")
    expect(checkout.field("cardnumber")).to_have_value("4242 4242 4242 4242")
    expect(checkout.field("exp-date")).to_have_value("12 / 34")
    change = checkout.last_change("e.complete")
    assert change == {
        "name": "change",
        "elementType": "card",
        "empty": False,
        "complete": True,
        "value": {"postalCode": ""},
        "brand": "visa",
        "error": None,
    }


def test_an_american_express_card_has_its_own_grouping_and_a_four_digit_cvc(checkout: CheckoutPage):
    checkout.mount()
    checkout.type_card("378282246310005", cvc="1234")
    expect(checkout.field("cardnumber")).to_have_value("3782 822463 10005")
    assert checkout.last_change("e.complete")["brand"] == "amex"


def test_events_are_emitted_in_order(checkout: CheckoutPage, page: Page):
    checkout.mount()
    checkout.field("cardnumber").press_sequentially("4")
    checkout.field("cardnumber").press("Escape")
    checkout.wait_for_event("escape")
    checkout.run("() => card.blur()")
    checkout.wait_for_event("blur")
    names = page.evaluate("() => events.map((one) => one.name)")
    assert names[:4] == ["ready", "focus", "change", "escape"]
    assert set(names[4:]) == {"change", "blur"}


def test_the_container_has_classes_for_the_state(checkout: CheckoutPage, page: Page):
    checkout.mount({"classes": {"complete": "is-done"}})
    box = page.locator("#card-element")
    expect(box).to_have_class("StripeElement StripeElement--empty")
    checkout.field("cardnumber").focus()
    expect(box).to_have_class("StripeElement StripeElement--empty StripeElement--focus")
    checkout.type_card("4242424242424242")
    expect(box).to_have_class("StripeElement StripeElement--focus is-done")
    checkout.field("cardnumber").fill("4242 4242 4242 4241")
    expect(box).to_have_class("StripeElement StripeElement--focus StripeElement--invalid")


FAULTS = [
    ("cardnumber", "4242", "incomplete_number"),
    ("cardnumber", "4242424242424241", "invalid_number"),
    ("exp-date", "1", "incomplete_expiry"),
    ("exp-date", "0034", "invalid_expiry_month"),
    ("exp-date", "1220", "invalid_expiry_year_past"),
    ("exp-date", "1299", "invalid_expiry_year"),
    ("cvc", "12", "incomplete_cvc"),
    ("postal", "94", "incomplete_zip"),
]


def test_invalid_fields_have_stripes_error_codes(checkout: CheckoutPage):
    checkout.mount({"hidePostalCode": False})
    for field, typed, code in FAULTS:
        checkout.field(field).fill(typed)
        checkout.run("() => card.blur()")
        error = checkout.last_change(f"e.error && e.error.code === '{code}'")["error"]
        assert error["type"] == "validation_error"
        assert error["message"]
        expect(checkout.field(field)).to_have_attribute("aria-invalid", "true")
        checkout.run("() => card.clear()")
        checkout.last_change("e.empty && !e.error")


@pytest.mark.parametrize(
    ("locale", "placeholder", "message"),
    [
        ("en", "Card number", "The card number is not complete."),
        ("uk", "Номер картки", "Номер картки введено не повністю."),
        ("ru", "Номер карты", "Номер карты введён не полностью."),
    ],
)
def test_texts_follow_the_locale(checkout: CheckoutPage, locale: str, placeholder: str, message: str):
    checkout.mount(locale=locale)
    expect(checkout.field("cardnumber")).to_have_attribute("placeholder", placeholder)
    checkout.field("cardnumber").press_sequentially("4242")
    checkout.run("() => card.blur()")
    assert checkout.last_change("e.error")["error"]["message"] == message


def test_the_language_can_be_changed_after_mounting(checkout: CheckoutPage, page: Page):
    checkout.mount()
    checkout.field("cardnumber").fill("4242424242424241")
    checkout.run("() => elements.update({ locale: 'uk' })")
    assert checkout.last_change("e.error && e.error.message.startsWith('Картки')")["error"]["code"] == "invalid_number"
    expect(checkout.field("exp-date")).to_have_attribute("placeholder", "ММ / РР")
    expect(page.locator("#card-element iframe")).to_have_attribute("title", "Захищене поле для картки")


def test_backspace_over_a_separator_deletes_the_digit_before_it(checkout: CheckoutPage):
    checkout.mount()
    number = checkout.field("cardnumber")
    number.fill("4242 4243")
    number.evaluate("input => input.setSelectionRange(5, 5)")
    number.press("Backspace")
    expect(number).to_have_value("4244 243")
    assert number.evaluate("input => input.selectionStart") == 3


def test_the_expiry_accepts_several_formats(checkout: CheckoutPage):
    checkout.mount()
    expiry = checkout.field("exp-date")
    for filled, shown in {"12/2034": "12 / 34", "1/34": "01 / 34", "9": "09 / ", "13": "01 / 3"}.items():
        expiry.fill(filled)
        expect(expiry).to_have_value(shown)


def test_the_label_focuses_the_first_field_and_enter_submits_the_form(checkout: CheckoutPage, page: Page):
    checkout.mount()
    page.get_by_text("Card", exact=True).click()
    expect(checkout.field("cardnumber")).to_be_focused()
    with page.expect_navigation(url="**/?"):
        page.keyboard.press("Enter")


def test_clear_update_and_unmount_work(checkout: CheckoutPage, page: Page):
    checkout.mount()
    checkout.type_card("4242424242424242")
    checkout.run("() => card.clear()")
    assert checkout.last_change("e.empty")["complete"] is False
    checkout.run("() => card.update({ disabled: true, hidePostalCode: false })")
    expect(checkout.field("cvc")).to_be_disabled()
    expect(checkout.field("postal")).to_be_visible()
    checkout.run("() => card.unmount()")
    expect(page.locator("#card-element")).to_be_empty()
    expect(page.locator("#card-element")).to_have_class("")


def test_styles_apply_under_a_policy_without_inline_styles(checkout: CheckoutPage):
    checkout.mount(
        {"style": {"base": {"color": "rgb(1, 2, 3)", "fontSize": "20px"}, "invalid": {"color": "rgb(200, 0, 0)"}}}
    )
    number = checkout.field("cardnumber")
    expect(number).to_have_css("color", "rgb(1, 2, 3)")
    expect(number).to_have_css("font-size", "20px")
    number.fill("4242 4242 4242 4241")
    expect(number).to_have_css("color", "rgb(200, 0, 0)")
    assert checkout.console_messages == []


def test_on_a_narrow_page_the_number_collapses_and_all_fields_stay_visible(checkout: CheckoutPage, page: Page):
    page.set_viewport_size({"width": 320, "height": 600})
    checkout.mount({"hidePostalCode": False})
    checkout.type_card("4242424242424242")
    edge = page.locator("#card-element iframe").bounding_box()
    for name in ("exp-date", "cvc", "postal"):
        box = checkout.field(name).bounding_box()
        assert edge["x"] <= box["x"]
        assert box["x"] + box["width"] <= edge["x"] + edge["width"] + 1
    assert page.evaluate("() => document.documentElement.scrollWidth") == 320


def test_three_separate_fields_act_as_one_card(checkout: CheckoutPage, page: Page):
    checkout.mount_split()
    page.frame_locator("#number iframe").locator("input").press_sequentially("4242424242424242")
    expiry = page.frame_locator("#expiry iframe").locator("input")
    expect(expiry).to_be_focused()
    expiry.press_sequentially("1234")
    expect(page.frame_locator("#cvc iframe").locator("input")).to_be_focused()
    kinds = page.evaluate("() => [...new Set(events.map((one) => one.elementType))]")
    assert kinds == ["cardNumber", "cardExpiry"]


def test_the_page_never_receives_card_data(checkout: CheckoutPage, page: Page):
    # Without the random name of the frame's channel.
    keep = "(m) => heard.push(JSON.stringify({ ...m.data, channel: '' }))"
    checkout.run(f"() => {{ window.heard = []; addEventListener('message', {keep}); }}")
    checkout.mount()
    checkout.type_card("4242424242424242", cvc="987")
    checkout.last_change("e.complete")
    heard = page.evaluate("() => heard.join()")
    assert "complete" in heard and "4242" not in heard and "987" not in heard


def test_messages_from_other_senders_are_ignored(checkout: CheckoutPage, page: Page):
    checkout.mount()
    forged = "{ kind: 'event', name: 'escape', channel: 'guessed' }"
    checkout.run(
        f"() => {{ postMessage({forged}, '*'); frames[frames.length - 1].postMessage({{ kind: 'clear' }}, '*'); }}"
    )
    checkout.type_card("4242424242424242")
    checkout.last_change("e.complete")
    assert page.evaluate("() => events.some((one) => one.name === 'escape')") is False


def test_a_frame_that_cannot_be_loaded_emits_loaderror(checkout: CheckoutPage, page: Page, simulator):
    page.route(f"{simulator.url}/js/frame.html", lambda route: route.abort())
    checkout.run(
        """() => {
          const card = stripe.elements().create('card');
          card.on('loaderror', (event) => events.push({ name: 'loaderror', ...event }));
          card.mount('#card-element');
        }"""
    )
    checkout.wait_for_event("loaderror")
    error = page.evaluate("() => events.at(-1).error")
    assert error["type"] == "api_connection_error"
