"""The return from a bank's page. Some banks redirect instead of showing 3-D Secure in a frame.

Stripe adds parameters to the `return_url` (docs.stripe.com/js/payment_intents/confirm_card_payment). Pages do not trust
them: they ask Stripe. One is the intent's client secret, so the browser is redirected to an address without them.
"""

from urllib.parse import urlencode

from flask import redirect, request
from werkzeug.wrappers import Response

PARAMETERS = frozenset(
    """payment_intent payment_intent_client_secret setup_intent setup_intent_client_secret redirect_status
    source_redirect_slug source_type""".split()
)
SETUP_INTENT = "setup_intent"


def remove_return_parameters() -> Response | None:
    """Redirect a GET request that has such parameters to the same page without them. A `before_request` function."""
    return _redirect_without(PARAMETERS)


def remove_return_secret() -> Response | None:
    """The same, but keep the id of a setup intent: the page of a card change needs it."""
    return _redirect_without(PARAMETERS - {SETUP_INTENT})


def _redirect_without(names: frozenset[str]) -> Response | None:
    if not request.query_string or request.method not in ("GET", "HEAD") or not names & set(request.args):
        return None
    kept = [(name, value) for name, value in request.args.items(multi=True) if name not in names]
    return redirect(f"{request.path}?{urlencode(kept)}" if kept else request.path, code=303)
