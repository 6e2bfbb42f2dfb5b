"""Rehearsal: trying the shop without a Stripe account, with every outcome that a payment can have."""

from collections.abc import Callable

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from storefront import merchants, stripe_gateway
from storefront.errors import FieldErrors, StripeError
from storefront.models import Merchant, Offer, OfferStatus, Order, Payment, PriceOption, Subscription
from storefront.web.admin import labels
from storefront.web.admin.shared import order_or_404, show_error, show_notice
from storefront.web.support import shop_config

blueprint = Blueprint("rehearsals", __name__, url_prefix="/rehearsal")

SHOWN = 5
RENEWALS = ("succeeds", "asks", "declines")


@blueprint.get("")
def show() -> str:
    """The outcomes that can be tried, with the newest orders and subscriptions of the rehearsal."""
    merchant = merchants.rehearsal_merchant()
    if merchant is None:
        return render_template("admin/rehearsal/new.html", can_rehearse=merchants.can_rehearse())
    orders = Order.select().where(Order.merchant == merchant, Order.status.in_(["paid", "partially_refunded"]))
    running = Subscription.select(Subscription, Order).join(Order).where(Subscription.merchant == merchant)
    published = Offer.select().where(Offer.merchant == merchant, Offer.status == OfferStatus.PUBLISHED)
    shown = list(published.order_by(Offer.id.desc()).limit(SHOWN))
    return render_template(
        "admin/rehearsal/show.html",
        merchant=merchant,
        cards=labels.REHEARSAL_CARDS,
        offers=shown,
        options=PriceOption.of_offers(shown),
        orders=list(orders.order_by(Order.id.desc()).limit(SHOWN)),
        subscriptions=list(running.order_by(Subscription.id.desc()).limit(SHOWN)),
    )


@blueprint.post("")
def create() -> Response:
    """Begin to rehearse."""
    if not merchants.can_rehearse():
        abort(404)
    try:
        merchant = merchants.begin_rehearsal(_("Rehearsal"), shop_config().public_url)
    except (FieldErrors, StripeError):
        show_error(_("The Stripe simulator doesn’t answer. Start it with python -m stripe_simulator, then try again."))
        return redirect(url_for(".show"), 303)
    if merchant is None:
        show_error(_("All accounts of the simulator are connected already. Use one of them, or disconnect one."))
    else:
        show_notice(_("Rehearsal started. No real money moves."))
    return redirect(url_for(".show"), 303)


@blueprint.post("/renewals")
def renew() -> Response:
    """Renew a subscription now, with the outcome in the form."""
    card = request.form.get("card", "")
    subscription = Subscription.by_public_id(request.form.get("subscription", "").replace("\0", ""))
    stripe_id = subscription.subscription_id if subscription is not None else None
    if card not in RENEWALS or subscription is None or stripe_id is None:
        abort(404)
    merchant = _rehearsing(subscription.merchant)
    return _after(lambda: stripe_gateway.rehearse_renewal(merchant, stripe_id, card))


@blueprint.post("/disputes")
def dispute() -> Response:
    """Dispute the payment of an order, as the customer's bank does."""
    order = order_or_404(request.form.get("order", "").replace("\0", ""))
    merchant = _rehearsing(order.merchant)
    payment = Payment.select().where(Payment.order == order, Payment.succeeded()).order_by(Payment.id.desc()).first()
    if payment is None or not payment.intent_id:
        abort(404)
    return _after(lambda: stripe_gateway.rehearse_dispute(merchant, payment.intent_id))


@blueprint.post("/waiting")
def finish_waiting() -> Response:
    """Let happen now what takes days at a bank."""
    merchant = merchants.rehearsal_merchant() or abort(404)
    return _after(lambda: stripe_gateway.rehearse_waiting(merchant))


@blueprint.get("/removal")
def confirm_removal() -> str:
    """Ask before the rehearsal is removed."""
    merchant = merchants.rehearsal_merchant() or abort(404)
    active = Offer.select().where(Offer.merchant == merchant, Offer.status != OfferStatus.ARCHIVED)
    return render_template("admin/rehearsal/removal.html", offers=active.count())


@blueprint.post("/removal")
def remove() -> Response:
    """End the rehearsal: its account goes, its offers are archived, its test orders stay."""
    merchant = merchants.rehearsal_merchant() or abort(404)
    archived = merchants.end_rehearsal(merchant)
    show_notice(
        _("Rehearsal removed. Its test orders stay in the list of orders.")
        if not archived
        else ngettext(
            "Rehearsal removed and %(num)s offer archived. Restore it and choose your Stripe account to sell it.",
            "Rehearsal removed and %(num)s offers archived. Restore them and choose your Stripe account to sell them.",
            archived,
        )
    )
    return redirect(url_for("admin.start.show"), 303)


def _rehearsing(merchant: Merchant) -> Merchant:
    """The merchant, if it rehearses and is connected; otherwise 404."""
    return merchant if merchant.is_rehearsal and merchant.takes_payments else abort(404)


def _after(play: Callable[[], None]) -> Response:
    """Play it, then show the page again with what became of it."""
    try:
        play()
    except StripeError as error:
        refused = not error.is_transient
        show_error(
            _("The simulator refused: this payment or subscription can’t do that now.")
            if refused
            else _("The Stripe simulator doesn’t answer. Start it with python -m stripe_simulator, then try again.")
        )
    else:
        show_notice(_("Done. The shop gets the event within seconds. Check the order and its emails."))
    return redirect(url_for(".show"), 303)
