"""Offers from a CSV file: the upload, what each row would do, and saving them."""

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from storefront import worker
from storefront.models import KeptForm
from storefront.web.admin.offers.csv_reading import MAX_BYTES, MAX_ROWS, CsvProblem, decode, read_table
from storefront.web.admin.offers.import_columns import COLUMNS
from storefront.web.admin.offers.import_rows import ImportPreview, RowState, preview, save_row
from storefront.web.admin.shared import BYTE_ORDER_MARK, allow_long_texts, csv_line

blueprint = Blueprint("offer_imports", __name__, url_prefix="/offers/import")
# Larger than the limit of a file, so that the page can say that it is too large.
allow_long_texts(blueprint, 3 * MAX_BYTES, back="admin.offer_imports.new")
EXAMPLE = {
    "title": "Watercolor evening",
    "address": "watercolor-evening",
    "summary": "Two hours with brushes and tea",
    "description": "All you need is **provided**.",
    "price": "19.99",
    "currency": "EUR",
    "kind": "one_off",
    "every": "1",
    "interval": "month",
    "trial_days": "0",
    "stock": "12",
    "maximum_quantity": "4",
    "language": "en",
    "status": "draft",
    "listed": "yes",
    "thank_you": "See you on **Friday**!",
}


@blueprint.get("")
def new() -> str:
    """The form for the file."""
    return _render_upload()


@blueprint.post("")
def create() -> str | tuple[str, int]:
    """What each row of the file would do. Nothing is saved."""
    upload = request.files.get("file")
    try:
        # One byte more than is allowed tells that there are more.
        text = decode(upload.read(MAX_BYTES + 1) if upload else b"")
        found = _read(text)
    except CsvProblem as problem:
        return _render_upload(str(problem)), 422
    return _render_preview(found, text)


@blueprint.post("/rows")
def save() -> str | tuple[str, int]:
    """Save the rows of the file that was shown: new offers, and existing ones if that was ticked."""
    fields = KeptForm.unseal(current_user.id, request.form.get("file", ""), _sealed_for())
    if fields is None:
        return _render_upload(_("This import is done, or it is older than an hour. Choose the file again.")), 422
    found = preview(read_table(dict(fields)["text"]))
    wanted = (RowState.NEW, RowState.CHANGED) if request.form.get("update") else (RowState.NEW,)
    saved = [row for row in found.with_state(*wanted) if save_row(row)]
    # Pieces may be back.
    worker.wake_for_emails()
    return render_template("admin/offers/imports/saved.html", found=found, saved=saved, states=RowState)


@blueprint.get("/template.csv")
def template() -> Response:
    """A file with all columns and one example."""
    rows = csv_line(tuple(COLUMNS)) + csv_line(tuple(EXAMPLE.get(name, "") for name in COLUMNS))
    headers = {"Content-Disposition": 'attachment; filename="offers.csv"'}
    return Response(BYTE_ORDER_MARK + rows, mimetype="text/csv", headers=headers)


def _read(text: str) -> ImportPreview:
    found = preview(read_table(text))
    if not found.has_columns:
        raise CsvProblem(_("The first line has to name the columns, at least “title” or “address”."))
    return found


def _sealed_for() -> str:
    return url_for(".save")


def _render_upload(problem: str = "") -> str:
    return render_template("admin/offers/imports/new.html", problem=problem, columns=COLUMNS, most=MAX_ROWS)


def _render_preview(found: ImportPreview, text: str) -> str:
    kept = KeptForm.seal(current_user.id, _sealed_for(), [("text", text)])
    return render_template("admin/offers/imports/preview.html", found=found, kept=kept, states=RowState)
