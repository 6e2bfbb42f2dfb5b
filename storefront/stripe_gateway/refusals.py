"""Watches the requests of a merchant: calls that Stripe permanently refuses, and Stripe's clock.

A refusal that a retry can't change (a missing permission, an invalid key, an account that may not charge) is stored
until the same call works. The worker then repeats the call less and less often. Pages always ask.
"""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlsplit

import stripe

from storefront.db import db, release_connection
from storefront.errors import StripeError, StripeKeyInvalid, StripePermissionMissing
from storefront.models import ACCOUNT_REASONS, EVERY_CALL, Merchant, StripeRefusal, Unavailability
from storefront.stripe_gateway.accounts.stripe_clock import note_date
from storefront.stripe_gateway.replaced_keys import REFUSED, Answer, repeat_with_other_key

CREATE_REFUND = "POST /v1/refunds"
KEY, PERMISSION, ACCESS, CHARGES = "key", "permission", "access", "charges"
# Stripe's codes: docs.stripe.com/error-codes
CHARGES_CODES = frozenset({"account_invalid", "testmode_charges_only"})
# What a restricted key may not read without harm to sales: no alarm, the page that shows it says so.
CALM_CALLS = frozenset({"GET /v1/account", "GET /v1/balance_transactions", "GET /v1/payouts"})
_PERMISSION = re.compile(r"'(rak_\w+)'")
_ID = re.compile(r".*[0-9A-Z].*")

_skips_refused_calls: ContextVar[bool] = ContextVar("skips_refused_calls", default=False)


@contextmanager
def without_refused_calls() -> Iterator[None]:
    """Inside, a call that Stripe has permanently refused raises its error again unasked, until its retry is due."""
    token = _skips_refused_calls.set(True)
    try:
        yield
    finally:
        _skips_refused_calls.reset(token)


class WatchingClient(stripe.HTTPClient):
    """Sends a merchant's requests with its `key` through `inner`, and stores what Stripe permanently refuses."""

    name = "watching"

    def __init__(self, inner: stripe.HTTPClient, merchant_id: int, key: str) -> None:
        super().__init__()
        self.inner = inner
        self.merchant_id = merchant_id
        self.key = key

    def request(
        self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any = None, **options: Any
    ) -> tuple[Any, int, Mapping[str, str]]:
        """Raises StripeError for a call that is not due for a retry, and what `inner` raises."""
        call = name_of_call(method, url)
        merchant, refusals = StripeRefusal.before_call(self.merchant_id, call)
        silent_since = merchant.silent_since if merchant is not None else None
        if _skips_refused_calls.get():
            _raise_if_waiting(refusals)
        release_connection()
        try:
            content, status, answer_headers = self._send(method, url, headers, post_data, **options)
        except stripe.APIConnectionError:
            Merchant.note_silence(self.merchant_id, silent_since)
            raise
        note_date(answer_headers)
        # A request that Stripe fails to serve (5xx) tells as little as none.
        if status >= 500:
            Merchant.note_silence(self.merchant_id, silent_since)
        elif silent_since is not None:
            Merchant.note_answer(self.merchant_id)
        if status < 300:
            for refusal in refusals:
                _clear(refusal)
        elif status in (400, 401, 403):
            self._record(call, status, content)
        return content, status, answer_headers

    def _send(self, method: str, url: str, headers: Mapping[str, str] | None, post_data: Any, **options: Any) -> Answer:
        """Send the request. One whose key is refused is sent again with the key that was saved before or since."""

        def send(present: Mapping[str, str] | None) -> Answer:
            return self.inner.request(method, url, present, post_data, **options)

        answer = send(headers)
        if answer[1] != REFUSED:
            return answer
        return repeat_with_other_key(self.merchant_id, self.key, send, headers) or answer

    def _sleep_time_seconds(self, num_retries: int) -> float:
        """The library retries through this client: wait as long as `inner` would."""
        return self.inner._sleep_time_seconds(num_retries)

    def close(self) -> None:
        """Close the connections."""
        self.inner.close()  # type: ignore[no-untyped-call]  # it has no annotations

    def _record(self, call: str, status: int, content: Any) -> None:
        error = _error_of(content)
        code, words = str(error.get("code") or ""), str(error.get("message") or "")
        permission = _PERMISSION.search(words)
        kind = _kind(status, code, words, bool(permission))
        if not kind or (kind == PERMISSION and call in CALM_CALLS):
            return
        which = EVERY_CALL if kind in (KEY, ACCESS) else call
        with db.atomic():
            # A late answer about a key that was replaced says nothing about the present one.
            if Merchant.lock_row(self.merchant_id).has_secret_key(self.key):
                StripeRefusal.record(self.merchant_id, which, kind, permission[1] if permission else "", code, words)
                Merchant.note_refusal(self.merchant_id, kind)


def name_of_call(method: str, url: str) -> str:
    """`POST /v1/refunds`: the same for all ids in the path."""
    segments = urlsplit(url).path.split("/")
    path = "/".join(
        "<id>" if index > 2 and _ID.fullmatch(segment) else segment for index, segment in enumerate(segments)
    )
    return f"{method.upper()} {path}"[:120]


def _kind(status: int, code: str, words: str, names_permission: bool) -> str:
    """The kind of a refusal, "" if a retry with other values or at another time may succeed."""
    if status == 401:
        return KEY
    if status == 403:
        return ACCESS if code == "account_invalid" and not names_permission else PERMISSION
    return CHARGES if code in CHARGES_CODES or "cannot currently make" in words else ""


def _raise_if_waiting(refusals: list[StripeRefusal]) -> None:
    for refusal in refusals:
        # Charges are started by buyers, never by the worker.
        if refusal.is_waiting and refusal.kind != CHARGES:
            error: type[StripeError] = StripeKeyInvalid if refusal.kind == KEY else StripePermissionMissing
            raise error(message=refusal.words, code=refusal.code, was_asked=False)


def _clear(refusal: StripeRefusal) -> None:
    """The call works again."""
    StripeRefusal.delete().where(StripeRefusal.id == refusal.id).execute()
    if refusal.kind in ACCOUNT_REASONS:
        Merchant.note_accepted(refusal.merchant_id, frozenset({Unavailability(refusal.kind)}))
    if refusal.kind == KEY:
        Merchant.update(check_problem="").where(
            Merchant.id == refusal.merchant_id, Merchant.check_problem == "key_invalid"
        ).execute()


def _error_of(content: Any) -> dict[str, Any]:
    """The `error` of a response, empty if it has none."""
    try:
        body = json.loads(content)
        return dict(body["error"])
    except (ValueError, TypeError, KeyError):
        return {}
