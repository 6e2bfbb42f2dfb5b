"""Rules about promo codes, for random histories: what is shown is charged, and no code is used too often."""

import json

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from storefront import db, pricing
from storefront.models import CounterKind, Order, PromoCode, units_by_status
from tests.histories.common_rules import CommonRules

CODES = (
    {"code": "TEN", "percent": 1050, "applies_to": "every"},
    {"code": "TWICE", "amount": 150, "currency": "EUR", "total_uses": 2},
    {"code": "GIFT", "percent": 10_000, "total_uses": 3, "uses_per_customer": 1},
)
NAMES = tuple(str(code["code"]) for code in CODES)


class CodeRules(CommonRules):
    """Call `make_codes` when the shop opens."""

    def make_codes(self) -> None:
        with db.connection():
            for code in CODES:
                PromoCode.create(**code)

    @rule(
        person=st.sampled_from(["Marko", "Iryna"]),
        code=st.sampled_from(NAMES),
        anew=st.booleans(),
        interrupted=st.sampled_from([0, 0, 0, 1, 3, 6, 9]),
    )
    def somebody_presses_pay_with_a_code(self, person: str, code: str, anew: bool, interrupted: int) -> None:
        """Apply the code on the offer's page, then press Pay for what it shows, perhaps with a crash."""
        visit = f"visit-with-a-code-of-{person}-{self.next_visit() if anew else 0}"
        form = {"email": f"{person.lower()}@example.com", "name": person, "visit": visit, "quantity": "1", "code": code}
        page = f"/o/{self.offer.slug}"
        shown = self.expect_status(self.shop.request("POST", f"{page}/quote", data=form), 200, 422, 429, 503)
        if shown is None or shown.status_code != 200:
            return
        seen = json.loads(shown.text)["seen"]
        if interrupted:
            self.shop.crash_injector.arm(interrupted)
        answer = self.shop.request("POST", f"{page}/checkout", data={**form, "seen": seen})
        if interrupted:
            self.shop.crash_injector.disarm()
        self.keep_secret(self.expect_status(answer, 200, 422, 429, 503))
        if answer is not None and answer.is_json and "client_secret" in answer.json:  # type: ignore[operator]
            with db.connection():
                order = Order.get(Order.token == answer.json["order"])  # type: ignore[index]
            due = int(seen.split()[1])
            assert order.is_settled or order.amount == due, self.report([f"{seen} was shown, it is {order.amount}"])

    def next_visit(self) -> int:
        """The number of another visit."""
        self.code_visits = getattr(self, "code_visits", 0) + 1
        return self.code_visits

    @invariant()
    def no_code_is_used_too_often(self) -> None:
        if not hasattr(self, "offer"):
            return
        wrong = []
        with db.connection():
            for code in PromoCode.select().where(PromoCode.total_uses.is_null(False)):
                late = sum(
                    any(entry.kind == "paid_late" for entry in order.timeline())
                    for order in Order.select().where(Order.promo_code_id == code.id)
                )
                uses = pricing.count_uses(units_by_status(code.id, CounterKind.PROMO_CODES))
                if uses > code.total_uses + late:
                    wrong.append(f"{code.code} is used {uses} times")
            for order in Order.select().where(Order.code == "", Order.discount > 0):
                wrong.append(f"order {order.id} has a discount without a code")
        assert not wrong, self.report(wrong)
