"""Adds orders to the current shop."""

import random
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from math import gcd
from typing import Any

from benchmarks.grow import catalog, orders, tables
from benchmarks.grow.balance import write_balance
from benchmarks.grow.goods import write_goods
from benchmarks.grow.people import person
from benchmarks.grow.plans import write_plans
from benchmarks.grow.programs import write_told
from benchmarks.grow.promo_codes import CODE_EVERY, CodeRows
from benchmarks.grow.requests import REQUEST_EVERY, RequestRows
from benchmarks.grow.subscriptions import SubscriptionRows
from benchmarks.grow.team import write_audit, write_sessions
from benchmarks.grow.tokens import tokens
from benchmarks.grow.visitors import write_visitors
from storefront import db
from storefront.models import (
    AuditEntry,
    BalanceTransaction,
    Delivery,
    Dispute,
    Document,
    Download,
    Email,
    Invoice,
    LicenseKey,
    Merchant,
    Order,
    OrderAnswer,
    OrderLine,
    OutgoingEvent,
    OutsidePayment,
    Payment,
    PaymentRequest,
    Payout,
    PlanSwitch,
    PromoCode,
    Refund,
    ShopSetting,
    Subscription,
    TelegramMessage,
    TimelineEntry,
    WebhookDelivery,
    now,
)

MODELS = (
    *(Order, OrderLine, OrderAnswer, Payment, TimelineEntry, Email, Refund, Dispute, Subscription, Invoice),
    *(PaymentRequest, PromoCode, Delivery, Document, Payout, BalanceTransaction),
    *(OutsidePayment, LicenseKey, Download, PlanSwitch, OutgoingEvent, WebhookDelivery, TelegramMessage, AuditEntry),
)
WITH_IDS = (Order, Payment, Refund, Subscription, Invoice, PromoCode, Document)
ORDERS_PER_CUSTOMER = 3
# One order in so many begins a subscription.
SUBSCRIPTION_EVERY = 20
PERIOD, LATEST = timedelta(days=730), timedelta(hours=71)
# This share of the orders was made in the LATEST hours: a shop with sales today.
LATEST_SHARE = 0.05
# Rows are written after so many orders.
CHUNK = 10_000
# From so many orders on, derived rows are computed at the end, if a good part of their source rows is new.
SOME = 2_000
# From so many orders on, the indexes of the tables are made once at the end, if most of their rows are new.
MANY = 20_000


class LiveMerchantError(Exception):
    """A merchant in live mode is connected: sample orders would be mixed with real ones."""


def grow(count: int, merchants: int = 1, offers: int = 12, seed: int = 1) -> None:
    """Add `count` orders, in one transaction of its own, and merchants and offers where there are fewer.

    The database must be migrated. The rows are the same for the same seed, time and rows that exist. Raises
    LiveMerchantError.
    """
    live = Merchant.select_connected().where(Merchant.mode == "live").first()
    if live is not None:
        raise LiveMerchantError(live.name)
    existing = Order.select().count()
    models = MODELS if count >= MANY and existing < count else ()
    suspended = db.derived_suspended if count >= SOME and existing < count * 10 else nullcontext
    with suspended(), db.connection(), tables.bulk_writes(), tables.without_indexes(models):
        sold = catalog.make_catalog(merchants, max(offers, 1))
        _add(count, sold, seed)
        tables.raise_sequences(MODELS)


def _add(count: int, sold: catalog.Catalog, seed: int) -> None:
    next_ids: dict[Any, int] = {model: tables.next_id(model) for model in WITH_IDS}
    # After a restore on SQLite, the next order's number is above those that were used.
    raised = ShopSetting.get_or_none(ShopSetting.name == "last_used_order_id")
    next_ids[Order] = max(next_ids[Order], int(raised.value) + 1 if raised else 0)
    first, first_payment, first_refund = next_ids[Order], next_ids[Payment], next_ids[Refund]
    first_subscription, first_code = next_ids[Subscription], next_ids[PromoCode]
    last_request = tables.next_id(PaymentRequest) - 1
    source = random.Random(f"{seed}-{first}")  # noqa: S311 - sample data
    until = now().astimezone(UTC).replace(tzinfo=None)
    made = orders.OrderRows(source, tokens(source), until, next_ids)
    subscriptions, requests, codes = SubscriptionRows(made), RequestRows(until), CodeRows(next_ids[PromoCode])
    customers = max(1, count // ORDERS_PER_CUSTOMER)
    step = _coprime(customers)
    outcomes = list(orders.OUTCOMES)
    for number in range(count):
        if number % len(outcomes) == 0:
            source.shuffle(outcomes)
        recurs = bool(sold.recurring) and number % SUBSCRIPTION_EVERY == SUBSCRIPTION_EVERY // 2
        outcome = "paid" if recurs else outcomes[number % len(outcomes)]
        # The newest order can still be paid.
        outcome = orders.UNPAID if number == count - 1 else outcome
        offer = source.choice(sold.recurring if recurs else sold.one_off)
        buyer = person(first + number * step % customers)
        created = _created(number, count, until, source)
        code = codes.add(first + number, created) if number % CODE_EVERY == 0 else None
        order_id, payment_id = made.add(offer, buyer, created, outcome, code, recurs=recurs)
        if recurs and outcome == "paid":
            subscriptions.add(order_id, payment_id, offer.as_chosen(order_id), buyer, created)
        if number % REQUEST_EVERY == 0:
            requests.add(next(made.texts), source.choice(sold.one_off), buyer, created)
        if number % CHUNK == CHUNK - 1:
            made.documents.issue(until=tables.stamp(created))
            _write(made, subscriptions, requests, codes)
    made.documents.issue()
    _write(made, subscriptions, requests, codes)
    made.documents.store_series()
    write_balance(first_payment, first_refund)
    write_goods(first)
    write_visitors(first)
    write_plans(first_subscription)
    write_told(first, first_refund)
    write_audit(first, first_refund, first_code, last_request)
    write_sessions(count)


def _write(made: orders.OrderRows, subscriptions: SubscriptionRows, requests: RequestRows, codes: CodeRows) -> None:
    order_rows, payments, entries, emails, *others = made.tables
    for rows in (
        codes.rows,
        order_rows,
        payments,
        *subscriptions.tables,
        entries,
        emails,
        *others,
        made.documents.rows,
        requests.rows,
    ):
        rows.write()


def _created(number: int, count: int, until: datetime, source: random.Random) -> datetime:
    """Later orders have higher numbers."""
    share = (number + 0.9 * source.random()) / count
    early = 1 - LATEST_SHARE
    if share < early:
        return until - PERIOD + share / early * (PERIOD - LATEST)
    return until - LATEST + (share - early) / LATEST_SHARE * (LATEST - timedelta(minutes=10))


def _coprime(number: int) -> int:
    """A number without a common divisor: its multiples visit every customer, in no visible order."""
    step = int(number * 0.618) | 1
    while gcd(step, number) > 1:
        step += 2
    return step
