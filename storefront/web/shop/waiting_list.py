"""The waiting list of a sold-out offer: its page asks for an email address."""

from flask import Blueprint, abort, render_template, request
from werkzeug.wrappers import Response

from storefront import customers
from storefront.models import Offer, OfferStatus
from storefront.web import support
from storefront.web.forms import EmailForm
from storefront.web.support import csrf, keep_private, require_same_origin

blueprint = Blueprint("waiting_list", __name__, url_prefix="/o/<slug>/waiting-list")
# There is no session that could hold a CSRF token: POST requests must come from our own origin instead.
csrf.exempt(blueprint)
blueprint.before_request(require_same_origin)
blueprint.after_request(keep_private)


@blueprint.post("")
def create(slug: str) -> Response | str | tuple[str, int]:
    """Put an address on the list. The answer is the same whether it was there before."""
    offer = Offer.by_slug(slug) if slug.isprintable() else None
    if offer is None or offer.status != OfferStatus.PUBLISHED or not offer.waiting_list:
        abort(404)
    support.set_page_language(offer.language)
    form = EmailForm()
    if not form.validate():
        return _page(offer, form), 422
    if not customers.join_waiting_list(offer, form.email.data, support.current_language(), request.remote_addr or ""):
        return _page(offer, form, too_many=True), 429
    return _page(offer, form)


def _page(offer: Offer, form: EmailForm, too_many: bool = False) -> str:
    return render_template("shop/waiting_list.html", offer=offer, form=form, too_many=too_many)
