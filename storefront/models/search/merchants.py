"""The list of merchants: connected ones in pages, those that are being disconnected, and disconnected ones in pages."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from storefront.i18n import fold
from storefront.models import Merchant
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_pages, source_of

_KEYS = Merchant.name, Merchant.id
# So many merchants are in the select of an offer. A part of the name finds others.
MOST_CHOICES = 50


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
        return query.where(_is_found_by(self.text)) if self.text else query


@dataclass(frozen=True)
class MerchantChoices:
    """Merchants that an offer can be paid to, by name. `is_complete`: without a search there would be no others.

    `found` is how many have the text of the search, counted up to MOST_CHOICES + 1.
    """

    merchants: list[Merchant]
    is_complete: bool
    found: int


def merchants_to_choose(
    text: str = "", chosen: Collection[int] = (), own: Iterable[Merchant | None] = ()
) -> MerchantChoices:
    """The newest merchants that take payments, with `text` in their names or account ids; two queries at most.

    Those with the ids `chosen` are among them, if they take payments, and `own` in any case.
    """
    taking = Merchant.select().where(Merchant.disconnected_at.is_null(), Merchant.disconnecting_at.is_null())
    found = taking.where(_is_found_by(text)) if text else taking
    newest = list(found.order_by(Merchant.id.desc()).limit(MOST_CHOICES + 1))
    listed = {merchant.id: merchant for merchant in newest[:MOST_CHOICES]}
    for one in own:
        if one is not None:
            listed.setdefault(one.id, one)
    if missing := [merchant_id for merchant_id in chosen if merchant_id not in listed]:
        listed |= {merchant.id: merchant for merchant in taking.where(Merchant.id.in_(missing))}
    by_name = sorted(listed.values(), key=lambda merchant: (merchant.name.casefold(), merchant.id))
    return MerchantChoices(by_name, not text and len(newest) <= MOST_CHOICES, len(newest))


def _is_found_by(text: str) -> Any:
    # No folded account: Stripe's ids are ASCII.
    return Merchant.name_folded.contains(fold(text)) | Merchant.stripe_account_id.contains(text)
