"""Uploads of large files in parts, for a script. An interrupted upload goes on where it stopped."""

import logging
from collections.abc import Iterator
from functools import partial

from flask import Blueprint, abort, jsonify, request
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import delivery
from storefront.delivery import UploadIncomplete, WrongOffset
from storefront.errors import FieldErrors, UploadsUnavailable
from storefront.models import FileUpload, StoredFile
from storefront.web.admin import labels
from storefront.web.support import answers_script

blueprint = Blueprint("file_uploads", __name__, url_prefix="/file-uploads")
log = logging.getLogger(__name__)
_BLOCK = 1 << 18
# The other fields of a request with a part.
_ROOM = 100_000


@blueprint.url_value_preprocessor
def allow_parts(_endpoint: str | None, _values: object) -> None:
    """Raise the size limit for admins. This must run before the CSRF check, which reads the body."""
    if request.method == "POST" and current_user.is_authenticated:
        request.max_content_length = delivery.PART_BYTES + _ROOM


@blueprint.post("")
@answers_script
def begin() -> tuple[Response, int] | Response:
    """Start an upload: `name` and `size` of the file. Answers where parts go, and how large they may be."""
    size = request.form.get("size", "")
    try:
        upload = delivery.begin_upload(current_user.id, request.form.get("name", ""), _number(size))
    except FieldErrors as error:
        return _refused(labels.field_errors(error)["file"][0]), 422
    return jsonify(upload=upload.public_id, received=0, part=delivery.PART_BYTES)


@blueprint.get("/<upload_id>")
@answers_script
def show(upload_id: str) -> Response:
    """How many bytes have arrived."""
    return jsonify(received=_upload_or_404(upload_id).received)


@blueprint.post("/<upload_id>")
@answers_script
def add(upload_id: str) -> tuple[Response, int] | Response:
    """Take the file `part`, which begins at the byte `offset`. After the last one, the answer has the stored file."""
    upload, part = _upload_or_404(upload_id), request.files.get("part")
    try:
        if part is not None:
            delivery.add_part(upload, _number(request.form.get("offset", "")), chunks(part.stream))
        if upload.received < upload.size:
            return jsonify(received=upload.received)
        return jsonify(received=upload.size, **_described(delivery.finish_upload(upload)))
    except WrongOffset as error:
        return jsonify(received=error.received), 409
    except UploadIncomplete as error:
        log.warning("an upload was not complete: %s", error)
        return _refused(_("The file didn’t arrive as it was sent. Upload it again.")), 422
    except (UploadsUnavailable, OSError) as error:
        log.warning("a part of a file could not be stored: %s", error)
        return _refused(_("The file couldn’t be stored. Try again in a moment.")), 503


def chunks(stream: object) -> Iterator[bytes]:
    """The bytes of a file in a form, piece by piece."""
    return iter(partial(stream.read, _BLOCK), b"")  # type: ignore[attr-defined]


def _described(file: StoredFile) -> dict[str, object]:
    return {"file": file.id, "name": file.name, "size": file.size}


def _upload_or_404(upload_id: str) -> FileUpload:
    return FileUpload.of(current_user.id, upload_id) or abort(404)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else -1


def _refused(words: str) -> Response:
    return jsonify(error=words)
