"""Columns with values of another table, so that an index has them, as the mode of an order, an offer, a
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
        "(({row}mode = '' OR {row}offer_id IS NULL) AND {row}order_id IS NOT NULL)",
        "mode = (SELECT o.mode FROM shop_order o WHERE o.id = {row}order_id),"
        " offer_id = (SELECT o.offer_id FROM shop_order o WHERE o.id = {row}order_id)",
    ),
}


def _update(table: str, row: str, condition: str) -> str:
    return f"UPDATE {table} SET {_COPIES[table][1].format(row=row)} WHERE {condition}"  # noqa: S608


# An offer's merchant may change, or be none.
_OFFER_MODE = "COALESCE((SELECT m.mode FROM merchant m WHERE m.id = {row}merchant_id), '')"
_SET_OFFER_MODE = f"UPDATE offer SET mode = {_OFFER_MODE.format(row='NEW.')} WHERE offer.id = NEW.id"  # noqa: S608

COPIED_COLUMNS = Derived(
    "copied_columns",
    (
        Trigger("copied_columns_offer", "offer", "insert", (_SET_OFFER_MODE,), when="NEW.merchant_id IS NOT NULL"),
        Trigger(
            "copied_columns_offer_update",
            "offer",
            "update",
            (_SET_OFFER_MODE,),
            ("merchant_id",),
            "OLD.merchant_id IS DISTINCT FROM NEW.merchant_id",
        ),
        *(
            Trigger(
                f"copied_columns_{table}",
                table,
                "insert",
                (_update(table, "NEW.", f"{table}.id = NEW.id"),),
                when=missing.format(row="NEW."),
            )
            for table, (missing, _values) in _COPIES.items()
        ),
    ),
    (
        *(_update(table, f"{table}.", missing.format(row="")) for table, (missing, _values) in _COPIES.items()),
        f"UPDATE offer SET mode = {_OFFER_MODE.format(row='offer.')}"  # noqa: S608
        f" WHERE mode <> {_OFFER_MODE.format(row='offer.')}",
    ),
)
