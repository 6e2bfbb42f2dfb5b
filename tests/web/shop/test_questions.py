"""An offer's own questions: on its page, validated by type, kept with the order, shown, searched for and exported."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from storefront.customers import export_data
from storefront.models import Answer, Merchant, Offer, Order, OrderAnswer, Question, QuestionKind, ShopProfile
from tests.cast import MARKO, MARKOS_FORM
from tests.factories import make_offer
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.web.admin_pages import text_of
from tests.web.query_count import queries_of

QUESTIONS = (
    Question("T-shirt size", QuestionKind.CHOICE, ("Small", "Large"), is_required=True),
    Question("Name on the badge", QuestionKind.TEXT),
    Question("Anything else?", QuestionKind.LONG_TEXT),
    Question("I bring my own brushes", QuestionKind.CHECKBOX),
    Question("Date of birth", QuestionKind.DATE),
    Question("Phone", QuestionKind.PHONE),
    Question("Where to send it", QuestionKind.ADDRESS),
)
ANSWERS = {
    "q-1": "Large",
    "q-2": "Маруся",
    "q-3": "No nuts,\r\nthank you",
    "q-4": "y",
    "q-5": "1990-02-28",
    "q-6": "+49 30 123456",
    "q-7": "  Main St 1 \n\n Berlin  ",
}


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    return make_offer(merchant, questions=QUESTIONS)


def press(client: FlaskClient, offer: Offer, lang: str = "en", **fields: str) -> tuple[int, dict[str, list[str]]]:
    answer = client.post(f"/o/{offer.slug}/checkout?lang={lang}", data=MARKOS_FORM | fields)
    return answer.status_code, (answer.json or {}).get("errors", {})


def kept() -> dict[str, str]:
    return {answer.words: answer.value for answer in OrderAnswer.of(Order.get())}


def test_each_question_is_a_field_labelled_by_its_words(client: FlaskClient, offer: Offer) -> None:
    page = client.get(f"/o/{offer.slug}").text
    for number, question in enumerate(QUESTIONS, 1):
        assert f'<label for="q-{number}"' in page and f">{question.words}</bdi>" in page
    assert '<select id="q-1" name="q-1"' in page and ">Small</option>" in page
    assert '<textarea id="q-3"' in page and 'id="q-4" name="q-4" type="checkbox"' in page
    assert 'id="q-5" name="q-5" type="date"' in page and 'type="tel" autocomplete="tel"' in page
    assert queries_of(client, f"/o/{offer.slug}") == 1


def test_answers_are_kept_with_the_order_in_the_words_of_the_questions(client: FlaskClient, offer: Offer) -> None:
    assert press(client, offer, **ANSWERS) == (200, {})
    answers = {
        "T-shirt size": "Large",
        "Name on the badge": "Маруся",
        "Anything else?": "No nuts,\nthank you",
        "I bring my own brushes": "yes",
        "Date of birth": "1990-02-28",
        "Phone": "+49 30 123456",
        "Where to send it": "Main St 1\nBerlin",
    }
    assert kept() == answers
    offer.questions = []
    offer.save()
    page = text_of(client.get(f"/orders/{Order.get().token}/pay").text)
    assert "T-shirt size Large" in page and "Date of birth February 28, 1990" in page, (
        "the order keeps what it was asked"
    )


def test_questions_that_are_not_required_can_be_left_blank(client: FlaskClient, offer: Offer) -> None:
    assert press(client, offer, **{"q-1": "Small"}) == (200, {})
    assert kept() == {"T-shirt size": "Small", "I bring my own brushes": "no"}


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("q-1", "", "Choose an answer."),
        ("q-1", "Huge", "Choose an answer."),
        ("q-2", "x" * 501, "Enter up to 500 characters."),
        ("q-3", "x" * 5001, "Enter up to 5000 characters."),
        ("q-5", "28.02.1990", "Enter a date like 2027-01-31."),
        ("q-5", "1990-02-30", "Enter a date like 2027-01-31."),
        ("q-6", "030 123456", "Enter a phone number with its country code, like +49 30 1234567."),
        ("q-6", "+49 1", "Enter a phone number with its country code, like +49 30 1234567."),
        ("q-7", "a\n" * 11, "Enter up to 10 lines."),
    ],
)
def test_a_wrong_answer_is_refused_beside_its_field(
    client: FlaskClient, offer: Offer, field: str, typed: str, message: str
) -> None:
    assert press(client, offer, **ANSWERS | {field: typed}) == (422, {field: [message]})
    assert not Order.select().exists(), "nothing has begun"


def test_the_messages_are_in_the_customers_language_beside_those_of_the_other_fields(
    client: FlaskClient, offer: Offer
) -> None:
    status, errors = press(client, offer, lang="uk", email="", **{"q-5": "tomorrow"})
    assert status == 422 and set(errors) == {"email", "q-1", "q-5"}
    assert errors["q-1"] == ["Виберіть відповідь."]


def test_a_required_box_has_to_be_ticked(client: FlaskClient, merchant: Merchant) -> None:
    offer = make_offer(merchant, questions=(Question("I am over 18", QuestionKind.CHECKBOX, is_required=True),))
    assert press(client, offer) == (422, {"q-1": ["Tick this box to continue."]})
    assert press(client, offer, **{"q-1": "y"}) == (200, {})


def test_phone_numbers_of_the_shops_country_need_no_prefix(client: FlaskClient, offer: Offer) -> None:
    replace(ShopProfile.load(), country="DE").save()
    assert press(client, offer, **ANSWERS | {"q-6": "030 123456"})[0] == 200
    assert kept()["Phone"] == "+49 30 123456"


def test_the_same_visit_can_change_its_answers_and_resuming_keeps_them(client: FlaskClient, offer: Offer) -> None:
    press(client, offer, **ANSWERS)
    press(client, offer, **ANSWERS | {"q-1": "Small", "q-2": ""})
    assert kept()["T-shirt size"] == "Small" and "Name on the badge" not in kept()
    order = Order.get()
    client.post(f"/orders/{order.token}/pay", data={"email": "marko@example.com", "name": "Marko"})
    assert kept()["T-shirt size"] == "Small" and Order.get().answer_count == 6


def test_hostile_answers_are_shown_as_text(client: FlaskClient, admin: FlaskClient, offer: Offer) -> None:
    press(client, offer, **ANSWERS | {"q-2": "<script>alert(1)</script>\x00=1+1"})
    for address in (f"/orders/{Order.get().token}/pay", f"/admin/orders/{Order.get().token}"):
        page = admin.get(address).text
        assert "&lt;script&gt;" in page and "<script>alert" not in page


def test_the_owner_sees_searches_and_exports_them(admin: FlaskClient, client: FlaskClient, offer: Offer) -> None:
    press(client, offer, **ANSWERS)
    order = Order.get()
    shown = text_of(admin.get(f"/admin/orders/{order.token}").text)
    assert "Answers T-shirt size Large Name on the badge Маруся" in shown and "I bring my own brushes Yes" in shown
    for typed in ("маруся", "no nuts", "+4930123456", "berlin"):
        assert order.token in admin.get("/admin/orders", query_string={"q": typed}).text, typed
    assert order.token not in admin.get("/admin/orders?q=hamburg").text
    file = admin.get("/admin/orders.csv").text
    assert '"answers"' in file and "T-shirt size: Large\nName on the badge: Маруся\n" in file
    exported = export_data("marko@example.com")["orders"][0]["answers"]
    assert exported[0] == {"words": "T-shirt size", "kind": "choice", "value": "Large"}


def test_an_order_with_answers_needs_as_few_queries_as_one_without(
    client: FlaskClient, merchant: Merchant, simulator: Simulator
) -> None:
    answers = (Answer(1, "T-shirt size", "choice", "Large"), Answer(2, "Name on the badge", "text", "Маруся"))
    plain = buy(make_offer(merchant), simulator)
    asked = buy(make_offer(merchant), simulator, replace(MARKO, answers=answers))
    plain_page, asked_page = (f"/orders/{order.token}/thank-you" for order in (plain, asked))
    assert queries_of(client, plain_page) == queries_of(client, asked_page) == 2
    shown = text_of(client.get(asked_page).text)
    assert shown.index("T-shirt size Large") < shown.index("Name on the badge Маруся")
