"""Adding a file to what an offer delivers, and replacing one by a newer version.

A script uploads the file in parts first (`file_uploads`). Without it, the form brings the file, whatever its size.
"""

import logging
from dataclasses import replace

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from storefront import delivery, worker
from storefront.delivery import UploadIncomplete
from storefront.errors import FieldErrors, UploadsUnavailable
from storefront.i18n import isolate
from storefront.models import Deliverable, DeliverableKind, Offer, PriceOption, StoredFile
from storefront.web.admin import labels
from storefront.web.admin.offers.deliverables import deliverable_or_404
from storefront.web.admin.offers.file_uploads import chunks
from storefront.web.admin.offers.offers import offer_or_404
from storefront.web.admin.shared import show_notice
from storefront.web.forms import FileForm
from storefront.web.support import ask_to_sign_in

blueprint = Blueprint("offer_files", __name__, url_prefix="/offers/<int:offer_id>/files")
log = logging.getLogger(__name__)
# The other fields of the form, and what separates them.
_ROOM = 1_000_000
# Where the settings have no limit.
_ANY_SIZE = 10**15


@blueprint.url_value_preprocessor
def allow_files(_endpoint: str | None, _values: object) -> None:
    """Raise the size limit for admins. This must run before the CSRF check, which reads the body."""
    if request.method == "POST" and current_user.is_authenticated:
        request.max_content_length = _largest_request()


@blueprint.errorhandler(RequestEntityTooLarge)
def too_large(_error: RequestEntityTooLarge) -> Response:
    """The page that says so: the form is not read."""
    if not current_user.is_authenticated:
        return ask_to_sign_in()
    error = FieldErrors({"file": ["file_bytes"]}, megabytes=delivery.max_file_bytes() // 10**6)
    words = labels.field_errors(error)["file"][0]
    return make_response(render_template("admin/offers/deliverables/file_too_large.html", alert=words), 413)


@blueprint.get("/new")
def new(offer_id: int) -> str:
    """The form for another file."""
    return _render(offer_or_404(offer_id), FileForm())


@blueprint.post("")
def create(offer_id: int) -> Response | tuple[str, int]:
    """Add the file to what the offer delivers."""
    offer, form = offer_or_404(offer_id), FileForm()
    if form.validate_on_submit():
        try:
            file = _file_of(form)
            fields = replace(form.fields(), file=file, title=form.title.data or file.name)
            row, _added = delivery.add_deliverable(offer, DeliverableKind.FILE, fields)
        except FieldErrors as error:
            form.add_errors(labels.field_errors(error))
        else:
            return _saved(row)
    return _render(offer, form), 422


@blueprint.get("/<int:deliverable_id>/replacement")
def new_version(offer_id: int, deliverable_id: int) -> str:
    """The form for a newer version."""
    row = deliverable_or_404(offer_id, deliverable_id)
    return _render(row.offer, FileForm(for_earlier=True), row)


@blueprint.post("/<int:deliverable_id>/replacement")
def replace_file(offer_id: int, deliverable_id: int) -> Response | tuple[str, int]:
    """Deliver the new version from now on; where the owner wants it, to earlier customers too, with an email."""
    row, form = deliverable_or_404(offer_id, deliverable_id), FileForm()
    if form.validate_on_submit():
        try:
            return _saved(delivery.replace_file(row, _file_of(form), form.for_earlier.data))
        except FieldErrors as error:
            form.add_errors(labels.field_errors(error))
    return _render(row.offer, form, row), 422


def _file_of(form: FileForm) -> StoredFile:
    """The file that was uploaded before, or comes with the form. Raises FieldErrors for the field `file`."""
    sent, found = form.file.data, _uploaded(form)
    if found:
        return found
    if not sent or not sent.filename:
        raise FieldErrors({"file": ["file_missing"]})
    size = sent.stream.seek(0, 2)
    sent.stream.seek(0)
    try:
        return delivery.store_file(sent.filename, size, chunks(sent.stream))
    except (UploadIncomplete, UploadsUnavailable, OSError) as error:
        log.warning("a file could not be stored: %s", error)
        raise FieldErrors({"file": ["file_not_stored"]}) from error


def _uploaded(form: FileForm) -> StoredFile | None:
    """The file that a script has uploaded for this form."""
    typed = form.stored.data or ""
    return StoredFile.usable(int(typed)) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _saved(row: Deliverable) -> Response:
    if row.for_earlier:
        worker.wake_for_emails()
    show_notice(_("“%(title)s” is saved.", title=isolate(row.title)))
    return redirect(url_for("admin.offers.edit", offer_id=row.offer_id, _anchor="offer-delivery"), 303)


def _render(offer: Offer, form: FileForm, row: Deliverable | None = None) -> str:
    options = PriceOption.of_offer(offer) if offer.option_count else []
    form.set_options(options)
    return render_template(
        "admin/offers/deliverables/file.html",
        offer=offer,
        form=form,
        deliverable=row,
        uploaded=_uploaded(form),
        has_options=bool(options) and row is None,
        part_bytes=delivery.PART_BYTES,
        max_bytes=delivery.max_file_bytes(),
        largest_request=_largest_request(),
    )


def _largest_request() -> int:
    return (delivery.max_file_bytes() or _ANY_SIZE) + _ROOM
