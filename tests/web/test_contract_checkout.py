"""`POST /o/<slug>/checkout` as scripts know it: each field, and each answer."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from storefront import settings
from storefront.models import (
    LegalSettings,
    LegalText,
    Merchant,
    Offer,
    Order,
    OrderAnswer,
    OrderLine,
    PriceOption,
    PromoCode,
    Question,
    QuestionKind,
)
from storefront.offers import AddonFields, OptionFields
from tests.cards import DECLINED
from tests.factories import make_offer
from tests.simulator_process import Simulator


@pytest.fixture
def offer(merchant: Merchant) -> Offer:
    """It asks for everything that an offer can ask for."""
    PromoCode.create(code="TENTH", percent=1000)
    PromoCode.create(code="GIFT", percent=10_000)
    LegalSettings.save({LegalText.TERMS: {"en": "Be kind."}}, True)
    return make_offer(
        merchant,
        "30.00",
        slug="everything",
        option_label="Full",
        options=(OptionFields("options-0", "Own", "", pay_what_you_want=True, minimum_price="5", suggested_price="9"),),
        addons=(AddonFields("addons-0", "Clay", "3.00"), AddonFields("addons-1", "Glaze", "2.00")),
        questions=(Question("Which evening?", QuestionKind.TEXT, (), True),),
        max_quantity=5,
        asks_country=True,
        asks_company=True,
    )


def form_for(offer: Offer) -> dict[str, object]:
    return {
        "email": "marko@example.com",
        "name": "Marko",
        "quantity": "2",
        "code": "tenth",
        "visit": "visit-of-a-script-0001",
        "option": str(PriceOption.of_offer(offer)[1].id),
        "price": "12.50",
        "addon": [str(addon["id"]) for addon in offer.addons],
        f"q-{offer.asked()[0].id}": "Friday",
        "consent": "y",
        "country": "DE",
        "company": "Farben & Ton GmbH",
        "vat_id": "DE136695976",
    }


def test_each_field_is_part_of_the_order(client: FlaskClient, offer: Offer) -> None:
    answer = client.post("/o/everything/checkout", data=form_for(offer))
    assert answer.status_code == 200, answer.text
    order = Order.get()
    assert answer.json == {
        "client_secret": answer.json["client_secret"],
        "intent": "payment",
        "order": order.token,
    }
    # 2 × 12.50 and 5.00 less a tenth.
    assert (order.amount, order.quantity, order.option_label, order.code) == (2700, 2, "Own", "TENTH")
    assert [line.title for line in OrderLine.addons_of(order)] == ["Clay", "Glaze"]
    assert [one.value for one in OrderAnswer.of(order)] == ["Friday"]
    assert (order.country, order.company, order.vat_id) == ("DE", "Farben & Ton GmbH", "DE136695976")
    assert order.terms_consent and (order.email, order.name) == ("marko@example.com", "Marko")
    again = client.post("/o/everything/checkout", data=form_for(offer)).json
    assert again == answer.json and Order.select().count() == 1


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("email", "marko"),
        ("name", ""),
        ("quantity", "6"),
        ("code", "NOTHING"),
        ("visit", "v" * 129),
        ("option", "999999"),
        ("price", "4.99"),
        ("price", "1e3"),
        ("addon", "999999"),
        ("q-", ""),
        ("consent", ""),
        ("country", "XX"),
        ("company", ""),
        ("vat_id", "DE1"),
    ],
)
def test_a_wrong_field_is_named_with_words(client: FlaskClient, offer: Offer, field: str, typed: str) -> None:
    form = form_for(offer)
    name = next(one for one in form if one.startswith(field)) if field == "q-" else field
    answer = client.post("/o/everything/checkout", data={**form, name: typed})
    assert answer.status_code == 422 and set(answer.json) == {"errors"}, answer.text
    assert list(answer.json["errors"]) == [name]
    assert all(isinstance(words, str) and words for words in answer.json["errors"][name])
    assert Order.select().count() == 0


@pytest.mark.parametrize("terms", [{"kind": "recurring", "trial_days": 14}, {"kind": "recurring"}])
def test_the_intent_is_a_setup_where_nothing_is_charged_yet(
    client: FlaskClient, merchant: Merchant, terms: dict[str, object]
) -> None:
    plain = make_offer(merchant, **terms)
    form = {"email": "marko@example.com", "name": "Marko"}
    answer = client.post(f"/o/{plain.slug}/checkout", data=form).json
    assert set(answer) == {"client_secret", "intent", "order"}
    assert answer["intent"] == ("setup" if "trial_days" in terms else "payment")


def test_where_nothing_is_left_to_pay_the_next_address_is_told(client: FlaskClient, offer: Offer) -> None:
    answer = client.post("/o/everything/checkout", data={**form_for(offer), "code": "gift"})
    token = Order.get().token
    assert answer.status_code == 200 and answer.json == {"next": f"/orders/{token}", "order": token}
    assert client.get(answer.json["next"]).headers["Location"].endswith(f"/orders/{token}/thank-you")


def test_refusals_have_their_status_and_words(
    app: Flask, client: FlaskClient, offer: Offer, simulator: Simulator
) -> None:
    form = form_for(offer)
    refused = app.test_client().post("/o/everything/checkout", data=form)
    assert refused.status_code == 403 and refused.json["error"]
    simulator.add_fault("/v1/payment_intents", "error_before", times=5)
    away = client.post("/o/everything/checkout", data=form)
    assert away.status_code == 503 and set(away.json) == {"error"} and away.json["error"]
    simulator.clear_faults()
    settings.save({"declines_per_address_hour": 1})
    started = client.post("/o/everything/checkout", data=form).json
    simulator.confirm(offer.merchant.publishable_key, started["client_secret"], DECLINED)
    client.get(f"/orders/{started['order']}")
    limited = client.post("/o/everything/checkout", data={**form, "visit": "visit-of-a-script-0002"})
    assert limited.status_code == 429 and isinstance(limited.json["retry_after"], int) and limited.json["error"]
    assert limited.headers["Retry-After"] == str(limited.json["retry_after"]) and limited.json["challenge"]
