"""Deletes, in small batches, what is kept for a time only: strangers' unpaid orders, texts of emails, events, counts.

The settings say for how long. Nothing that has to do with money is deleted: see `payments.abandoned_orders`.
"""

from collections.abc import Callable
from functools import partial

from storefront import delivery, emails, integrations, payments, pricing, settings, team, webhooks
from storefront.isolation import Run
from storefront.models import (
    AdminSession,
    CancellationStatement,
    EmailRequest,
    KeptForm,
    PendingSignIn,
    UnpaidOrderEmail,
)

# Rows of a batch, which is one transaction, and batches of a run. A batch takes milliseconds: checkouts need not wait.
BATCH, BATCHES = 200, 25
# Stripe can deliver an event again for 30 days, and links in emails work as long.
LEAST_DAYS = 31


def delete_old_rows() -> Run:
    """Delete what is too old. What fails does not stop the rest."""
    run, kept = Run(), settings.current()
    sweeps: list[tuple[str, Callable[[int], int]]] = [
        ("presses", payments.delete_old_presses),
        ("guesses at promo codes", pricing.delete_old_guesses),
        ("email requests", EmailRequest.delete_old),
        ("cancellations", CancellationStatement.delete_old),
        ("counts of emails", UnpaidOrderEmail.delete_old),
    ]
    if kept.email_texts_kept_days:
        days = _days(kept.email_texts_kept_days)
        sweeps.append(("email texts", partial(emails.delete_old_texts, days)))
        sweeps.append(("outages of the mail server", partial(emails.delete_old_outages, days)))
    if kept.events_kept_days:
        sweeps.append(("events", partial(webhooks.delete_old_events, _days(kept.events_kept_days))))
    if kept.deliveries_kept_days:
        days = _days(kept.deliveries_kept_days)
        sweeps.append(("outgoing events", partial(integrations.delete_old_outgoing_events, days)))
    if kept.declines_kept_days:
        sweeps.append(("declines", partial(payments.delete_old_declines, _days(kept.declines_kept_days))))
    if kept.audit_kept_days:
        sweeps.append(("audit entries", partial(team.delete_old_entries, _days(kept.audit_kept_days))))
    sweeps += [("unused files", delivery.delete_unused_files), ("uploads", delivery.delete_abandoned_uploads)]
    sweeps += [("forms", _delete_forms), ("sessions", _delete_sessions)]
    run.each(lambda: sweeps, lambda sweep: _in_batches(sweep[1]), name=lambda sweep: f"deleting old {sweep[0]}")
    if kept.unpaid_orders_kept_days:
        payments.delete_abandoned_orders(run, _days(kept.unpaid_orders_kept_days), BATCH, BATCHES)
    return run


def _days(setting: int) -> int:
    return max(setting, LEAST_DAYS)


def _delete_forms(_most: int) -> int:
    """Delete what admins typed into forms and did not come back for. Few rows, so all at once."""
    KeptForm.delete_old()
    return 0


def _delete_sessions(_most: int) -> int:
    AdminSession.delete_over(*settings.current().session_limits)
    PendingSignIn.delete_old()
    return 0


def _in_batches(delete: Callable[[int], int]) -> None:
    for _ in range(BATCHES):
        if delete(BATCH) < BATCH:
            return
