"""Prometheus metrics, read from the database because the web processes share nothing else.

Test and live mode are separate. There are no names, and the only amounts are those of stopped renewals.
"""

import platform
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from peewee import fn
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from storefront import db, emails, subscriptions, worker
from storefront.config import VERSION, Config
from storefront.models import (
    DECLINE_WINDOW,
    Count,
    CounterKind,
    Counts,
    Decline,
    Email,
    EmailState,
    Merchant,
    OrderStatus,
    Payment,
    WebhookEvent,
    counts,
    now,
)
from storefront.operations.backups.schedule import schedule_state
from storefront.operations.measured import measured_metrics

MODES = ("live", "test")
COUNTED = (
    CounterKind.ORDERS,
    CounterKind.PAYMENTS,
    CounterKind.SUBSCRIPTIONS,
    CounterKind.STOPPED_RENEWALS,
    CounterKind.WAITING_EVENTS,
    CounterKind.WEBHOOK_REFUSALS,
    CounterKind.IGNORED_DELIVERIES,
    CounterKind.EMAILS,
    CounterKind.FAILING_EMAILS,
)


def metrics_exposition(config: Config) -> bytes:
    """The current values in Prometheus' text format 0.0.4."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_ShopCollector(config))
    return generate_latest(registry)


class _ShopCollector(Collector):
    def __init__(self, config: Config) -> None:
        self._config = config

    def collect(self) -> Iterable[Metric]:
        yield InfoMetricFamily(
            "storefront_build", "Version of the shop.", {"version": VERSION, "python": platform.python_version()}
        )
        counted = counts(*COUNTED)
        yield _orders(counted)
        yield _payments(counted)
        yield _declines()
        yield _subscriptions(counted)
        yield from _stopped_renewals(counted)
        yield from _webhooks(counted)
        yield from _emails(counted)
        about = "1 if the job queue can be reached, 0 if it is away. The shop sells without it."
        yield _value("storefront_queue_reachable", about, float(worker.queue_is_reachable()))
        yield from measured_metrics()
        age = _age(worker.last_seen(), default=float("inf"))
        yield _value("storefront_worker_heartbeat_age_seconds", "Seconds since the worker's last heartbeat.", age)
        yield from _backups(self._config)
        yield _database_size(self._config)


def _backups(config: Config) -> Iterator[Metric]:
    """How old the last daily backup is; `+Inf` for none. Nothing where no backups are scheduled."""
    if config.backup_url:
        age = _age(schedule_state().last_at, default=float("inf"))
        yield _value("storefront_backup_age_seconds", "Seconds since the last daily backup.", age)


def _by_mode_and_status(counted: Counts, kind: CounterKind) -> dict[tuple[str, str], int]:
    return {(one.mode, one.status or "unknown"): one.number for one in counted.of(kind)}


def _orders(counted: Counts) -> Metric:
    found = {(mode, str(status)): 0 for mode in MODES for status in OrderStatus}
    found |= _by_mode_and_status(counted, CounterKind.ORDERS)
    return _gauge("storefront_orders", "Orders by status.", ("mode", "status"), found)


def _payments(counted: Counts) -> Metric:
    found = _by_mode_and_status(counted, CounterKind.PAYMENTS)
    return _gauge("storefront_payments", "Payments by Stripe's status.", ("mode", "status"), found)


def _declines() -> Metric:
    query = Decline.select(Merchant.mode, fn.COUNT(Decline.id)).join(Payment).join(Merchant)
    rows = cast(
        Iterable[tuple[str, int]], query.where(Decline.at > now() - DECLINE_WINDOW).group_by(Merchant.mode).tuples()
    )
    counts = {(mode,): 0 for mode in MODES} | {(mode,): count for mode, count in rows}
    return _gauge("storefront_declines_last_hour", "Declined attempts of the last hour.", ("mode",), counts)


def _subscriptions(counted: Counts) -> Metric:
    found = _by_mode_and_status(counted, CounterKind.SUBSCRIPTIONS)
    return _gauge("storefront_subscriptions", "Subscriptions by Stripe's status.", ("mode", "status"), found)


def _stopped_renewals(counted: Counts) -> Iterator[Metric]:
    outcomes = subscriptions.recovery_outcomes(counted=counted)
    invoices = {(mode, outcome): 0 for mode in MODES for outcome in subscriptions.RECOVERY_OUTCOMES}
    for row in outcomes:
        invoices[row.mode, row.outcome] += row.invoices
    labels = ("mode", "outcome")
    yield _gauge("storefront_stopped_renewals", "Invoices of renewals whose payment stopped.", labels, invoices)
    amounts = {(row.mode, row.outcome, row.total.currency): row.total.amount for row in outcomes}
    about = "Total of these invoices in minor units."
    yield _gauge("storefront_stopped_renewals_amount", about, (*labels, "currency"), amounts)


def _webhooks(counted: Counts) -> Iterator[Metric]:
    waiting = counted.number(CounterKind.WAITING_EVENTS)
    yield _value("storefront_webhook_events_waiting", "Events stored and not handled yet.", waiting)
    oldest = WebhookEvent.oldest_waiting() if waiting else None
    age = _age(oldest.received_at if oldest else None, default=0)
    yield _value(
        "storefront_webhook_oldest_waiting_age_seconds", "Age of the oldest waiting event; 0 when there is none.", age
    )
    about = "Seconds from an event at Stripe until it was handled: the mean of the last handled ones."
    yield _value("storefront_webhook_delay_seconds", about, WebhookEvent.recent_delay())
    refusals = counted.of(CounterKind.WEBHOOK_REFUSALS)
    yield _by_reason("storefront_webhook_refusals", "Deliveries refused, by reason.", refusals)
    about = "Signed deliveries that are not for the shop, by reason."
    yield _by_reason("storefront_webhook_ignored", about, counted.of(CounterKind.IGNORED_DELIVERIES))


def _by_reason(name: str, about: str, found: list[Count]) -> Metric:
    counter = CounterMetricFamily(name, about, labels=("reason",))
    for one in found:
        counter.add_metric((one.status,), float(one.number))
    return counter


def _emails(counted: Counts) -> Iterator[Metric]:
    found = {(str(state),): 0 for state in EmailState}
    found |= {(one.status,): one.number for one in counted.of(CounterKind.EMAILS)}
    yield _gauge("storefront_letters", "Emails by state.", ("state",), found)
    failing = counted.number(CounterKind.FAILING_EMAILS)
    yield _value("storefront_letters_failing", "Waiting emails whose last attempt failed.", failing)
    age = _age(Email.oldest_due(), default=0)
    about = "Seconds since the oldest waiting email was due; 0 when none is."
    yield _value("storefront_letters_oldest_due_age_seconds", about, age)
    outage = emails.current_outage()
    age = _age(outage.began_at if outage else None, default=0)
    yield _value("storefront_mail_server_away_seconds", "Seconds since the mail server is away; 0 if it is not.", age)


def _database_size(config: Config) -> Metric:
    if config.database_url.startswith("sqlite:///"):
        path = config.database_url.removeprefix("sqlite:///")
        files = [Path(path), Path(f"{path}-wal")]
        size = sum(file.stat().st_size for file in files if file.exists())
    else:
        size = db.db.execute_sql("SELECT pg_database_size(current_database())").fetchone()[0]
    return _value("storefront_database_size_bytes", "Size of the database on disk.", size)


def _gauge(name: str, about: str, labels: tuple[str, ...], counts: Mapping[Any, int]) -> Metric:
    """A gauge with labels. The keys of `counts` are tuples of label values."""
    family = GaugeMetricFamily(name, about, labels=labels)
    for values, count in counts.items():
        family.add_metric(values, count)
    return family


def _value(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _age(moment: datetime | None, default: float) -> float:
    """Seconds since `moment`, never negative: the clock of another process may be ahead."""
    return default if moment is None else max(0.0, (now() - moment).total_seconds())
