"""The export of a list: the page that asks for columns, and the files of all that it finds and of chosen rows."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import Blueprint, Response
from flask_babel import LazyString
from werkzeug.wrappers import Response as BaseResponse

from storefront.web.admin.shared.exports.choosing import export_page
from storefront.web.admin.shared.exports.sending import send_chosen, send_list
from storefront.web.admin.shared.exports.tables import Column, Row, Table
from storefront.web.admin.shared.list_query import ListAddress, chosen_rows
from storefront.web.admin.shared.recent_password import requires_recent_password

Record = TypeVar("Record")


@dataclass(frozen=True)
class ListExport(Generic[Record]):
    """What a list exports. `label` is the list's name, `note` another text of the page that asks for columns.

    `columns` have headings in the page's language. `rows` makes the rows of some records, `find` reads all that match
    the search in the address, a part at a time, and `back` is the list with this search. `choose` reads the records
    with the ids of a selection, and `nothing` is the error if there are none; without them nothing can be selected.
    """

    label: LazyString
    back: Callable[[], ListAddress]
    columns: Callable[[], tuple[Column, ...]]
    rows: Callable[[list[Record]], Iterable[Row]]
    find: Callable[[], Iterable[list[Record]]]
    choose: Callable[[list[str]], list[Record]] | None = None
    nothing: LazyString | str = ""
    note: LazyString | str = ""

    def table(self, name: str, parts: Iterable[list[Record]]) -> Table:
        """The table of these records, for a file with this name."""
        return Table(name, self.columns(), (list(self.rows(records)) for records in parts))


def export_blueprint(name: str, path: str, export: ListExport[Record]) -> Blueprint:
    """The routes of an export, below the list's `path`, whose last part is the name of the file."""
    blueprint, file = Blueprint(name, __name__), path.rpartition("/")[2]

    @blueprint.get(f"{path}/export")
    def new() -> str:
        """Asks for the columns and the kind of file."""
        words = str(export.label), export.columns(), str(export.note)
        return export_page(f"admin.{name}.show", export.back(), *words)

    @blueprint.get(f"{path}.csv", defaults={"kind": "csv"})
    @blueprint.get(f"{path}.xlsx", defaults={"kind": "xlsx"})
    @requires_recent_password
    def show(kind: str) -> Response:
        """All that match the search of the list."""
        return send_list(export.table(file, export.find()), kind)

    choose = export.choose
    if choose is not None:

        @blueprint.post(f"{path}.csv")
        @requires_recent_password
        def create() -> BaseResponse:
            """Those that were chosen in the list."""
            return send_chosen(export.table(file, [choose(chosen_rows())]), str(export.nothing))

    return blueprint
