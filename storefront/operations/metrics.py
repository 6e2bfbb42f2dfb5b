"""What the shop tells Prometheus: read from the tables, since its web processes share nothing else.

Test and live apart, no names. Of money only what stopped renewals put at risk, brought back and lost.
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

from storefront import subscriptions, worker
from storefront.config import VERSION, Config
from storefront.models import (
    DECLINE_WINDOW,
    Decline,
    Email,
    EmailState,
    Merchant,
    Order,
    OrderStatus,
    Payment,
    Subscription,
    WebhookEvent,
    WebhookRefusal,
    now,
)

MODES = ("live", "test")


def metrics_exposition(config: Config) -> bytes:
    """The numbers of this moment, in Prometheus's text format 0.0.4."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Shop(config))
    return generate_latest(registry)


class _Shop(Collector):
    def __init__(self, config: Config) -> None:
        self._config = config

    def collect(self) -> Iterable[Metric]:
        yield InfoMetricFamily(
            "storefront_build", "Version of the shop.", {"version": VERSION, "python": platform.python_version()}
        )
        yield _orders()
        yield _payments()
        yield _declines()
        yield _subscriptions()
        yield from _stopped_renewals()
        yield from _webhooks()
        yield _letters()
        beat = _age(worker.last_seen(), never=float("inf"))
        yield _plain("storefront_worker_heartbeat_age_seconds", "Since the worker was seen; +Inf when never.", beat)
        yield from _database_size(self._config)


def _orders() -> Metric:
    query = Order.select(Merchant.mode, Order.status, fn.COUNT(Order.id)).join(Merchant)
    rows = cast(Iterable[tuple[str, str, int]], query.group_by(Merchant.mode, Order.status).tuples())
    counts = {(mode, str(status)): 0 for mode in MODES for status in OrderStatus}
    counts |= {(mode, status): count for mode, status, count in rows}
    return _gauge("storefront_orders", "Orders by status.", ("mode", "status"), counts)


def _payments() -> Metric:
    query = Payment.select(Merchant.mode, Payment.status, fn.COUNT(Payment.id)).join(Merchant)
    rows = cast(Iterable[tuple[str, str, int]], query.group_by(Merchant.mode, Payment.status).tuples())
    counts = {(mode, status or "unknown"): count for mode, status, count in rows}
    return _gauge("storefront_payments", "Payments by Stripe's status.", ("mode", "status"), counts)


def _declines() -> Metric:
    query = Decline.select(Merchant.mode, fn.COUNT(Decline.id)).join(Payment).join(Merchant)
    rows = cast(
        Iterable[tuple[str, int]], query.where(Decline.at > now() - DECLINE_WINDOW).group_by(Merchant.mode).tuples()
    )
    counts = {(mode,): 0 for mode in MODES} | {(mode,): count for mode, count in rows}
    return _gauge("storefront_declines_last_hour", "Declined attempts within the hour.", ("mode",), counts)


def _subscriptions() -> Metric:
    query = Subscription.select(Merchant.mode, Subscription.status, fn.COUNT(Subscription.id)).join(Merchant)
    rows = cast(Iterable[tuple[str, str, int]], query.group_by(Merchant.mode, Subscription.status).tuples())
    counts = {(mode, status or "unknown"): count for mode, status, count in rows}
    return _gauge("storefront_subscriptions", "Subscriptions by Stripe's status.", ("mode", "status"), counts)


def _stopped_renewals() -> Iterator[Metric]:
    """Amounts in the currency's smallest unit, as Stripe counts."""
    found = subscriptions.recovery_outcomes()
    counts = {(mode, outcome): 0 for mode in MODES for outcome in subscriptions.RECOVERY_OUTCOMES}
    for one in found:
        counts[one.mode, one.outcome] += one.invoices
    labels = ("mode", "outcome")
    yield _gauge("storefront_stopped_renewals", "Invoices of renewals whose payment stopped.", labels, counts)
    amounts = {(one.mode, one.outcome, one.total.currency): one.total.amount for one in found}
    about = "Their money in the currency's smallest unit."
    yield _gauge("storefront_stopped_renewals_amount", about, (*labels, "currency"), amounts)


def _webhooks() -> Iterator[Metric]:
    waiting = WebhookEvent.select().where(WebhookEvent.handled_at.is_null())
    oldest = waiting.order_by(WebhookEvent.received_at).first()
    yield _plain("storefront_webhook_events_waiting", "Events stored and not handled yet.", waiting.count())
    age = _age(oldest and oldest.received_at, never=0)
    yield _plain("storefront_webhook_oldest_waiting_age_seconds", "Age of the oldest of them; 0 when none waits.", age)
    query = WebhookRefusal.select(WebhookRefusal.reason, fn.SUM(WebhookRefusal.count)).group_by(WebhookRefusal.reason)
    refusals = CounterMetricFamily("storefront_webhook_refusals", "Deliveries refused, by reason.", labels=("reason",))
    for reason, count in cast(Iterable[tuple[str, int]], query.tuples()):
        refusals.add_metric((reason,), float(count))
    yield refusals


def _letters() -> Metric:
    query = Email.select(Email.state, fn.COUNT(Email.id)).group_by(Email.state)
    counts = {(str(state),): 0 for state in EmailState}
    counts |= {(state,): count for state, count in cast(Iterable[tuple[str, int]], query.tuples())}
    return _gauge("storefront_letters", "Letters by state.", ("state",), counts)


def _database_size(config: Config) -> Iterator[Metric]:
    if config.database_url.startswith("sqlite:///"):
        path = config.database_url.removeprefix("sqlite:///")
        files = [Path(path), Path(f"{path}-wal")]
        size = sum(file.stat().st_size for file in files if file.exists())
        yield _plain("storefront_database_size_bytes", "SQLite's file and its log.", size)


def _gauge(name: str, about: str, labels: tuple[str, ...], counts: Mapping[Any, int]) -> Metric:
    """`counts` by the tuple of the labels' values."""
    family = GaugeMetricFamily(name, about, labels=labels)
    for values, count in counts.items():
        family.add_metric(values, count)
    return family


def _plain(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(name, about, value=value)


def _age(moment: datetime | None, never: float) -> float:
    """Seconds since a moment; another process's clock may be a little ahead."""
    return never if moment is None else max(0.0, (now() - moment).total_seconds())
