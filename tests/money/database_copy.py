"""A copy of the database of a shop in this process, and the way back to it, as `backup` and `restore` have it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storefront import db, payments
from storefront.models import ALL, now
from tests import databases


@dataclass(frozen=True)
class DatabaseCopy:
    """The rows of all tables at one moment."""

    rows: dict[Any, list[dict[str, Any]]]
    made_at: datetime

    @classmethod
    def take(cls) -> "DatabaseCopy":
        return cls({model: list(model.select().dicts()) for model in ALL}, now())

    def restore(self) -> None:
        """Replace all rows, and mark the database as restored."""
        with db.db.atomic():
            databases.delete_all_rows()
            for model in ALL:
                for row in self.rows[model]:
                    model.insert(**row).execute()
            databases.restart_numbering()
            payments.mark_restored(self.made_at)
