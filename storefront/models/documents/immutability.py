"""Triggers that keep documents as they are: whoever holds a document must find the same one in the shop."""

from storefront.db import Derived, Trigger

# A number is given once. `buyer` is not here: the person may be erased from it.
_GIVEN_ONCE = ("number", "year", "sequence", "month", "issued_at")
_NEVER_CHANGED = (
    *("kind", "series", "mode", "order_id", "charge", "position", "invoice_id", "refund_id", "about_id"),
    *("language", "currency", "net", "tax", "gross", "content", "created_at"),
)


def _differs(columns: tuple[str, ...]) -> str:
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


def _refuse(words: str) -> dict[str, tuple[str, ...]]:
    return {"sqlite": (f"SELECT RAISE(ABORT, '{words}')",), "postgresql": (f"RAISE EXCEPTION '{words}'",)}


DOCUMENTS = Derived(
    "documents",
    (
        Trigger(
            "document_update",
            "document",
            "update",
            _refuse("a document never changes"),
            when=f"({_differs(_NEVER_CHANGED)}) OR (OLD.number IS NOT NULL AND ({_differs(_GIVEN_ONCE)}))",
        ),
        Trigger("document_delete", "document", "delete", _refuse("a document is never deleted")),
    ),
    (),
)
