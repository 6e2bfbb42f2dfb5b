"""Admin → Offers: the questions in the form of an offer, with and without JavaScript."""

import re
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from storefront.models import Merchant, Offer, Question, QuestionKind
from tests.factories import make_offer
from tests.web.admin_pages import HTMX, alerts_of, error_at, token_of

FORM = {
    "title": "Watercolour evening",
    "price": "19.99",
    "currency": "EUR",
    "merchant": "",
    "language": "en",
    "status": "draft",
    "listed": "y",
    "max_quantity": "1",
    "questions-shown": "y",
}


def send(client: FlaskClient, address: str = "/admin/offers", htmx: bool = False, **fields: str) -> TestResponse:
    data = FORM | {"csrf_token": token_of(client)} | {name.replace("__", "-"): value for name, value in fields.items()}
    return client.post(address, data=data, headers=HTMX if htmx else {})


def row(number: int, words: str, kind: str = "text", **more: str) -> dict[str, str]:
    return {f"questions-{number}-{name}": value for name, value in {"words": words, "kind": kind, **more}.items()}


def words_in(html: str) -> list[str]:
    return [unescape(found) for found in re.findall(r'name="questions-\d+-words" type="text" value="([^"]*)"', html)]


def test_a_button_adds_a_question_and_nothing_typed_is_lost(admin: FlaskClient) -> None:
    assert ">Add question</button>" in admin.get("/admin/offers/new").text
    answer = send(admin, title="", description="Half\nwritten", rows="questions add")
    page = answer.text
    assert answer.status_code == 200 and "Half\nwritten" in page and words_in(page) == [""]
    for label in ("Question", "Type", "Choices", "Required"):
        assert re.search(rf'<label for="offer-questions-0-\w+">{label}</label>', page), label
    assert alerts_of(page) == "" and not Offer.select().exists()


def test_all_types_can_be_chosen(admin: FlaskClient) -> None:
    page = send(admin, rows="questions add").text
    select = page.split('<select id="offer-questions-0-kind"')[1].split("</select>")[0]
    names = re.findall(r">([^<]+)</option>", select)
    assert names == ["Short text", "Long text", "Choice", "Checkbox", "Date", "Phone", "Address"]


def test_questions_are_moved_and_removed(admin: FlaskClient) -> None:
    rows = row(0, "First") | row(1, "Second", "choice", choices="A\nB", required="y") | row(2, "Third")
    assert words_in(send(admin, **rows, rows="questions up 1").text) == ["Second", "First", "Third"]
    assert words_in(send(admin, **rows, rows="questions down 1").text) == ["First", "Third", "Second"]
    left = send(admin, **rows, rows="questions remove 0").text
    assert words_in(left) == ["Second", "Third"] and "A\nB" in left
    for nonsense in ("questions up 0", "questions remove 9", "questions up x", "questions down -1", "questions add 1"):
        assert words_in(send(admin, **rows, rows=nonsense).text)[:3] == ["First", "Second", "Third"], nonsense


def test_htmx_gets_the_section_only(admin: FlaskClient, merchant: Merchant) -> None:
    offer = make_offer(merchant)
    for address in ("/admin/offers", f"/admin/offers/{offer.id}"):
        part = send(admin, address, htmx=True, rows="questions add").text
        assert part.lstrip().startswith('<section class="card" id="offer-questions"') and "<title>" not in part
        assert "autofocus" in part


def test_saved_questions_keep_their_number_and_removed_numbers_are_not_used_again(admin: FlaskClient) -> None:
    assert send(admin, **row(0, "Size", "choice", choices=" S \n\nM\nS"), **row(1, "Diet")).status_code == 303
    offer = Offer.get()
    assert offer.asked() == [
        Question("Size", QuestionKind.CHOICE, ("S", "M"), id=1),
        Question("Diet", QuestionKind.TEXT, id=2),
    ]
    page = admin.get(f"/admin/offers/{offer.id}").text
    assert words_in(page) == ["Size", "Diet"] and "S\nM" in page
    send(admin, f"/admin/offers/{offer.id}", **row(0, "Which size?", "choice", id="1", choices="S\nL", required="y"))
    send(
        admin,
        f"/admin/offers/{offer.id}",
        **row(0, "Diet", id="7"),
        **row(1, "Which size?", "choice", id="1", choices="S\nL", required="y"),
    )
    diet, size = Offer.get().asked()
    assert (diet.id, size.id, size.is_required) == (3, 1, True)


def test_a_form_without_the_section_keeps_the_questions(admin: FlaskClient, merchant: Merchant) -> None:
    offer = make_offer(merchant, questions=(Question("Size"),))
    address = f"/admin/offers/{offer.id}"
    data = {name: value for name, value in FORM.items() if name != "questions-shown"}
    assert admin.post(address, data=data | {"csrf_token": token_of(admin)}).status_code == 303
    assert len(Offer.get().asked()) == 1
    assert send(admin, address).status_code == 303
    assert Offer.get().asked() == []


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        (row(0, ""), "questions-0-words", "Enter the question, or remove it."),
        (row(0, "x" * 201), "questions-0-words", "This is too long."),
        (row(0, "Size", "choice", choices="S\nS"), "questions-0-choices", "Enter at least 2 choices, one per line."),
        (
            row(0, "Size", "choice", choices="S\n" + "L" * 101),
            "questions-0-choices",
            "Enter up to 50 choices of up to 100 characters.",
        ),
    ],
)
def test_a_wrong_question_is_refused_at_its_field(
    admin: FlaskClient, fields: dict[str, str], field: str, message: str
) -> None:
    answer = send(admin, **fields)
    assert answer.status_code == 422 and error_at(answer.text, field) == message
    assert message in alerts_of(answer.text) and f'href="#offer-{field}"' in answer.text


def test_too_many_questions_are_refused(admin: FlaskClient) -> None:
    rows = {name: value for number in range(21) for name, value in row(number, f"Question {number}").items()}
    answer = send(admin, **rows)
    assert answer.status_code == 422 and "Ask up to 20 questions." in answer.text


def test_a_copy_of_an_offer_asks_the_same(admin: FlaskClient, merchant: Merchant) -> None:
    offer = make_offer(merchant, questions=(Question("Size"),))
    admin.post(f"/admin/offers/{offer.id}/duplicate", data={"csrf_token": token_of(admin)})
    copies = list(Offer.select())
    assert [copy.asked() for copy in copies] == [offer.asked()] * len(copies)
