"""Rules about price options, prices that customers choose, add-ons, questions, companies and shipping, for random
histories: what is shown is charged, and no option is sold more often than there is.
"""

import json

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from storefront import db, pricing
from storefront.models import (
    Merchant,
    Offer,
    Order,
    OrderAnswer,
    PriceOption,
    Question,
    QuestionKind,
    ShopProfile,
    TimelineKind,
)
from storefront.offers import AddonFields, OptionFields, ShippingPriceFields, TaxFields, TaxRateFields
from tests.factories import make_offer
from tests.histories.code_rules import NAMES
from tests.histories.common_rules import CommonRules

# On top, so that each total has been computed with it; by country, so that it changes with what is typed.
TAX = TaxFields("VAT", "19.5", False, (TaxRateFields("tax_rates-0", "DE", "9.975"),))
SHIPPING_PRICES = {"UA": "3.10", "DE": "0", "FR": "7"}
SHIPPING = tuple(ShippingPriceFields("", country, price) for country, price in SHIPPING_PRICES.items())
ADDRESS = {"shipping_line1": "Road 1", "shipping_city": "Town", "shipping_postal_code": "12345"}
# A company of another member state than the seller's owes the tax itself.
SELLER = "FR"
COMPANIES = {
    "DE": {"company": "Farben GmbH", "vat_id": "DE136695976"},
    "FR": {"company": "Couleurs SARL", "vat_id": "FR40303265045"},
}
SIZES = ("Small", "Large")
ADDONS = (AddonFields("addons-0", "Workbook", "9.00"), AddonFields("addons-1", "Call", "2.50"))


class ChoiceRules(CommonRules):
    """Call `make_choices` when the shop opens."""

    def make_choices(self, merchant: Merchant, **terms: object) -> None:
        """An offer with two options that have these billing terms: one whose price is chosen, one with a stock of 2."""
        scarce = OptionFields("options-0", "Full", "30.00", stock=2, **terms)  # type: ignore[arg-type]
        with db.connection():
            ShopProfile(country=SELLER).save()
            self.choices: Offer = make_offer(
                merchant,
                "12.50",
                slug="choices",
                pay_what_you_want=True,
                minimum_price="5",
                option_label="Basic",
                options=(scarce,),
                addons=ADDONS,
                max_quantity=2,
                tax=TAX,
                asks_shipping=True,
                shipping=SHIPPING,
                asks_company=True,
                questions=(Question("Size", QuestionKind.CHOICE, SIZES, is_required=True),),
                **terms,
            )
            self.option_ids = [option.id for option in PriceOption.of_offer(self.choices)]

    @rule(
        person=st.sampled_from(["Marko", "Iryna"]),
        option=st.sampled_from([0, 1, 1]),
        quantity=st.sampled_from(["1", "1", "2"]),
        price=st.sampled_from(["12.50", "5", "77.77"]),
        addons=st.sampled_from([(), ("1",), ("1", "2")]),
        code=st.sampled_from(["", "", *NAMES]),
        country=st.sampled_from(["UA", "DE", "FR"]),
        company=st.booleans(),
        size=st.sampled_from(SIZES),
        anew=st.booleans(),
        interrupted=st.sampled_from([0, 0, 0, 1, 3, 6, 9]),
    )
    def somebody_chooses_and_presses_pay(
        self,
        person: str,
        option: int,
        quantity: str,
        price: str,
        addons: tuple[str, ...],
        code: str,
        country: str,
        company: bool,
        size: str,
        anew: bool,
        interrupted: int,
    ) -> None:
        """Ask for the price of a choice, then press Pay for what is shown, perhaps with a crash."""
        self.choice_visits = getattr(self, "choice_visits", 0) + anew
        form = {
            "email": f"{person.lower()}@example.com",
            "name": person,
            "visit": f"visit-with-a-choice-of-{person}-{self.choice_visits}",
            "option": str(self.option_ids[option]),
            "quantity": quantity,
            "price": price,
            "addon": list(addons),
            "code": code,
            "country": country,
            "q-1": size,
            **(COMPANIES.get(country, {}) if company else {}),
            **ADDRESS,
        }
        shown = self.expect_status(self.shop.request("POST", "/o/choices/quote", data=form), 200, 422, 429, 503)
        if shown is None or shown.status_code != 200:
            return
        seen = json.loads(shown.text)["seen"]
        if interrupted:
            self.shop.crash_injector.arm(interrupted)
        answer = self.shop.request("POST", "/o/choices/checkout", data={**form, "seen": seen})
        if interrupted:
            self.shop.crash_injector.disarm()
        self.keep_secret(self.expect_status(answer, 200, 422, 429, 503))
        if answer is not None and answer.is_json and "client_secret" in answer.json:  # type: ignore[operator]
            with db.connection():
                order = Order.get(Order.token == answer.json["order"])  # type: ignore[index]
                promised = [amount.amount for amount in pricing.quote_of(order).charges]
            agreed = [int(amount) for amount in seen.split()[1:]] == promised
            assert order.is_settled or agreed, self.report([f"{seen} was shown, it is {promised}"])

    @invariant()
    def each_order_has_its_answer_and_owes_the_tax_unless_the_company_does(self) -> None:
        if not hasattr(self, "choices"):
            return
        with db.connection():
            for order in Order.select().where(Order.offer == self.choices):
                # Stripe has no answers: an order that was made again after a restore has none.
                is_lost = any(entry.kind == TimelineKind.FOUND_AT_STRIPE for entry in order.timeline())
                answers = [answer.value for answer in OrderAnswer.of(order)]
                is_right = len(answers) == (not is_lost) and set(answers) <= set(SIZES)
                assert is_right, self.report([f"order {order.id}: {answers}"])
                owed = bool(order.vat_id) and order.country == "DE"
                reverse = order.is_reverse_charge
                assert reverse == owed, self.report([f"order {order.id}: reverse charge is {reverse}"])

    @invariant()
    def all_sums_of_taxes_are_equal(self) -> None:
        if not hasattr(self, "choices"):
            return
        with db.connection():
            for order in Order.select().where(Order.offer == self.choices):
                statements = [pricing.tax_statement(order, later=later) for later in [False, True][: 1 + order.recurs]]
                charged = [order.total, order.recurring_total][: len(statements)]
                for found, expected in zip(statements, charged, strict=True):
                    parts = found.gross, found.net + found.tax
                    assert parts == (expected, expected), self.report([f"{found} is not {expected}"])
                    rates = sum(total.tax for total in found.totals)
                    assert rates == found.tax.amount == sum(line.tax for line in found.lines)

    @invariant()
    def no_option_is_sold_too_often(self) -> None:
        if not hasattr(self, "choices"):
            return
        with db.connection():
            paid = Order.select().where(Order.option_id == self.option_ids[1], Order.status == "paid")
            kinds = [{entry.kind for entry in order.timeline()} for order in paid]
            units = sum(order.quantity for order, seen in zip(paid, kinds, strict=True) if "sold_out" not in seen)
        assert units <= 2, self.report([f"{units} units of a stock of 2 are sold"])
