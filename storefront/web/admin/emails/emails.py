"""Letters the shop has written: the list, one letter as its reader sees it, and sending it again."""

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from storefront import emails, worker
from storefront.emails import KIND_GROUPS, KINDS, RenderedEmail
from storefront.models import Email, EmailState
from storefront.models.search import EmailSearch
from storefront.web.admin.labels import emails as letter_words
from storefront.web.admin.shared import show_notice
from storefront.web.forms import trimmed
from storefront.web.support import allow_own_frames

blueprint = Blueprint("emails", __name__, url_prefix="/emails")


@blueprint.get("")
def index() -> str:
    """Newest first, narrowed by what is asked for."""
    search = _asked_search()
    number = max(1, min(request.args.get("page", 1, type=int), 100_000))
    found, more = search.page(number)
    return render_template(
        "admin/emails/index.html",
        letters=found,
        search=search,
        total=search.count(),
        number=number,
        more=more,
        states=tuple(EmailState),
        groups=KIND_GROUPS,
        letter_words=letter_words,
        mail_is_configured=emails.is_configured(),
    )


@blueprint.get("/<int:letter_id>")
def show(letter_id: int) -> str:
    """One letter; its HTML stands in a frame that can do nothing."""
    letter = _find(letter_id)
    allow_own_frames()
    return render_template(
        "admin/emails/show.html",
        letter=letter,
        page=_as_read(letter),
        letter_words=letter_words,
        mail_is_configured=emails.is_configured(),
    )


@blueprint.get("/<int:letter_id>/html")
def show_html(letter_id: int) -> Response:
    """The letter's HTML alone."""
    return framed(_as_read(_find(letter_id)).html)


@blueprint.post("/<int:letter_id>/again")
def send_again(letter_id: int) -> BaseResponse:
    """Let the worker post it once more."""
    letter = _find(letter_id)
    emails.send_again(letter)
    worker.wake_for_emails()
    show_notice(
        _("The letter goes out again in a moment.")
        if emails.is_configured()
        else _("No mail server is set up: the letter is written anew and kept here.")
    )
    return redirect(url_for(".show", letter_id=letter_id), 303)


def framed(html: str) -> Response:
    """A letter's HTML as a page of its own that runs nothing, loads nothing and stands only in our own frames.

    Its button opens the buyer's page beside it, as from a mail program.
    """
    response = make_response(html)
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-popups allow-popups-to-escape-sandbox; "
        "frame-ancestors 'self'"
    )
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _find(letter_id: int) -> Email:
    return Email.get_or_none(Email.id == letter_id) or abort(404)


def _as_read(letter: Email) -> RenderedEmail:
    """As it was posted; as it would be posted now where it hasn't been."""
    if letter.html:
        return RenderedEmail(letter.subject, letter.text, letter.html)
    return emails.render(letter, letter.language or "en")


def _asked_search() -> EmailSearch:
    """The search the address asks for; words it doesn't know narrow nothing."""
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    return EmailSearch(
        text=trimmed(request.args.get("q"))[:200],
        state=state if state in tuple(EmailState) else "",
        kind=kind if kind in KINDS else "",
    )
