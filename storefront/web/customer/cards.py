"""Another card for a subscription: typed here, checked by its bank, charged from then on."""

import json
import logging
from collections.abc import Callable
from functools import wraps

from flask import Response, jsonify, redirect, render_template, request, url_for
from jinja2.utils import htmlsafe_json_dumps
from werkzeug.wrappers import Response as BaseResponse

from storefront import subscriptions, worker
from storefront.errors import FieldErrors, SecretUnreadable, StripeError, StripeRefused
from storefront.web import support
from storefront.web.customer import access, card_messages, subscription_view
from storefront.web.shop import POSTAL_CODE_COUNTRIES
from storefront.web.support import allow_stripe, stripe_js_url

blueprint = access.customer_blueprint("cards", f"{access.SUBSCRIPTION}/card")
log = logging.getLogger(__name__)


def answers_script(view: Callable[..., Response]) -> Callable[..., Response]:
    """Let a view answer static/js/card-change.js: what Stripe refuses becomes words in JSON."""

    @wraps(view)
    def answer(*args: object, **kwargs: object) -> Response:
        try:
            return view(*args, **kwargs)
        except (FieldErrors, StripeError, SecretUnreadable) as error:
            log.warning("a card could not be changed: %s %s", type(error).__name__, getattr(error, "code", error))
            response = jsonify(error=card_messages.not_changed(error))
            response.status_code = 422 if isinstance(error, FieldErrors | StripeRefused) else 503
            return response

    return answer


@blueprint.get("")
def edit(token: str, public_id: str) -> BaseResponse | str:
    """The card field; where no card can be charged any more, back to the page that says how it stands."""
    one = subscription_view.subscription_view(access.subscription_or_404(token, public_id))
    if not one.can_change_card:
        return redirect(url_for("my_page.show", token=token), 303)
    merchant = one.subscription.merchant
    allow_stripe(merchant)
    return render_template(
        "my/cards/edit.html",
        token=token,
        one=one,
        merchant=merchant,
        stripe_js=stripe_js_url(merchant),
        # Stripe.js has no Ukrainian: it goes by the browser then.
        locale=support.current_language() if support.current_language() != "uk" else "auto",
        asks_postal_code=merchant.country in POSTAL_CODE_COUNTRIES,
        script_words=htmlsafe_json_dumps(card_messages.script_words(), dumps=json.dumps, ensure_ascii=False),
    )


@blueprint.post("/setup")
@answers_script
def begin(token: str, public_id: str) -> Response:
    """200: the client secret with which the bank's check is passed and the card is kept."""
    held = access.subscription_or_404(token, public_id)
    intent = subscriptions.begin_card_change(held.subscription)
    return jsonify(client_secret=intent.client_secret)


@blueprint.post("")
@answers_script
def update(token: str, public_id: str) -> Response:
    """200: the card is charged from now on; `next`: the page, or paying what the bank still asks about."""
    one = subscription_view.subscription_view(access.subscription_or_404(token, public_id))
    tried = subscriptions.finish_card_change(one.subscription, request.form.get("setup_intent", ""))
    worker.wake_for_emails()
    if tried is not None and tried.needs:
        return jsonify(next=one.pay_address)
    done = "card_paid" if tried is not None and tried.status == "paid" else "card"
    return jsonify(next=url_for("my_page.show", token=token, done=done))
