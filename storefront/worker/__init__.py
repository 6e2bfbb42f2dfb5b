"""Background work: the job queue, reconciliation with Stripe, and the worker's heartbeat."""

from storefront.worker.heartbeat import is_silent, last_seen
from storefront.worker.more_jobs import add_periodic_job
from storefront.worker.reconciliation import ReconciliationReport, reconcile
from storefront.worker.schedules import EVERY_HOUR
from storefront.worker.tasks import (
    queue,
    queue_is_reachable,
    wake_for_deliveries,
    wake_for_disconnections,
    wake_for_emails,
    wake_for_event,
    wake_for_imports,
)

__all__ = [
    "EVERY_HOUR",
    "ReconciliationReport",
    "add_periodic_job",
    "is_silent",
    "last_seen",
    "queue",
    "queue_is_reachable",
    "reconcile",
    "wake_for_deliveries",
    "wake_for_disconnections",
    "wake_for_emails",
    "wake_for_event",
    "wake_for_imports",
]
