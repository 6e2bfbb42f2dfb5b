"""The page that asks for the columns of an export and the kind of file. Addresses of files have the choice."""

from flask import render_template, request, url_for
from flask_babel import gettext as _

from storefront import settings
from storefront.web.admin.shared.exports.spreadsheets import MAX_ROWS
from storefront.web.admin.shared.exports.tables import Column
from storefront.web.admin.shared.list_query import ListAddress


def chosen_columns() -> list[str]:
    """`?column=` of each column that the file is to have; none for all."""
    return request.values.getlist("column")


def export_page(endpoint: str, back: ListAddress, name: str, columns: tuple[Column, ...], note: str = "") -> str:
    """The page for the list at `back`, whose file is at `endpoint`. `name` is the list's own.

    `note` is another text.
    """
    chosen = set(chosen_columns())
    known = [column for column in columns if column.key in chosen]
    return render_template(
        "admin/exports/new.html",
        csv_address=url_for(endpoint, kind="csv"),
        sheet_address=url_for(endpoint, kind="xlsx"),
        back=back,
        name=name,
        columns=[(column, not known or column in known) for column in columns],
        zone=settings.time_zone(),
        max_rows=MAX_ROWS,
        note=note,
        title=_("Export: %(what)s", what=name),
    )
