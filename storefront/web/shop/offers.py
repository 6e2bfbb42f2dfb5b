"""The shop window: the list of offers, an offer's page, and the press on Pay."""

import hashlib

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from storefront import payments
from storefront.errors import PriceChanged, TermsChanged
from storefront.models import Offer, OfferRedirect
from storefront.offers import is_sold_out
from storefront.payments import CheckoutRequest
from storefront.web import support
from storefront.web.forms import CheckoutForm
from storefront.web.shop import payment_form
from storefront.web.support import compress, csrf

blueprint = Blueprint("shop", __name__)
# Nobody is signed in here: what is sent has to come from our own pages instead (answers_script).
csrf.exempt(blueprint)

PER_PAGE = 12
LAST_PAGE = 10_000


@blueprint.get("/")
@compress.compressed()
def index() -> BaseResponse:
    """The published and listed offers, newest first."""
    page = request.args.get("page", 1, type=int)
    if not 1 <= page <= LAST_PAGE:
        abort(404)
    offers = _listed((page - 1) * PER_PAGE)
    if not offers and page > 1:
        abort(404)
    return _cacheable(
        render_template("shop/index.html", offers=offers[:PER_PAGE], page=page, more=len(offers) > PER_PAGE)
    )


def _listed(skip: int) -> list[Offer]:
    """One page of offers, and one more where there is a next page."""
    listed = Offer.select().where(Offer.status == "published", Offer.listed)
    return list(listed.order_by(Offer.created_at.desc(), Offer.id.desc()).limit(PER_PAGE + 1).offset(skip))


@blueprint.get("/o/<slug>")
@compress.compressed()
def show_offer(slug: str) -> BaseResponse:
    """An offer's page: the same bytes for everybody in one language, so that it can be cached."""
    offer = _public_offer(slug)
    if offer.slug != slug:
        return redirect(url_for("shop.show_offer", slug=offer.slug))
    support.set_page_language(offer.language)
    if offer.status == "archived":
        return _no_longer(offer)
    payment, sold_out = None, is_sold_out(offer)
    if offer.merchant is not None and offer.obstacle() is None and not sold_out:
        payment = payment_form.payment_form(
            offer.merchant,
            # In the page's own language, whatever another tab has chosen since.
            url_for("shop.start_checkout", slug=offer.slug, lang=support.current_language()),
            offer.price,
            terms=offer,
            max_quantity=offer.max_quantity,
            visit=payment_form.visit_name(offer),
        )
    return _cacheable(render_template("shop/offer.html", offer=offer, payment=payment, sold_out=sold_out))


@blueprint.post("/o/<slug>/checkout")
@payment_form.answers_script
def start_checkout(slug: str) -> Response:
    """Start the payment of this visit, or take it up where it was left. Amount and merchant are the offer's own."""
    offer = _known_offer(slug)
    support.set_page_language(offer.language)
    form = CheckoutForm(offer.max_quantity)
    if not form.validate():
        return payment_form.field_errors(form)
    buyer = CheckoutRequest(
        email=form.email.data,
        name=form.name.data,
        visit=form.visit.data,
        language=support.current_language(),
        quantity=form.quantity.data,
        seen=form.seen.data,
        terms=form.terms.data or "",
        # The same words as on the page that shows this price and these terms: nothing else is served.
        consent=support.consent_text(offer, support.plain_amount(offer.price.times(form.quantity.data))),
        address=request.remote_addr or "",
        proof=form.proof.data or "",
    )
    try:
        return payment_form.started(payments.start_checkout(offer, buyer))
    except PriceChanged as changed:
        return payment_form.price_changed(changed.total, offer.price)
    except TermsChanged:
        return payment_form.terms_changed()


def _public_offer(slug: str) -> Offer:
    """The offer at this address, unless nobody may see it yet."""
    offer = _known_offer(slug)
    if offer.status == "draft":
        abort(404)
    return offer


def _known_offer(slug: str) -> Offer:
    """The offer at this address, whatever its status, or the one that stood here before."""
    if "\x00" in slug:
        # PostgreSQL can't even look for it.
        abort(404)
    offer = Offer.by_slug(slug) or Offer.by_slug(OfferRedirect.current_slug(slug) or "")
    if offer is None:
        abort(404)
    return offer


def _no_longer(offer: Offer) -> Response:
    response = make_response(render_template("shop/no_longer_for_sale.html", offer=offer), 404)
    response.cache_control.no_store = True
    return response


def _cacheable(html: str) -> BaseResponse:
    """Anybody may keep the page, and asks each time whether it is still the same."""
    response = make_response(html)
    response.cache_control.public = True
    response.cache_control.no_cache = True
    # Weak: compressed or not, it is the same page.
    response.set_etag(hashlib.sha256(html.encode()).hexdigest()[:32], weak=True)
    return response.make_conditional(request)
