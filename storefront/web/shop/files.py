"""Downloads of the files of an order. A signed link opens one of them for a time; the order's page makes such links."""

import logging

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from storefront import delivery
from storefront.delivery import LinkProblem, LinkRefused
from storefront.errors import UploadsUnavailable
from storefront.models import Order
from storefront.web import support
from storefront.web.shop import file_sending
from storefront.web.support import keep_private

blueprint = Blueprint("files", __name__)
log = logging.getLogger(__name__)

STATUS = {
    LinkProblem.INVALID: 404,
    LinkProblem.EXPIRED: 410,
    LinkProblem.NO_ACCESS: 403,
    LinkProblem.USED_UP: 429,
    LinkProblem.LOST: 503,
}


@blueprint.get("/orders/<token>/files/<int:deliverable_id>")
def open_file(token: str, deliverable_id: int) -> Response:
    """Go to a new link to this file, if the order still has it."""
    order = Order.by_token(token) if token.isascii() and token.isprintable() else None
    if order is None:
        abort(404)
    item = delivery.delivered(order).file(deliverable_id)
    if item is None:
        return keep_private(make_response(redirect(url_for("orders.show", token=token))))
    link = url_for("files.download", token=delivery.make_link_token(order, item.deliverable))
    return keep_private(make_response(redirect(link)))


@blueprint.get("/files/<token>")
def download(token: str) -> Response:
    """The file of a link, or the part that is asked for. What begins at its start is counted as a download."""
    try:
        order, deliverable, file = delivery.file_of_link(token)
        if request.if_none_match.contains(file.hash):
            return keep_private(make_response("", 304))
        part = file_sending.asked_part(file)
        response = file_sending.send(file, part)
        if request.method == "GET":
            delivery.count_download(order, deliverable, file, part.start, request.remote_addr or "")
    except file_sending.Unsatisfiable:
        return file_sending.unsatisfiable(file)
    except (FileNotFoundError, UploadsUnavailable) as error:
        log.error("a file of an order can't be read: %s", error)
        return _refused(LinkProblem.LOST)
    except LinkRefused as refused:
        return _refused(refused.problem)
    return response


def _refused(problem: LinkProblem) -> Response:
    if problem == LinkProblem.INVALID:
        abort(404)
    support.set_page_language(support.current_language())
    page = make_response(render_template("orders/file_refused.html", problem=problem), STATUS[problem])
    return keep_private(page)
