"""What the law asks an order to remember: consent to the shop's terms, the right of withdrawal, and its use."""

from peewee import CharField, IntegerField, TextField

from storefront.models.base import Record, UtcDateTimeField
from storefront.models.offers.billing_terms import BillingKind
from storefront.models.orders.order_status import OrderStatus

# A withdrawal that the owner has not dealt with, as SQL about the row `{row}`. For an order that was paid once a full
# refund is all that can be done; the status of others tells of their first payment only.
OPEN_WITHDRAWAL = (
    "{row}.withdrawn_at IS NOT NULL AND {row}.withdrawal_handled_at IS NULL"
    f" AND ({{row}}.status <> '{OrderStatus.REFUNDED}' OR {{row}}.kind <> '{BillingKind.ONE_OFF}')"
)


class Agreement(Record):
    """`withdrawal_days` and `no_withdrawal_reason` are those of the offer when the order was made.

    `terms_consent` is the text of the checkbox at checkout, as the customer read it in `terms_consent_language`.
    `withdrawal_handled_at` is when the owner has marked the withdrawal as done.
    """

    withdrawal_days = IntegerField(default=0)  # 0: no right of withdrawal
    no_withdrawal_reason = CharField(max_length=300, default="")
    terms_consent = TextField(default="")
    terms_consent_language = CharField(max_length=2, default="")
    terms_consented_at = UtcDateTimeField(null=True)
    withdrawn_at = UtcDateTimeField(null=True)
    withdrawal_reason = TextField(default="")  # what the customer wrote, if anything
    withdrawal_handled_at = UtcDateTimeField(null=True)

    @property
    def is_withdrawn(self) -> bool:
        """Whether the customer has withdrawn from the contract."""
        return self.withdrawn_at is not None
