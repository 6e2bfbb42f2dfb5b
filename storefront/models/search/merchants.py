"""The list of merchants: connected ones in pages, those that are being disconnected, and disconnected ones in pages."""

from dataclasses import dataclass
from typing import Any

from storefront.i18n import fold
from storefront.models import Merchant
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_pages, source_of

_KEYS = Merchant.name, Merchant.id


@dataclass(frozen=True)
class MerchantPages:
    """Pages of the merchants that take payments and of the disconnected ones, and all that are being disconnected."""

    connected: Page[Merchant]
    disconnecting: list[Merchant]
    disconnected: Page[Merchant]

    @property
    def rows(self) -> list[Merchant]:
        """All merchants on these pages."""
        return [*self.connected.rows, *self.disconnecting, *self.disconnected.rows]


@dataclass(frozen=True)
class MerchantSearch:
    """`text` is a part of a name or of the account's id at Stripe; "" finds all merchants."""

    text: str = ""

    def pages(self, connected: Place = FIRST_PAGE, disconnected: Place = FIRST_PAGE) -> MerchantPages:
        """The merchants by name, in two queries."""
        is_connected, is_disconnecting = Merchant.disconnected_at.is_null(), Merchant.disconnecting_at.is_null(False)
        lists = (
            (self._found(is_connected & ~is_disconnecting), connected),
            (self._found(is_connected & is_disconnecting), FIRST_PAGE),
            (self._found(~is_connected), disconnected),
        )
        sources = [(source_of(found, *_KEYS, descending=False), place) for found, place in lists]
        taking, leaving, gone = read_pages(Merchant.select(), Merchant.id, *sources)
        return MerchantPages(taking, leaving.rows, gone)

    def _found(self, condition: Any) -> Any:
        query = Merchant.select().where(condition)
        if not self.text:
            return query
        # No folded account: Stripe's ids are ASCII.
        return query.where(
            Merchant.name_folded.contains(fold(self.text)) | Merchant.stripe_account_id.contains(self.text)
        )
