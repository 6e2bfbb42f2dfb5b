"""The page to which letters about a stopped renewal lead: one press confirms the saved card, or another one pays."""

from flask import Response, abort, render_template, request, url_for

from storefront.emails import signed_links as buyers_links
from storefront.models import Invoice, Order, Subscription
from storefront.subscriptions import renewal_payment as renewals
from storefront.subscriptions.customer_subscription import Held
from storefront.web.shop import payment_form as paying
from storefront.web.shop import renewal_messages as renewal_words
from storefront.web.shop import subscription_status as standings
from storefront.web.support import languages


def show(order: Order, key: str, asked: str) -> str:
    """What is to be paid and how; or that nothing is, whoever has seen to it meanwhile."""
    held = renewals.find(order)
    if held is None or held.waiting is None:
        return _nothing_to_pay(order, held, asked)
    if not held.subscription.merchant.is_connected:
        # No card is asked for that could not be charged.
        return render_template("orders/renewal_not_payable.html", order=order)
    opens_card = bool(key) and buyers_links.opens_card(order, key)
    return render_template(
        "orders/pay_renewal.html",
        order=order,
        invoice=held.waiting,
        failure=renewal_words.stopped(held.waiting, opens_card),
        opens_card=opens_card,
        key=key,
        sent="sent" in request.args,
        payment=_payment(order, held, held.waiting, key if opens_card else ""),
    )


def start(order: Order) -> Response:
    """The secret for what waits now; where nothing waits any more, the order's page says so."""
    held = renewals.find(order)
    if held is None:
        abort(404)
    return paying.started(renewals.start(held, request.remote_addr or "", request.form.get("proof", "")))


def _nothing_to_pay(order: Order, held: Held | None, asked: str) -> str:
    """Somebody has seen to it, or there never was anything."""
    last = next((one for one in held.invoices if not one.is_first), None) if held else None
    standing = standings.of(held) if held else None
    return render_template(
        "orders/nothing_to_pay.html", order=order, held=held, last=last, standing=standing, asked=asked
    )


def _payment(order: Order, held: Held, invoice: Invoice, key: str) -> dict[str, object]:
    """The saved card is named to whoever has the key from a letter; to others the order's token shows no card."""
    subscription = held.subscription
    return paying.payment_form(
        subscription.merchant,
        url_for("orders.resume_payment", token=order.token, lang=languages.current(), key=key or None),
        invoice.total,
        asks_buyer=False,
        button=renewal_words.button(invoice, bool(key)),
        saved=_saved_card(subscription, invoice) if key else None,
    )


def _saved_card(card: Subscription, invoice: Invoice) -> dict[str, object] | None:
    """It is chosen where it only has to be confirmed; one that was declined can be tried again."""
    if not card.card_id:
        return None
    return {
        "id": card.card_id,
        "brand": card.card_brand,
        "last4": card.card_last4,
        "expiry": f"{card.card_exp_month:02}/{card.card_exp_year}",
        "chosen": invoice.needs == "authentication",
    }
