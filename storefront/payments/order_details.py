"""What an unpaid order is to contain."""

from dataclasses import dataclass, field
from datetime import datetime

from storefront import offers
from storefront.models import Answer, Merchant, Offer, Order, now, searched_text
from storefront.money import Money


@dataclass(frozen=True)
class OrderDetails:
    """What an unpaid order is to contain: offer title, billing terms, price and customer. Amounts in minor units."""

    merchant: Merchant
    title: str
    terms: dict[str, object]
    unit_amount: int
    quantity: int
    currency: str
    email: str
    name: str
    language: str
    buyer_address: str
    expires_at: datetime
    consent: str
    answers: tuple[Answer, ...] | None = None  # None: those that the order has
    agreement: dict[str, object] = field(default_factory=dict)  # and other columns that a resumed order keeps

    @property
    def due_now(self) -> Money:
        """The first payment: nothing with a free trial."""
        return Money(0 if self.terms["trial_days"] else self.unit_amount * self.quantity, self.currency)

    def columns(self) -> dict[str, object]:
        """Values of the order's columns, by name."""
        others = ("terms", "consent", "agreement", "answers")
        columns = {name: value for name, value in vars(self).items() if name not in others}
        if self.answers is not None:
            columns |= {"answer_count": len(self.answers), "details_folded": searched_text(self.answers)}
        if self.consent:
            columns |= {"consent": self.consent, "consented_at": now()}
        return columns | self.terms | self.agreement | {"amount": self.due_now.amount}

    def has_same_billing(self, order: Order) -> bool:
        """Whether the order has the same billing terms and, if it recurs, the same price for each period."""
        return order.terms() == self.terms and (
            not order.recurs or (order.unit_amount, order.quantity) == (self.unit_amount, self.quantity)
        )


def agreement_columns(offer: Offer, terms_consent: str, language: str) -> dict[str, object]:
    """Columns of an order's `Agreement`. `terms_consent` is the text that the customer agreed to, "" for none."""
    columns = offers.withdrawal_terms(offer)
    if terms_consent:
        columns |= {
            "terms_consent": terms_consent,
            "terms_consent_language": language,
            "terms_consented_at": now(),
        }
    return columns
