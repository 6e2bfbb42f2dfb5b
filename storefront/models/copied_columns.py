"""Columns with values of another table, so that an index has them, as the mode of an order, a
subscription and an email.

`save` writes them with a new row. These triggers fill them in rows that are written in another way, such as those of a
backup or of a bulk load.
"""

from storefront.db import Derived, Trigger

# {table: (condition that a column is missing, values)}; the row is `{row}`.
_COPIES = {
    "shop_order": ("{row}mode = ''", "mode = (SELECT m.mode FROM merchant m WHERE m.id = {row}merchant_id)"),
    "subscription": (
        "{row}mode = '' OR {row}offer_id = 0",
        "mode = (SELECT m.mode FROM merchant m WHERE m.id = {row}merchant_id),"
        " offer_id = (SELECT o.offer_id FROM shop_order o WHERE o.id = {row}order_id)",
    ),
    "letter": (
        "{row}mode = '' AND {row}order_id IS NOT NULL",
        "mode = (SELECT o.mode FROM shop_order o WHERE o.id = {row}order_id)",
    ),
}


def _update(table: str, row: str, condition: str) -> str:
    return f"UPDATE {table} SET {_COPIES[table][1].format(row=row)} WHERE {condition}"  # noqa: S608


COPIED_COLUMNS = Derived(
    "copied_columns",
    tuple(
        Trigger(
            f"copied_columns_{table}",
            table,
            "insert",
            (_update(table, "NEW.", f"{table}.id = NEW.id"),),
            when=missing.format(row="NEW."),
        )
        for table, (missing, _values) in _COPIES.items()
    ),
    tuple(_update(table, f"{table}.", missing.format(row="")) for table, (missing, _values) in _COPIES.items()),
)
