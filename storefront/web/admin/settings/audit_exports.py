"""Export of the audit log: a row for each field that was changed."""

from collections.abc import Iterator

from flask import Blueprint, Response
from flask_babel import gettext as _
from flask_babel import pgettext

from storefront.models import AuditEntry
from storefront.web.admin.settings.audit import list_address, search_from_query
from storefront.web.admin.shared import (
    Column,
    ColumnKind,
    Table,
    Value,
    export_page,
    requires_recent_password,
    send_list,
)

blueprint = Blueprint("audit_exports", __name__)


@blueprint.get("/settings/audit/export")
def new() -> str:
    """Asks for the columns and the kind of file."""
    return export_page("admin.audit_exports.show", list_address(), _("Audit log"), _columns())


@blueprint.get("/settings/audit.csv", defaults={"kind": "csv"})
@blueprint.get("/settings/audit.xlsx", defaults={"kind": "xlsx"})
@requires_recent_password
def show(kind: str) -> Response:
    """All entries that match the search of the list."""
    parts = ([row for entry in entries for row in _rows(entry)] for entries in search_from_query().iterate())
    return send_list(Table("audit", _columns(), parts), kind)


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
