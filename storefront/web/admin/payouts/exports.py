"""CSV files: the sums of a year, the transactions of a month and account, and what a payout contains."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response, abort, request
from flask_babel import pgettext

from storefront import payments
from storefront.models import BalanceTransaction, Merchant, Order
from storefront.models.search import iterate_balance, orders_of_intents
from storefront.money import Money
from storefront.team import SecurityEvent
from storefront.web.admin.payouts.payouts import payout_or_404, payout_search
from storefront.web.admin.payouts.years import chosen_year
from storefront.web.admin.shared import (
    BYTE_ORDER_MARK,
    chosen_month,
    csv_line,
    csv_response,
    csv_time,
    requires_recent_password,
    streamed_file,
    whole_number,
)
from storefront.web.support import begin_of_day, log_security_event

blueprint = Blueprint("payout_exports", __name__, url_prefix="/money")


@blueprint.get("/months.csv")
@requires_recent_password
def months() -> Response:
    """The sums of `?year=` by month, account and currency."""
    year, search = chosen_year(), payout_search()
    sums = [
        one
        for one in payments.month_sums(*year.months, mode=search.mode)
        if search.merchant_id in (None, one.merchant_id)
    ]
    names = {one.id: one.name for one in Merchant.select().where(Merchant.id.in_({one.merchant_id for one in sums}))}
    lines = [_month_columns(), *(_month_cells(one, names.get(one.merchant_id, "")) for one in sums)]
    name = f"balance-{year.number}.csv"
    log_security_event(SecurityEvent.EXPORT, file=name)
    return csv_response(name, [(BYTE_ORDER_MARK + "".join(map(csv_line, lines))).encode()])


@blueprint.get("/transactions.csv")
@requires_recent_password
def transactions() -> Response:
    """The transactions of `?month=` and `?merchant=`, sent while they are read."""
    month = chosen_month().begin
    merchant = Merchant.get_or_none(Merchant.id == (whole_number(request.args.get("merchant", "")) or 0)) or abort(404)
    until = begin_of_day((month + timedelta(days=31)).replace(day=1))
    found = iterate_balance(merchant.id, begin_of_day(month), until)
    return _file(f"balance-{month.isoformat()[:7]}-{merchant.id}.csv", found)


@blueprint.get("/payouts/<int:payout_id>.csv")
@requires_recent_password
def payout(payout_id: int) -> Response:
    """What a payout contains, sent while it is read."""
    found, begin = payout_or_404(payout_id), datetime(1970, 1, 1, tzinfo=UTC)
    return _file(f"payout-{found.id}.csv", iterate_balance(found.merchant_id, begin, begin, found))


def _file(name: str, found: Iterable[list[BalanceTransaction]]) -> Response:
    # HTTP/1.0 has no chunks.
    has_chunks = request.environ.get("SERVER_PROTOCOL") != "HTTP/1.0"
    file = streamed_file(_parts(found, csv_line(_columns())), has_chunks)
    log_security_event(SecurityEvent.EXPORT, file=name)
    return csv_response(name, file)


def _parts(found: Iterable[list[BalanceTransaction]], head: str) -> Iterator[bytes]:
    yield (BYTE_ORDER_MARK + head).encode()
    for rows in found:
        orders = orders_of_intents(rows)
        yield "".join(csv_line(_cells(row, orders.get(row.intent_id))) for row in rows).encode()


def _columns() -> tuple[str, ...]:
    """Headings in the page's language. The cells are the same in every language: codes, and numbers with a point."""
    return (
        pgettext("column", "created_utc"),
        pgettext("column", "account"),
        pgettext("column", "mode"),
        pgettext("column", "type"),
        pgettext("column", "category"),
        pgettext("column", "order"),
        pgettext("column", "amount"),
        pgettext("column", "fee"),
        pgettext("column", "net"),
        pgettext("column", "currency"),
        pgettext("column", "charged_amount"),
        pgettext("column", "charged_currency"),
        pgettext("column", "exchange_rate"),
        pgettext("column", "available_utc"),
        pgettext("column", "payout"),
        pgettext("column", "payout_arrival_utc"),
        pgettext("column", "balance_transaction"),
        pgettext("column", "source"),
        pgettext("column", "payment_intent"),
    )


def _cells(row: BalanceTransaction, order: Order | None) -> tuple[str, ...]:
    charged = "" if row.charged_amount is None else Money(row.charged_amount, row.charged_currency).decimal_text()
    return (
        csv_time(row.created_at),
        row.merchant.name,
        row.merchant.mode,
        row.type,
        row.category,
        "" if order is None else str(order.number),
        *(row.money(amount).decimal_text() for amount in (row.amount, row.fee, row.net)),
        row.currency,
        charged,
        row.charged_currency,
        row.exchange_rate or "",
        csv_time(row.available_at),
        row.payout.stripe_id if row.payout else "",
        csv_time(row.payout.arrives_at) if row.payout else "",
        row.stripe_id,
        row.source_id,
        row.intent_id,
    )


def _month_columns() -> tuple[str, ...]:
    return (
        pgettext("column", "month"),
        pgettext("column", "account"),
        pgettext("column", "mode"),
        pgettext("column", "currency"),
        pgettext("column", "gross"),
        pgettext("column", "refunds"),
        pgettext("column", "disputes"),
        pgettext("column", "other"),
        pgettext("column", "fees"),
        pgettext("column", "net"),
        pgettext("column", "paid_out"),
    )


def _month_cells(one: payments.MonthOfMerchant, name: str) -> tuple[str, ...]:
    amounts = (one.gross, one.refunds, one.disputes, one.other, one.fees, one.net, one.paid_out)
    texts = (Money(amount, one.currency).decimal_text() for amount in amounts)
    return (one.month, name, one.mode, one.currency, *texts)
