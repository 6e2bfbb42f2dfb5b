"""Ends the emails of one topic with one press. The link in the email proves whose address it is."""

from flask import Blueprint, Response, abort, make_response, render_template
from flask_babel import lazy_gettext as _l

from storefront import emails
from storefront.models import EmailOptOut, EmailTopic
from storefront.web.support import csrf, keep_private, refuse_other_sites

blueprint = Blueprint("unsubscribing", __name__, url_prefix="/unsubscribe/<token>")
# Mail programs post here (RFC 8058), from no page at all: the signed token is what allows it.
csrf.exempt(blueprint)
blueprint.before_request(refuse_other_sites)
blueprint.after_request(keep_private)

TOPICS = {
    EmailTopic.REMINDERS: _l("Reminders about payments you haven’t finished"),
    EmailTopic.WAITING_LIST: _l("Emails about offers that are back in stock"),
    EmailTopic.UPDATES: _l("News from the seller about what you bought"),
}


@blueprint.get("")
def show(token: str) -> Response:
    """What one unsubscribes from, with one button. Opening the page changes nothing: mail scanners open links too."""
    return _page(token, *_read_or_404(token))


@blueprint.post("")
def create(token: str) -> Response:
    """Unsubscribe. Safe to repeat; mail programs follow no redirect, so this is the page itself."""
    address, topic = _read_or_404(token)
    emails.unsubscribe(address, topic)
    return _page(token, address, topic)


@blueprint.post("/undo")
def undo(token: str) -> Response:
    """Send these emails again."""
    address, topic = _read_or_404(token)
    emails.subscribe_again(address, topic)
    return _page(token, address, topic)


def _read_or_404(token: str) -> tuple[str, EmailTopic]:
    return emails.read_unsubscribe_token(token) or abort(404)


def _page(token: str, address: str, topic: EmailTopic) -> Response:
    is_out = EmailOptOut.has(address, topic)
    return make_response(
        render_template("shop/unsubscribe.html", token=token, address=address, topic=TOPICS[topic], is_out=is_out)
    )
