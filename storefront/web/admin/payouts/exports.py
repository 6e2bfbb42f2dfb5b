"""Exports: the sums of a year, the transactions of a month and account, and what a payout contains."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, abort, request
from flask_babel import pgettext

from storefront import payments
from storefront.models import BalanceTransaction, Merchant, Order
from storefront.models.search import iterate_balance, orders_of_intents
from storefront.money import Money
from storefront.web.admin.payouts.payouts import payout_or_404, payout_search
from storefront.web.admin.payouts.years import chosen_year
from storefront.web.admin.shared import (
    Column,
    ColumnKind,
    Table,
    Value,
    chosen_month,
    requires_recent_password,
    send_list,
    whole_number,
)
from storefront.web.support import begin_of_day

blueprint = Blueprint("payout_exports", __name__, url_prefix="/money")


@blueprint.get("/months.csv", defaults={"kind": "csv"})
@blueprint.get("/months.xlsx", defaults={"kind": "xlsx"})
@requires_recent_password
def months(kind: str) -> Response:
    """The sums of `?year=` by month, account and currency."""
    year, search = chosen_year(), payout_search()
    sums = payments.balance_sums(*year.months, search.mode, search.merchant_id).months
    found = Merchant.select().where(Merchant.id.in_({one.merchant_id for one in sums})) if sums else ()
    names = {one.id: one.name for one in found}
    rows = [_month_cells(one, names.get(one.merchant_id, "")) for one in sums]
    return send_list(Table(f"balance-{year.number}", _month_columns(), [rows]), kind)


@blueprint.get("/transactions.csv", defaults={"kind": "csv"})
@blueprint.get("/transactions.xlsx", defaults={"kind": "xlsx"})
@requires_recent_password
def transactions(kind: str) -> Response:
    """The transactions of `?month=` and `?merchant=`, oldest first."""
    month = chosen_month().begin
    merchant = Merchant.get_or_none(Merchant.id == (whole_number(request.args.get("merchant", "")) or 0)) or abort(404)
    until = begin_of_day((month + timedelta(days=31)).replace(day=1))
    found = iterate_balance(merchant.id, begin_of_day(month), until)
    return send_list(Table(f"balance-{month.isoformat()[:7]}-{merchant.id}", _columns(), _parts(found)), kind)


@blueprint.get("/payouts/<int:payout_id>.csv", defaults={"kind": "csv"})
@blueprint.get("/payouts/<int:payout_id>.xlsx", defaults={"kind": "xlsx"})
@requires_recent_password
def payout(payout_id: int, kind: str) -> Response:
    """What a payout contains, oldest first."""
    found, begin = payout_or_404(payout_id), datetime(1970, 1, 1, tzinfo=UTC)
    parts = _parts(iterate_balance(found.merchant_id, begin, begin, found))
    return send_list(Table(f"payout-{found.id}", _columns(), parts), kind)


def _parts(found: Iterable[list[BalanceTransaction]]) -> Iterator[list[tuple[Value, ...]]]:
    for rows in found:
        orders = orders_of_intents(rows)
        yield [_cells(row, orders.get(row.intent_id)) for row in rows]


def _columns() -> tuple[Column, ...]:
    """Headings in the page's language. The cells are the same in every language: codes, and numbers with a point."""
    number, amount, time = ColumnKind.NUMBER, ColumnKind.AMOUNT, ColumnKind.TIME
    return (
        Column("created", pgettext("column", "created_utc"), time),
        Column("account", pgettext("column", "account")),
        Column("mode", pgettext("column", "mode")),
        Column("type", pgettext("column", "type")),
        Column("category", pgettext("column", "category")),
        Column("order", pgettext("column", "order"), number),
        Column("amount", pgettext("column", "amount"), amount),
        Column("fee", pgettext("column", "fee"), amount),
        Column("net", pgettext("column", "net"), amount),
        Column("currency", pgettext("column", "currency")),
        Column("charged_amount", pgettext("column", "charged_amount"), amount),
        Column("charged_currency", pgettext("column", "charged_currency")),
        Column("exchange_rate", pgettext("column", "exchange_rate")),
        Column("available", pgettext("column", "available_utc"), time),
        Column("payout", pgettext("column", "payout")),
        Column("payout_arrival", pgettext("column", "payout_arrival_utc"), time),
        Column("balance_transaction", pgettext("column", "balance_transaction")),
        Column("source", pgettext("column", "source")),
        Column("payment_intent", pgettext("column", "payment_intent")),
    )


def _cells(row: BalanceTransaction, order: Order | None) -> tuple[Value, ...]:
    return (
        row.created_at,
        row.merchant.name,
        row.merchant.mode,
        row.type,
        row.category,
        None if order is None else order.number,
        *(row.money(amount) for amount in (row.amount, row.fee, row.net)),
        row.currency,
        None if row.charged_amount is None else Money(row.charged_amount, row.charged_currency),
        row.charged_currency,
        row.exchange_rate or "",
        row.available_at,
        row.payout.stripe_id if row.payout else "",
        row.payout.arrives_at if row.payout else None,
        row.stripe_id,
        row.source_id,
        row.intent_id,
    )


def _month_columns() -> tuple[Column, ...]:
    amount = ColumnKind.AMOUNT
    return (
        Column("month", pgettext("column", "month")),
        Column("account", pgettext("column", "account")),
        Column("mode", pgettext("column", "mode")),
        Column("currency", pgettext("column", "currency")),
        Column("gross", pgettext("column", "gross"), amount),
        Column("refunds", pgettext("column", "refunds"), amount),
        Column("disputes", pgettext("column", "disputes"), amount),
        Column("other", pgettext("column", "other"), amount),
        Column("fees", pgettext("column", "fees"), amount),
        Column("net", pgettext("column", "net"), amount),
        Column("paid_out", pgettext("column", "paid_out"), amount),
    )


def _month_cells(one: payments.MonthOfMerchant, name: str) -> tuple[Value, ...]:
    amounts = (one.gross, one.refunds, one.disputes, one.other, one.fees, one.net, one.paid_out)
    return (one.month, name, one.mode, one.currency, *(one.money(amount) for amount in amounts))
