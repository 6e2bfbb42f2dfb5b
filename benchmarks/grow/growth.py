"""Adds orders to the current shop."""

from contextlib import nullcontext
from typing import Any

from benchmarks.grow import catalog, tables
from benchmarks.grow.balance import write_balance
from benchmarks.grow.documents import store_series
from benchmarks.grow.goods import write_goods
from benchmarks.grow.other_process import in_another_process
from benchmarks.grow.plans import write_plans
from benchmarks.grow.programs import write_told
from benchmarks.grow.sample import CHUNK, Sample
from benchmarks.grow.team import write_audit, write_sessions
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
)

MODELS = (
    *(Order, OrderLine, OrderAnswer, Payment, TimelineEntry, Email, Refund, Dispute, Subscription, Invoice),
    *(PaymentRequest, PromoCode, Delivery, Document, Payout, BalanceTransaction),
    *(OutsidePayment, LicenseKey, Download, PlanSwitch, OutgoingEvent, WebhookDelivery, TelegramMessage, AuditEntry),
)
WITH_IDS = (Order, Payment, Refund, Subscription, Invoice, PromoCode, Document)
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
    with suspended(), db.connection(), tables.bulk_writes(alone=bool(models)), tables.without_indexes(models):
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
    sample = Sample(sold, f"{seed}-{first}", next_ids)
    batches = sample.batches(count)
    for batch in in_another_process(batches) if count > CHUNK else batches:
        sample.write(batch)
    store_series()
    write_balance(first_payment, first_refund)
    write_goods(first)
    write_visitors(first)
    write_plans(first_subscription)
    write_told(first, first_refund)
    write_audit(first, first_refund, first_code, last_request)
    write_sessions(count)
