"""The page to which letters about a stopped renewal lead: one press confirms the saved card, or another one pays."""

from flask import Response, abort, render_template, request, url_for

from storefront import emails, subscriptions
from storefront.models import Invoice, Order, Subscription
from storefront.subscriptions import CustomerSubscription
from storefront.web import support
from storefront.web.shop import payment_form, renewal_messages, subscription_status


def show(order: Order, key: str, asked: str) -> str:
    """What is to be paid and how; or that nothing is, whoever has seen to it meanwhile."""
    held = subscriptions.subscription_of_order(order)
    if held is None or held.waiting is None:
        return _nothing_to_pay(order, held, asked)
    if not held.subscription.merchant.is_connected:
        # No card is asked for that could not be charged.
        return render_template("orders/renewal_not_payable.html", order=order)
    opens_card = bool(key) and emails.is_valid_pay_key(order, key)
    return render_template(
        "orders/pay_renewal.html",
        order=order,
        invoice=held.waiting,
        failure=renewal_messages.stopped(held.waiting, opens_card),
        opens_card=opens_card,
        key=key,
        sent="sent" in request.args,
        payment=_payment(order, held, held.waiting, key if opens_card else ""),
    )


def start(order: Order) -> Response:
    """The secret for what waits now; where nothing waits any more, the order's page says so."""
    held = subscriptions.subscription_of_order(order)
    if held is None:
        abort(404)
    return payment_form.started(
        subscriptions.start_renewal_payment(held, request.remote_addr or "", request.form.get("proof", ""))
    )


def _nothing_to_pay(order: Order, held: CustomerSubscription | None, asked: str) -> str:
    """Somebody has seen to it, or there never was anything."""
    last = next((one for one in held.invoices if not one.is_first), None) if held else None
    standing = subscription_status.describe_status(held) if held else None
    return render_template(
        "orders/nothing_to_pay.html", order=order, held=held, last=last, standing=standing, asked=asked
    )


def _payment(order: Order, held: CustomerSubscription, invoice: Invoice, key: str) -> dict[str, object]:
    """The saved card is named to whoever has the key from a letter; to others the order's token shows no card."""
    subscription = held.subscription
    return payment_form.payment_form(
        subscription.merchant,
        url_for("orders.resume_payment", token=order.token, lang=support.current_language(), key=key or None),
        invoice.total,
        asks_buyer=False,
        button=renewal_messages.button(invoice, bool(key)),
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
