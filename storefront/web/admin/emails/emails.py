"""Emails: the list, one email as its recipient sees it, and sending it again."""

import logging

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from storefront import emails, operations, worker
from storefront.emails import KIND_GROUPS, KINDS, RenderedEmail
from storefront.models import Email, EmailState
from storefront.models.search import EmailSearch
from storefront.web.admin import labels
from storefront.web.admin.shared import (
    ListAddress,
    OfferFilter,
    chosen_rows,
    dates_from_query,
    mode_from_query,
    place_in_list,
    search_text,
    show_error,
    show_notice,
    sort_from_query,
    times_of,
    wants_fragment,
    whole_number,
)
from storefront.web.support import allow_own_frames, day_of, form_page, mode_name

log = logging.getLogger(__name__)

blueprint = Blueprint("emails", __name__, url_prefix="/emails")


@blueprint.get("")
def index() -> str:
    """The emails that match the search, newest first."""
    offer = OfferFilter.from_query()
    search = _search_from_query(offer)
    asked = {"q": search.text, "state": search.state, "kind": search.kind, **offer.arguments}
    address = ListAddress.from_query("admin.emails.index", search.order, **asked)
    page = search.page(place_in_list())
    if wants_fragment():
        filters = _filters(search, address, offer)
        return render_template("admin/emails/_list.html", page=page, search=search, address=address, filters=filters)
    return render_template(
        "admin/emails/index.html",
        page=page,
        search=search,
        address=address,
        filters=_filters(search, address, offer),
        offer_filter=offer,
        states=[(state.value, labels.email_state(state)) for state in EmailState],
        groups=KIND_GROUPS,
        mail_is_configured=emails.is_configured(),
        mail_outage=emails.current_outage(),
        failing_emails=operations.failing_emails(),
    )


@blueprint.get("/<int:email_id>")
def show(email_id: int) -> str:
    """One email. Its HTML is in a sandboxed frame."""
    email = _email_or_404(email_id)
    allow_own_frames()
    return render_template(
        "admin/emails/show.html",
        email=email,
        content=_content(email),
        opens_admin=KINDS[email.kind].opens_admin,
        mail_is_configured=emails.is_configured(),
    )


@blueprint.get("/<int:email_id>/html")
def show_html(email_id: int) -> Response:
    """The email's HTML, for the frame."""
    content = _content(_email_or_404(email_id)) or abort(404)
    return sandboxed(content.html)


@blueprint.post("/<int:email_id>/again")
def send_again(email_id: int) -> BaseResponse:
    """Queue the email again; the worker sends it."""
    email = _email_or_404(email_id)
    emails.send_again(email)
    worker.wake_for_emails()
    show_notice(
        _("The email will be sent again in a moment.")
        if emails.is_configured()
        else _("Email isn’t set up, so nothing was sent. You can read the new email here.")
    )
    return redirect(url_for(".show", email_id=email_id), 303)


@blueprint.post("/chosen/again")
def send_chosen() -> BaseResponse:
    """Queue the emails that were chosen in the list again; the worker sends them."""
    ids = [number for text in chosen_rows() if (number := whole_number(text)) is not None]
    chosen = list(Email.select().where(Email.id.in_(ids))) if ids else []
    for email in chosen:
        emails.send_again(email)
    if not chosen:
        show_error(_("Select at least one email."))
        return redirect(form_page(), 303)
    worker.wake_for_emails()
    show_notice(ngettext("%(num)s email is queued again.", "%(num)s emails are queued again.", len(chosen)))
    return redirect(form_page(), 303)


@blueprint.post("/again")
def retry_failed() -> BaseResponse:
    """Queue all emails that could not be sent; the worker sends them."""
    emails.retry_failed()
    worker.wake_for_emails()
    show_notice(_("The emails will be sent again shortly."))
    return redirect(url_for(".index"), 303)


def sandboxed(html: str) -> Response:
    """An email's HTML as a response that runs no scripts, loads only the logo and can be framed by our pages only.

    Its links open in a new tab, as they do from a mail program.
    """
    response = make_response(html)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; "
        "sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _email_or_404(email_id: int) -> Email:
    return Email.get_or_none(Email.id == email_id) or abort(404)


def _content(email: Email) -> RenderedEmail | None:
    """The email as it was sent; as it would be sent now if it was not sent yet. None if it can't be built or shown."""
    if KINDS[email.kind].opens_admin:
        return None
    if email.html:
        return RenderedEmail(email.subject, email.text, email.html)
    try:
        return emails.render(email, email.language or "en")
    except Exception:
        # Whatever raises here also fails the attempts to send it. The page shows what was stored about that.
        log.exception("email %s can't be built", email.id)
        return None


def _search_from_query(offer: OfferFilter) -> EmailSearch:
    since, until = times_of(*dates_from_query())
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    return EmailSearch(
        text=search_text(),
        state=state if state in tuple(EmailState) else "",
        kind=kind if kind in KINDS else "",
        mode=mode_from_query(),
        offer_id=offer.offer_id,
        since=since,
        until=until,
        sort=sort_from_query(),
    )


def _filters(search: EmailSearch, address: ListAddress, offer: OfferFilter) -> list[tuple[str, str, str]]:
    """(argument, label, value) of each filter, for the chips; an empty value is no filter."""
    first, last = dates_from_query()
    return [
        ("q", _("Search"), search.text),
        ("state", _("Status"), search.state and labels.email_state(search.state)),
        ("kind", _("Kind"), search.kind and labels.email_kind(search.kind)),
        offer.chip,
        ("from", _("From"), day_of(first)),
        ("to", _("Until"), day_of(last)),
        ("mode", _("Mode"), address.value("mode") and mode_name(address.value("mode"))),
    ]
