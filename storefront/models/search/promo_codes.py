"""The admin's list of promo codes: those that work, or those that are switched off; and how often each was used."""

from dataclasses import dataclass

from storefront.models import PromoCode
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_page, source_of


@dataclass(frozen=True)
class PromoCodeSearch:
    """`is_active` None finds all. `code` is a whole code as it is stored; "" finds all."""

    code: str = ""
    is_active: bool | None = None

    def page(self, place: Place = FIRST_PAGE) -> Page[PromoCode]:
        """The codes, newest first."""
        found = PromoCode.select()
        if self.is_active is not None:
            found = found.where(PromoCode.is_active == self.is_active)
        if self.code:
            found = found.where(PromoCode.code == self.code)
        return read_page(source_of(found, PromoCode.id), PromoCode.select(), PromoCode.id, place=place)
