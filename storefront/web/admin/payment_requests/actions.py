"""What the owner does with a payment request: remind, cancel, show its QR code."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from storefront import payments, worker
from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.models import PaymentRequest, RequestState
from storefront.web.admin import labels
from storefront.web.admin.payment_requests.lookup import request_or_404
from storefront.web.admin.payment_requests.requests import request_url
from storefront.web.admin.shared import ListAddress, qr_code_file, show_error, show_notice

blueprint = Blueprint("payment_request_actions", __name__, url_prefix="/payment-requests/<token>")

# The filters of the list, which stay as they were.
FILTERS = ("q", "state", "mode")


@blueprint.post("/remind")
def remind(token: str) -> BaseResponse:
    """Send a reminder now."""
    asked = request_or_404(token)
    if payments.send_reminder(asked):
        worker.wake_for_emails()
        show_notice(_("Reminder sent to %(email)s.", email=asked.email))
    elif not asked.email:
        show_error(_("This request has no email address."))
    elif not asked.is_open:
        show_error(_("This request isn’t open anymore."))
    else:
        show_error(_("A reminder was sent a few minutes ago."))
    return _back()


@blueprint.get("/cancel")
def confirm_cancel(token: str) -> str | BaseResponse:
    """Ask before the request is canceled."""
    asked = request_or_404(token)
    if not asked.is_open:
        return _back()
    filters = {name: value for name in FILTERS if (value := request.args.get(name))}
    return render_template(
        "admin/payment_requests/cancellation.html", asked=asked, filters=filters, back=_list(filters)
    )


@blueprint.post("/cancel")
def cancel(token: str) -> BaseResponse:
    """Cancel the request, with the payment that somebody may have begun."""
    asked = request_or_404(token)
    try:
        canceled = payments.cancel_request(asked)
    except (StripeError, SecretUnreadable):
        show_error(
            _(
                "The request is canceled, but Stripe didn’t answer. A payment that has already started is canceled as "
                "soon as Stripe can be reached."
            )
        )
        return _back()
    state = PaymentRequest.get_by_id(asked.id).state
    if state == RequestState.PAID:
        show_error(_("Someone has just paid this request. Refund the order if you don’t want the payment."))
    elif canceled:
        show_notice(_("Payment request canceled."))
    else:
        show_error(_("This request isn’t open anymore."))
    return _back()


@blueprint.post("/repeat")
def repeat(token: str) -> BaseResponse:
    """Ask for the same again, with a new link."""
    asked = request_or_404(token)
    if asked.shown_state in (RequestState.OPEN, RequestState.PAID):
        show_error(_("Only a request that can’t be paid anymore can be repeated."))
        return _back()
    try:
        made = payments.repeat_request(asked)
    except FieldErrors as error:
        show_error(" ".join(sentence for found in labels.field_errors(error).values() for sentence in found))
        return _back()
    worker.wake_for_emails()
    show_notice(_("Payment request created and sent.") if made.email else _("Payment request created."))
    return redirect(url_for("admin.payment_requests.index", created=made.token), 303)


@blueprint.get("/qr-code.svg")
def qr_code(token: str) -> Response:
    """The QR code of the request's page."""
    response = make_response(qr_code_file(request_url(request_or_404(token)), "svg"))
    response.mimetype = "image/svg+xml"
    return response


def _back() -> BaseResponse:
    """To the list as it was."""
    return redirect(_list({name: request.values[name] for name in FILTERS if request.values.get(name)}), 303)


def _list(filters: dict[str, str]) -> str:
    return ListAddress("admin.payment_requests.index", **filters)()
