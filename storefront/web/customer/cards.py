"""Replace the card of a subscription: Stripe.js confirms the new card, then the shop charges it from then on."""

import logging
from collections.abc import Callable
from functools import wraps

from flask import Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from storefront import subscriptions, worker
from storefront.errors import FieldErrors, SecretUnreadable, StripeError, StripeNotFound, StripeRefused
from storefront.models import InvoiceStatus
from storefront.web import shop, support
from storefront.web.customer import access, card_messages, subscription_view

blueprint = access.customer_blueprint("cards", f"{access.SUBSCRIPTION_URL}/card")
log = logging.getLogger(__name__)


def json_errors(view: Callable[..., Response]) -> Callable[..., Response]:
    """Decorate a view that static/js/card-change.js calls: errors are answered as JSON."""

    @support.answers_script
    @wraps(view)
    def answer(*args: object, **kwargs: object) -> Response:
        try:
            return view(*args, **kwargs)
        except (FieldErrors, StripeError, SecretUnreadable) as error:
            log.warning("a card could not be changed: %s %s", type(error).__name__, getattr(error, "code", error))
            response = jsonify(error=card_messages.error_message(error))
            response.status_code = 422 if isinstance(error, FieldErrors | StripeNotFound | StripeRefused) else 503
            support.set_retry_after(response, error)
            return response

    return answer


@blueprint.get("")
def edit(token: str, public_id: str) -> BaseResponse | str:
    """The card field. Redirects to the account page if no card can be charged any more.

    A browser that comes from the bank's page brings the id of the setup intent. The page's script then sends it to
    `update`, which asks Stripe about it.
    """
    if arrival := support.remove_return_secret():
        return arrival
    view = subscription_view.subscription_view(access.subscription_or_404(token, public_id))
    if not view.can_change_card:
        return redirect(url_for("account.show", token=token), 303)
    return render_template(
        "my/cards/edit.html",
        token=token,
        view=view,
        email=view.subscription.order.email if access.open_link(token).is_fresh else "",
        arrived=request.args.get("setup_intent", ""),
        script_messages=shop.as_json(card_messages.script_messages()),
        **shop.card_field(view.subscription.merchant),
    )


@blueprint.post("/setup")
@json_errors
def begin(token: str, public_id: str) -> Response:
    """200: the client secret of a new setup intent, for Stripe.js to confirm."""
    customer_subscription = access.subscription_or_404(token, public_id)
    intent = subscriptions.begin_card_change(customer_subscription.subscription)
    return jsonify(client_secret=intent.client_secret)


@blueprint.post("")
@json_errors
def update(token: str, public_id: str) -> Response:
    """200: the new card is saved and an open invoice was tried with it.

    `next` is the account page, or the payment page if the bank asks for authentication.
    """
    view = subscription_view.subscription_view(access.subscription_or_404(token, public_id))
    invoice = subscriptions.finish_card_change(view.subscription, request.form.get("setup_intent", ""))
    worker.wake_for_emails()
    if invoice is not None and invoice.needs:
        return jsonify(next=view.pay_url)
    done = "card_paid" if invoice is not None and invoice.status == InvoiceStatus.PAID else "card"
    return jsonify(next=url_for("account.show", token=token, done=done))
