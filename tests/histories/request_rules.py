"""Rules about payment requests, for random histories: each is paid at most once, for exactly what was asked."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from storefront import db, payments
from storefront.errors import FieldErrors, StripeError
from storefront.models import REQUEST_KEY, Merchant, Order, PaymentRequest, now
from storefront.offers import TaxFields
from storefront.payments import RequestFields
from tests.histories.common_rules import CommonRules, which


class RequestRules(CommonRules):
    """The owner asks, several people press Pay, the owner cancels."""

    @rule(
        amount=st.sampled_from(["4.50", "120"]),
        days=st.sampled_from([1, 14, None]),
        tax=st.sampled_from([TaxFields(), TaxFields("VAT", "20"), TaxFields("VAT", "8.875", False)]),
    )
    def the_owner_asks_for_a_payment(self, amount: str, days: int | None, tax: TaxFields) -> None:
        def ask() -> None:
            expires = now() + timedelta(days=days) if days else None
            person = ("Lesia", "lesia@example.com")
            fields = RequestFields("Frame", amount, "EUR", Merchant.get(), *person, expires, "en", tax=tax)
            try:
                payments.create_request(fields)
            except FieldErrors:
                # The account is disconnected.
                return

        self.shop.run(ask)

    @rule(which=which, person=st.sampled_from(["Lesia", "Taras"]))
    def somebody_presses_pay_on_a_request(self, which: int, person: str) -> None:
        asked = self._request(which)
        if asked is not None:
            self.press(f"/r/{asked.token}/checkout", person)

    @rule(which=which)
    def somebody_opens_a_request(self, which: int) -> None:
        asked = self._request(which)
        if asked is not None:
            self.open_page(f"/r/{asked.token}")

    @rule(which=which)
    def the_owner_cancels_a_request(self, which: int) -> None:
        asked = self._request(which)
        if asked is None:
            return

        def cancel() -> None:
            try:
                payments.cancel_request(asked)
            except StripeError:
                # The page says so, and the worker goes on.
                return

        self.shop.run(cancel)

    @invariant()
    def a_request_has_one_order_for_what_was_asked(self) -> None:
        if not hasattr(self, "offer"):
            return
        wrong = []
        with db.connection():
            for asked in PaymentRequest.select():
                orders = list(Order.select().where(Order.visit_key == f"{REQUEST_KEY}{asked.id}"))
                if len(orders) > 1:
                    wrong.append(f"request {asked.id} has {len(orders)} orders")
                for order in orders:
                    if (order.amount, order.currency, order.tax) != (asked.amount, asked.currency, asked.tax):
                        wrong.append(f"request {asked.id} asks for {asked.amount}, its order for {order.amount}")
                    if order.is_settled != (asked.state == "paid"):
                        wrong.append(f"request {asked.id} is {asked.state}, its order {order.status}")
        assert not wrong, self.report(wrong)

    def _request(self, which: int) -> PaymentRequest | None:
        with db.connection():
            found = list(PaymentRequest.select().order_by(PaymentRequest.id))
        return found[-1 - which % len(found)] if found else None
