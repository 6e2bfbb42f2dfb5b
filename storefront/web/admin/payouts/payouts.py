"""The money at Stripe: sums by month and account with the list of payouts, and one payout with what it contains."""

from flask import Blueprint, abort, render_template, request
from flask_babel import format_date

from storefront import payments
from storefront.i18n import isolate
from storefront.models import BalanceList, BalanceReading, Merchant, Payout
from storefront.models.search import PayoutSearch, orders_of_intents, transactions_of
from storefront.web.admin.payouts.years import chosen_year
from storefront.web.admin.shared import ListAddress, mode_from_query, place_in_list, typed_mode, whole_number
from storefront.web.support import today

blueprint = Blueprint("payouts", __name__, url_prefix="/money")


@blueprint.get("")
def index() -> str:
    """The sums of `?year=`, and the payouts, newest first."""
    year, search = chosen_year(), payout_search()
    sums = payments.balance_sums(*year.months, search.mode, search.merchant_id)
    readings = _readings()
    page = search.page(place_in_list())
    names = {reading.merchant_id: reading.merchant for reading in readings}
    names |= {payout.merchant_id: payout.merchant for payout in page.rows}
    unnamed = {one.merchant_id for one in sums.months} - names.keys()
    names |= {one.id: one for one in Merchant.select().where(Merchant.id.in_(list(unnamed)))} if unnamed else {}
    return render_template(
        "admin/payouts/index.html",
        year=year,
        earlier_year=year.earlier(sums.first_month),
        sums=sums.months,
        merchants=names,
        choices=_choices(names, search.merchant_id),
        month_name=month_name,
        page=page,
        search=search,
        address=ListAddress("admin.payouts.index", merchant=search.merchant_id, mode=typed_mode(), year=_typed_year()),
        export_address=ListAddress(
            "admin.payout_exports.months", merchant=search.merchant_id, mode=typed_mode(), year=year.number
        ),
        unreadable=sorted({one.merchant.name for one in readings if one.problem == "permission"}),
        silent=sorted({one.merchant.name for one in readings if one.problem == "no_answer"}),
        unfinished=sorted({one.merchant.name for one in readings if one.newest_at and not one.old_done}),
        read_at=min((one.read_at for one in readings if one.read_at), default=None),
    )


@blueprint.get("/payouts/<int:payout_id>")
def show(payout_id: int) -> str:
    """One payout with what it contains, newest first."""
    payout = payout_or_404(payout_id)
    page = transactions_of(payout, place_in_list())
    return render_template(
        "admin/payouts/show.html",
        payout=payout,
        merchant=payout.merchant,
        page=page,
        orders=orders_of_intents(page.rows),
        address=ListAddress("admin.payouts.show", payout_id=payout.id),
    )


def payout_or_404(payout_id: int) -> Payout:
    """The payout with its merchant."""
    found = None
    if payout_id < 2**31:
        found = Payout.select(Payout, Merchant).join(Merchant).where(Payout.id == payout_id).first()
    return found or abort(404)


def payout_search() -> PayoutSearch:
    """The search in the address: `?mode=` and `?merchant=`."""
    return PayoutSearch(mode_from_query(), whole_number(request.args.get("merchant", "")))


def month_name(month: str) -> str:
    """A month (2026-11) in the page's language: `November 2026`."""
    return str(format_date(today().replace(year=int(month[:4]), month=int(month[5:]), day=1), "LLLL y"))


def _choices(shown: dict[int, Merchant], chosen: int | None) -> list[tuple[int, str]]:
    """The accounts to filter by: id and name of those on the page, and the chosen one."""
    found = {**shown}
    if chosen is not None and chosen not in found:
        found |= {one.id: one for one in Merchant.select().where(Merchant.id == chosen)}
    return [(one.id, isolate(one.name)) for one in sorted(found.values(), key=lambda one: (one.name.lower(), one.id))]


def _typed_year() -> str:
    return str(chosen_year().number) if "year" in request.args else ""


def _readings() -> list[BalanceReading]:
    """How far the connected accounts were read, with their merchants."""
    found = BalanceReading.select(BalanceReading, Merchant).join(Merchant).where(Merchant.disconnected_at.is_null())
    return list(found.where(BalanceReading.list.in_(list(BalanceList))))
