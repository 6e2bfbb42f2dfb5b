"""Search in the audit log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storefront.models import AUDIT_TEXTS, AuditEntry
from storefront.models.search.dates import created_between, ids_beside
from storefront.models.search.full_text import TextSearch
from storefront.models.search.pages import FIRST_PAGE, Page, Place, read_keys, read_page, source_of

# Entries that an export reads at once.
PER_READ = 500


@dataclass(frozen=True)
class AuditSearch:
    """Each field limits the search; "" does not. `text` is a part of a name or of a value before or after a change.

    `who` is one actor. The changes of a search were made from `since` on and before `until`.
    """

    text: str = ""
    who: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None

    def page(self, place: Place = FIRST_PAGE) -> Page[AuditEntry]:
        """The entries, newest first."""
        if self.text:
            source = self._text.source(self._found(), AuditEntry.id)
        else:
            found = self._found(ids_beside(place, descending=True))
            source = source_of(found, AuditEntry.id).counting(self._found())
        return read_page(source, AuditEntry.select(), AuditEntry.id, place=place)

    def iterate(self) -> Iterator[list[AuditEntry]]:
        """All matches, newest first, a part at a time. No connection is held between two parts."""
        found = self._found()
        source = self._text.source(found, AuditEntry.id) if self.text else source_of(found, AuditEntry.id)
        keys, place = [0], FIRST_PAGE
        while keys:
            keys = read_keys(source, place, PER_READ)
            if keys:
                yield list(AuditEntry.select().where(AuditEntry.id.in_(keys)).order_by(AuditEntry.id.desc()))
                place = Place(after=keys[-1])

    @property
    def is_too_short(self) -> bool:
        """Whether the text is too short to find anything."""
        return bool(self.text) and self._text.is_too_short

    @property
    def _text(self) -> TextSearch:
        return TextSearch(self.text, AuditEntry, AUDIT_TEXTS, AuditEntry.id)

    def _found(self, ids: tuple[bool, bool] = (True, True)) -> Any:
        query = AuditEntry.select()
        if self.who:
            query = query.where(AuditEntry.who == self.who)
        if self.kind:
            query = query.where(AuditEntry.kind == self.kind)
        return created_between(query, AuditEntry, self.since, self.until, ids)
