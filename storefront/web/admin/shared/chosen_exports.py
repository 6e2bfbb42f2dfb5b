"""Export of the rows that were chosen in a list."""

from collections.abc import Iterable

from flask import redirect
from werkzeug.wrappers import Response

from storefront.team import SecurityEvent
from storefront.web.admin.shared.csv_files import BYTE_ORDER_MARK, csv_line, csv_response
from storefront.web.admin.shared.htmx import show_error
from storefront.web.support import form_page, log_security_event


def export_chosen(name: str, lines: Iterable[tuple[str, ...]], nothing: str) -> Response:
    """The CSV file of these lines, of which the first has the headings.

    Without a second one it leads back to the list, with the error `nothing`.
    """
    found = list(lines)
    if len(found) < 2:
        show_error(nothing)
        return redirect(form_page(), 303)
    log_security_event(SecurityEvent.EXPORT, file=name)
    return csv_response(name, [(BYTE_ORDER_MARK + "".join(map(csv_line, found))).encode()])
