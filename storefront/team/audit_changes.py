"""What the audit log writes about a changed row: its fields before and after, as texts, numbers, true or false."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from peewee import ForeignKeyField

from storefront import settings
from storefront.log_lines import hide_keys
from storefront.models import (
    HIDDEN_VALUE,
    LEGAL,
    PROFILE,
    Admin,
    LegalText,
    Merchant,
    Offer,
    RowChange,
    ShopSetting,
    StoredFile,
)
from storefront.money import Money
from storefront.team.audited_table import PERCENTAGES, AuditedTable

# Longer texts are cut: the log says what was changed, it is no backup.
MAX_TEXT = 2000
# [part, field, before, after], as `AuditEntry.changes` has them.
Change = list[Any]

_SHOWN_SETTINGS = settings.NAMES | {settings.TIME_ZONE, PROFILE, LEGAL, *(text.setting for text in LegalText)}
# What the shop itself remembers in the same table.
_NO_SETTINGS = frozenset(
    "worker_seen_at documents_restored last_used_order_id shop_id key_fingerprints write_check restored first_hour"
    " stripe_clock_ahead".split()
)
_NAMES: dict[Any, str] = {Merchant: "name", Offer: "title", Admin: "email", StoredFile: "name"}


def changes_of_row(table: AuditedTable, change: RowChange, part: str) -> list[Change]:
    """The fields of the row that have another value. `part` is "" for an object, else says what belongs to it."""
    if isinstance(change.row, ShopSetting):
        return list(_changed_setting(change))
    found = list(_changed_fields(table, change, part))
    if part and change.before is None:
        return [[part, "", None, True], *found]
    return [[part, "", True, None]] if part and change.after is None else found


def _changed_fields(table: AuditedTable, change: RowChange, part: str) -> Iterator[Change]:
    for field in type(change.row)._meta.sorted_fields:
        name = field.name
        before, after = (None if row is None else row.__data__.get(name) for row in (change.before, change.after))
        if before == after or table.is_ignored(name):
            continue
        if change.before is None and after in (None, "", False, [], {}):
            continue
        if not table.is_shown(name):
            yield [part, name, *(HIDDEN_VALUE if value not in (None, "") else value for value in (before, after))]
            continue
        shown = [_shown(table, field, value, row) for value, row in ((before, change.before), (after, change.after))]
        if shown[0] != shown[1]:
            yield [part, name, *shown]


def _shown(table: AuditedTable, field: Any, value: Any, row: Any) -> Any:
    """The value as the log keeps it."""
    if value is None:
        return None
    if field.name in table.money.split():
        currency = _currency(row)
        return f"{Money(value, currency).decimal_text()} {currency}" if currency else value
    if field.name in PERCENTAGES:
        return f"{Decimal(value) / PERCENTAGES[field.name]:f} %"
    if isinstance(field, ForeignKeyField):
        name = _NAMES.get(field.rel_model, "id")
        related = field.rel_model.get_or_none(field.rel_model.id == value)
        return str(value if related is None else getattr(related, name))
    return _plain(value)


def _currency(row: Any) -> str:
    return str(getattr(row, "currency", "") or getattr(getattr(row, "offer", None), "currency", ""))


def _plain(value: Any) -> Any:
    """A JSON value; times as UTC, lists and objects as text."""
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    if isinstance(value, bool | int) or value is None:
        return value
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        value = ", ".join(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
    # Somebody may have typed a key into the field of a name.
    return hide_keys(text)[:MAX_TEXT]


def _changed_setting(change: RowChange) -> Iterator[Change]:
    """One for the setting; for one that is an object, one for each of its values."""
    name = change.row.name
    before, after = (None if row is None else row.value for row in (change.before, change.after))
    if name not in _SHOWN_SETTINGS:
        if name not in _NO_SETTINGS and before != after:
            yield ["", name, *(value and HIDDEN_VALUE for value in (before, after))]
    elif isinstance(before or after, dict):
        for key in sorted({*(before or {}), *(after or {})}):
            old, new = ((whole or {}).get(key) for whole in (before, after))
            if old != new and (old or new):
                yield ["", f"{name}.{key}", _plain(old), _plain(new)]
    elif before != after:
        yield ["", name, _plain(before), _plain(after)]
