"""The list of offers, the page of an offer, and the start of a checkout."""

from urllib.parse import urlencode

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response as BaseResponse

from storefront import payments
from storefront.errors import FieldErrors, PriceChanged, TermsChanged
from storefront.models import Offer, OfferRedirect, OfferStatus
from storefront.offers import listing_query, offer_query, public_offer
from storefront.payments import CheckoutRequest
from storefront.web import support
from storefront.web.forms import CheckoutForm, read_address, read_answers, read_company, sent_arrival
from storefront.web.shop import legal_terms, payment_form, quotes
from storefront.web.shop.cached_pages import embed_page, offer_page, offers_page
from storefront.web.support import csrf

blueprint = Blueprint("shop", __name__)
# There is no session that could hold a CSRF token: POST requests must come from our own origin instead.
csrf.exempt(blueprint)

LAST_PAGE = 10_000


@blueprint.get("/")
def index() -> BaseResponse:
    """The published offers that the owner lists, newest first."""
    page = request.args.get("page", 1, type=int)
    if not 1 <= page <= LAST_PAGE:
        abort(404)
    content = offers_page(support.page_rows(lambda: listing_query(page)), page)
    if content is None:
        abort(404)
    return support.public_page(content)


@blueprint.get("/o/<slug>")
def show_offer(slug: str) -> BaseResponse:
    """An offer's page: the same bytes for every visitor of one language, so it can be cached. Old slugs redirect.

    A signed-in admin sees an offer that is not published as a preview.
    """
    rows = support.page_rows(lambda: offer_query(slug))
    offer, _left = public_offer(rows)
    if offer is None:
        return _redirect_from(slug)
    support.set_page_language(offer.language)
    option = request.args.get("option", type=int)
    # An option that is gone: the others are shown.
    content = offer_page(rows, option) or offer_page(rows)
    if content is not None:
        support.note_view(offer.id)
        return support.public_page(content)
    preview = offer_page(rows, is_preview=True) if current_user.is_authenticated else None
    if preview is not None:
        return support.private_page(preview)
    if offer.status == OfferStatus.DRAFT:
        abort(404)
    return _no_longer_for_sale(offer)


@blueprint.get("/o/<slug>/embed")
def embed_offer(slug: str) -> BaseResponse:
    """The offer's page for a frame on another website. What is not for sale shows nothing of itself there."""
    rows = support.page_rows(lambda: offer_query(slug))
    offer, _left = public_offer(rows)
    if offer is None:
        return _redirect_from(slug, "shop.embed_offer")
    support.set_page_language(offer.language)
    content = embed_page(rows)
    if content is None:
        abort(404)
    support.note_view(offer.id)
    return support.public_page(content)


@blueprint.post("/o/<slug>/checkout")
@payment_form.json_answers
def start_checkout(slug: str) -> Response:
    """Start or resume the payment of this visit. Amount and merchant come from the offer, never from the browser."""
    offer = _offer_or_404(slug)
    support.set_page_language(offer.language)
    legal = support.current_legal()
    form = CheckoutForm(offer.max_quantity, legal.asks_consent, offer.min_quantity)
    answers, wrong_answers = read_answers(offer.asked(), request.form, support.current_profile().country)
    company, wrong_company = read_company(offer, request.form)
    address, wrong_address = read_address(offer, request.form, company["country"])
    wrong = wrong_company | wrong_address | wrong_answers
    if not form.validate() or wrong:
        return payment_form.field_errors(form, wrong)
    try:
        choice, quote = quotes.choice_and_quote(offer, form, company)
    except FieldErrors as refused:
        return payment_form.choice_refused(refused)
    checkout = CheckoutRequest(
        email=form.email.data,
        name=form.name.data,
        visit=form.visit.data,
        language=support.current_language(),
        choice=choice,
        seen=form.seen.data,
        terms=form.terms.data or "",
        # The same text as on the page with this price and these terms; checkout refuses any other price or terms.
        consent=quotes.consent_text(quote),
        # Also the text of the page: the customer read it in its language.
        terms_consent=legal_terms.consent_words(legal) if legal.asks_consent else "",
        address=request.remote_addr or "",
        proof=form.proof.data or "",
        answers=tuple(answers),
        company=company | address,
        arrival=sent_arrival(),
    )
    try:
        return payment_form.checkout_started(payments.start_checkout(offer, checkout), offer.merchant)
    except PriceChanged as changed:
        return payment_form.price_changed(changed.total, quote.unit)
    except TermsChanged:
        return payment_form.terms_changed()
    except FieldErrors as refused:
        # Another customer has just taken the last use of the code.
        return payment_form.choice_refused(refused)


@blueprint.post("/o/<slug>/quote")
@payment_form.json_answers
def show_quote(slug: str) -> Response:
    """What the form's choice costs now, with its promo code. Nothing is stored but guesses at codes."""
    offer = _offer_or_404(slug)
    support.set_page_language(offer.language)
    if offer.status != OfferStatus.PUBLISHED:
        abort(404)
    return quotes.answer_quote(offer, CheckoutForm(offer.max_quantity, min_quantity=offer.min_quantity))


def _redirect_from(slug: str, endpoint: str = "shop.show_offer") -> BaseResponse:
    """To the page of the offer that had this slug before, with campaign and promo code; 404 for drafts."""
    current = OfferRedirect.current_slug(slug)
    if current is None:
        abort(404)
    query = urlencode(list(request.args.items(multi=True)))
    return redirect(url_for(endpoint, slug=current) + (f"?{query}" if query else ""))


def _offer_or_404(slug: str) -> Offer:
    """The offer that has this slug or had it before, in any status."""
    if "\x00" in slug:
        # PostgreSQL refuses a query with a NUL character.
        abort(404)
    offer = Offer.by_slug(slug) or Offer.by_slug(OfferRedirect.current_slug(slug) or "")
    if offer is None:
        abort(404)
    return offer


def _no_longer_for_sale(offer: Offer) -> Response:
    response = make_response(render_template("shop/no_longer_for_sale.html", offer=offer), 404)
    response.cache_control.no_store = True
    return response
