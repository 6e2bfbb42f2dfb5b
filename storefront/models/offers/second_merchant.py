"""The merchant who is paid for new orders of an offer while its first one can't be paid."""

from peewee import ForeignKeyField

from storefront.models.base import Record
from storefront.models.merchants.merchant import Merchant


class SecondMerchant(Record):
    """A column of Offer. The second merchant has the mode and the addresses of the first one, because an open page goes
    over from one to the other, and can charge the offer's currency.
    """

    merchant: Merchant | None
    merchant_id: int | None
    currency: str

    second_merchant = ForeignKeyField(Merchant, null=True, backref="second_offers", on_delete="RESTRICT")
    second_merchant_id: int | None

    @property
    def payee(self) -> Merchant | None:
        """Who is paid for a new order now: the second merchant while only that one can be paid."""
        first = self.merchant
        if self.second_merchant_id is None or (first is not None and first.is_payable(self.currency)):
            return first
        second = self.second_merchant
        return second if first is not None and second is not None and second.is_payable(self.currency) else first

    def has_merchant(self, merchant_id: int) -> bool:
        """Whether it names this merchant, as the first or the second one."""
        return merchant_id in (self.merchant_id, self.second_merchant_id)
