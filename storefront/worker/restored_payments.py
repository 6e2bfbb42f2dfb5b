"""Reconciliation after a restore: what Stripe has and the restored database does not."""

from datetime import datetime
from functools import partial

from storefront import emails, payments
from storefront.errors import StripeKeyInvalid
from storefront.isolation import Run
from storefront.models import Merchant, now
from storefront.payments import FoundAtStripe, Outcome


def search_stripe(run: Run, since: datetime | None = None) -> list[FoundAtStripe]:
    """Record the payments at Stripe that the database does not know, or only in part. Return them.

    `since` replaces the time from when on Stripe is searched. Once everything was found, the restore is over.
    """
    found: list[FoundAtStripe] = []
    started, failures = now(), len(run.failures)
    run.each(
        Merchant.select_connected,
        partial(_search_merchant, run, found, since),
        name=lambda merchant: f"payments of {merchant.name}",
        merchant=lambda merchant: merchant.id,
        failed=_record_refused_key,
    )
    if len(run.failures) == failures:
        payments.finish_search(started)
    return found


def _search_merchant(run: Run, found: list[FoundAtStripe], since: datetime | None, merchant: Merchant) -> None:
    # In here, because a row that can't be read must not stop the rest of the reconciliation.
    since = since or payments.search_start()
    unrecorded = payments.list_unrecorded(merchant, since)
    payments.raise_order_number(unrecorded)
    recorded = run.each(
        lambda: unrecorded,
        partial(payments.record, merchant),
        name=lambda one: f"payment {one.id}",
        merchant=lambda _: merchant.id,
    )
    found += [one for one in recorded if one.outcome != Outcome.NONE]
    payments.plan_checks_of_changes(merchant, since)


def _record_refused_key(merchant: Merchant, error: Exception) -> None:
    if isinstance(error, StripeKeyInvalid):
        emails.record_refused_key(merchant)
