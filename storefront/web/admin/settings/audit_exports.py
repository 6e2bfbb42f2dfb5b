"""Export of the audit log: a row for each field that was changed."""

from collections.abc import Iterator

from flask_babel import lazy_gettext as _l
from flask_babel import pgettext

from storefront.models import AuditEntry
from storefront.web.admin.settings.audit import list_address, search_from_query
from storefront.web.admin.shared import (
    Column,
    ColumnKind,
    ListExport,
    Value,
    export_blueprint,
)


def _columns() -> tuple[Column, ...]:
    """Headings in the page's language. The cells are the same in every language."""
    return (
        Column("entry", pgettext("column", "entry"), ColumnKind.NUMBER),
        Column("time", pgettext("column", "time_utc"), ColumnKind.TIME),
        Column("actor", pgettext("column", "actor")),
        Column("who", pgettext("column", "who")),
        Column("ip_address", pgettext("column", "ip_address")),
        Column("action", pgettext("column", "action")),
        Column("about", pgettext("column", "about")),
        Column("object", pgettext("column", "object")),
        Column("part", pgettext("column", "part")),
        Column("field", pgettext("column", "field")),
        Column("before", pgettext("column", "before"), ColumnKind.LONG_TEXT),
        Column("after", pgettext("column", "after"), ColumnKind.LONG_TEXT),
    )


def _rows(entry: AuditEntry) -> Iterator[tuple[Value, ...]]:
    of_entry = (entry.id, entry.created_at, entry.actor, entry.who, entry.address, entry.action, entry.kind)
    for part, field, before, after in entry.changes or [["", "", None, None]]:
        values = ("" if value is None else str(value) for value in (before, after))
        yield (*of_entry, entry.label, part, field, *values)


EXPORT = ListExport(
    label=_l("Audit log"),
    back=list_address,
    columns=_columns,
    rows=lambda entries: [row for entry in entries for row in _rows(entry)],
    find=lambda: search_from_query().iterate(),
)
blueprint = export_blueprint("audit_exports", "/settings/audit", EXPORT)
