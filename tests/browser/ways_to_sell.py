"""Offers that use what an offer can have: price options, chosen prices, add-ons, questions, a stock, dates."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from storefront.models import Answer, Merchant, Offer, Order, PriceOption, Question, QuestionKind, now
from storefront.offers import AddonFields, OptionFields
from storefront.payments import CheckoutRequest
from storefront.pricing import Choice
from tests.factories import make_offer
from tests.purchase_steps import buy
from tests.simulator_process import Simulator

CODE = "FRIENDS"
ANSWERS = {"checkbox": "yes", "date": "2027-03-05", "phone": "+380441234567", "choice": "Oil"}
WORDS = "Is there anything that we should know before the first of the three evenings?"


def make_offers(merchant: Merchant) -> dict[str, Offer]:
    """The offers by name."""
    options = (
        OptionFields("options-0", "In three installments, one a month", "700", kind="plan", instalments=3, stock=3),
        OptionFields(
            "options-1",
            "As much as it is worth to you",
            "",
            pay_what_you_want=True,
            suggested_price="40",
            preselected=True,
        ),
        OptionFields("options-2", "With a private evening", "2500", stock=0),
    )
    questions = tuple(
        Question(f"{WORDS} ({kind})", kind, ("Watercolour", "Oil") if kind == QuestionKind.CHOICE else (), True)
        for kind in QuestionKind
    )
    return {
        "choices": make_offer(
            merchant,
            "1999",
            title="Everything about colours",
            option_label="At once",
            options=options,
            addons=(AddonFields("addons-0", "A workbook with two hundred pages", "90"),),
            questions=questions,
            max_quantity=4,
            stock=20,
            asks_country=True,
            asks_company=True,
        ),
        "own price": make_offer(merchant, "", title="A zine", pay_what_you_want=True, minimum_price="2"),
        "not yet": make_offer(merchant, title="A summer week", on_sale_from=now() + timedelta(days=90)),
    }


def sell(offers: dict[str, Offer], buyer: CheckoutRequest, simulator: Simulator) -> Order:
    """An order with an option, an add-on and answers."""
    offer = offers["choices"]
    answers = tuple(Answer(one.id, one.words, one.kind, ANSWERS.get(one.kind, "As last time")) for one in offer.asked())
    addons = tuple(addon.id for addon in offer.offered_addons())
    choice = Choice(PriceOption.of_offer(offer)[0].id, addons=addons)
    return buy(offer, simulator, replace(buyer, choice=choice, answers=answers))


def addresses(offers: dict[str, Offer]) -> Iterator[str]:
    """Further addresses of the offers' pages."""
    page = f"/o/{offers['choices'].slug}"
    yield f"{page}?option={PriceOption.of_offer(offers['choices'])[1].id}"
    yield f"{page}?code={CODE}"
