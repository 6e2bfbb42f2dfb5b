"""Merchants: the list, connecting one, editing one."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import merchants
from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.i18n import isolate
from storefront.merchants import can_rehearse, checklists
from storefront.models import CounterKind, Merchant, counts
from storefront.models.search import FIRST_PAGE, PER_PAGE, MerchantSearch
from storefront.team import SecurityEvent
from storefront.web.admin import labels
from storefront.web.admin.merchants.next_step import next_step
from storefront.web.admin.shared import (
    FRAME_KINDS,
    keep_frame_counts,
    place_in_list,
    requires_recent_password,
    search_text,
    show_notice,
    wants_fragment,
    whole_number,
)
from storefront.web.forms import MerchantEditForm, MerchantForm
from storefront.web.support import log_security_event, shop_config

blueprint = Blueprint("merchants", __name__, url_prefix="/settings/payment-systems/stripe")


@blueprint.get("")
def index() -> str:
    """Connected merchants in pages, and disconnected ones below them; or these alone in pages."""
    return render_template("admin/merchants/index.html", **list_context())


@blueprint.get("/new")
def new() -> str:
    """The form, as a fragment or a page."""
    return _render_form("new", MerchantForm())


@blueprint.get("/new/closed")
def closed() -> str | Response:
    """The button that replaces the form when it is closed."""
    return render_template("admin/merchants/_add_button.html") if wants_fragment() else redirect(url_for(".index"))


@blueprint.post("")
@requires_recent_password
def create() -> str | Response | tuple[str, int]:
    """Connect an account and show it in the list."""
    form = MerchantForm()
    if not form.validate_on_submit():
        return _render_errors("new", form)
    try:
        merchant = merchants.connect(
            form.name.data, form.publishable_key.data, form.secret_key.data, shop_config().public_url
        )
    except (FieldErrors, StripeError) as error:
        _log_keys("connect", form.name.data, result="refused")
        return _render_errors("new", form, error=error)
    _log_keys("connect", merchant.name, mode=merchant.mode)
    notice = _("“%(name)s” connected.", name=isolate(merchant.name))
    if wants_fragment():
        return render_template(
            "admin/merchants/_created.html", merchant=merchant, notice=notice, **list_context(merchant)
        )
    show_notice(notice)
    return redirect(address_in_list(merchant), 303)


@blueprint.get("/disconnecting")
def disconnecting() -> str | Response:
    """How far the disconnections are. With one less than the query's `count`, the disconnected merchants as well."""
    if not wants_fragment():
        return redirect(url_for(".index"))
    context = list_context()
    is_one_done = len(context["disconnecting"]) < (whole_number(request.args.get("count", "")) or 0)
    return render_template("admin/merchants/_disconnecting_changed.html", is_one_done=is_one_done, **context)


@blueprint.get("/<public_id>")
def show(public_id: str) -> str | Response:
    """The merchant's row, which replaces the form when it is closed."""
    merchant = connected_merchant_or_404(public_id)
    if not wants_fragment():
        return redirect(address_in_list(merchant))
    return render_row(merchant)


@blueprint.get("/<public_id>/edit")
def edit(public_id: str) -> str:
    """The form without the secret key, which is never sent back."""
    merchant = connected_merchant_or_404(public_id)
    values = {"name": merchant.name, "publishable_key": merchant.publishable_key}
    return _render_form("edit", MerchantEditForm(data=values), merchant=merchant)


@blueprint.post("/<public_id>")
@requires_recent_password
def update(public_id: str) -> str | Response | tuple[str, int]:
    """Change name or keys."""
    merchant = connected_merchant_or_404(public_id)
    form = MerchantEditForm()
    if not form.validate_on_submit():
        return _render_errors("edit", form, merchant=merchant)
    try:
        merchants.update(
            merchant, form.name.data, form.publishable_key.data, form.secret_key.data, shop_config().public_url
        )
    except SecretUnreadable as error:
        _log_keys("update", merchant.name, result="refused")
        form.add_errors({"secret_key": [labels.stripe_error(error)]})
        return _render_errors("edit", form, merchant=merchant)
    except (FieldErrors, StripeError) as error:
        _log_keys("update", merchant.name, result="refused")
        return _render_errors("edit", form, error=error, merchant=merchant)
    _log_keys("update", merchant.name, mode=merchant.mode, key_replaced="yes" if form.secret_key.data else "no")
    notice = _("“%(name)s” saved.", name=isolate(merchant.name))
    if wants_fragment():
        return render_row(merchant, notice)
    show_notice(notice)
    return redirect(address_in_list(merchant), 303)


def _log_keys(action: str, name: str, result: str = "ok", **details: str) -> None:
    log_security_event(SecurityEvent.KEY_CHANGE, result=result, action=action, merchant=name, **details)


def connected_merchant_or_404(public_id: str) -> Merchant:
    """The merchant with this id. Aborts with 404 if there is none or if it is disconnected, or about to be."""
    merchant: Merchant | None = Merchant.get_or_none(Merchant.public_id == public_id)
    return merchant if merchant is not None and merchant.takes_payments else abort(404)


def list_context(*changed: Merchant) -> dict[str, Any]:
    """The variables of the list's templates, and of the rows of `changed`, in a fixed number of queries.

    With `?state=disconnected`, the pages are those of the disconnected merchants.
    """
    search, is_disconnected = MerchantSearch(search_text()), request.args.get("state") == "disconnected"
    place = place_in_list()
    pages = search.pages(*((FIRST_PAGE, place) if is_disconnected else (place, FIRST_PAGE)))
    counted = keep_frame_counts(counts(*FRAME_KINDS, CounterKind.STRIPE_REFUSALS))
    shown = {merchant.id: merchant for merchant in (*pages.rows, *changed)}
    context = _row_context(list(shown.values()), has_refusals=counted.number(CounterKind.STRIPE_REFUSALS) > 0)
    lists = context["checklists"]
    return {
        "search": search,
        "state": "disconnected" if is_disconnected else "",
        "page": pages.disconnected if is_disconnected else pages.connected,
        "merchants": pages.connected.rows,
        "can_rehearse": can_rehearse(),
        "disconnecting": [
            (merchant, max(0, merchant.payments_to_close - lists[merchant.id].open_payments))
            for merchant in pages.disconnecting
        ],
        "disconnected": pages.disconnected.rows,
        "has_more_disconnected": pages.disconnected.next is not None,
        **context,
    }


def render_row(merchant: Merchant, notice: str = "", alert: str = "") -> str:
    """A merchant's row for htmx, with a message."""
    return render_template(
        "admin/merchants/_updated.html", merchant=merchant, notice=notice, alert=alert, **_row_context([merchant])
    )


def address_in_list(merchant: Merchant) -> str:
    """The address of the list where it shows this merchant."""
    is_one_page = Merchant.select_connected().count() <= PER_PAGE
    name = None if is_one_page else merchant.name
    return url_for("admin.merchants.index", q=name, _anchor=f"merchant-{merchant.public_id}")


def _row_context(shown: list[Merchant], has_refusals: bool = True) -> dict[str, Any]:
    """The variables of the rows of these merchants, by merchant id."""
    lists = checklists(shown)
    return {
        "checklists": lists,
        "next_steps": {id_: next_step(checklist) for id_, checklist in lists.items()},
        "refusals": merchants.refusals_by_merchant(shown) if has_refusals else {},
    }


def _render_form(page: str, form: MerchantForm, merchant: Merchant | None = None, alert: str = "", **more: Any) -> str:
    return render_template(
        f"admin/merchants/{'_' if wants_fragment() else ''}{page}.html",
        form=form,
        merchant=merchant,
        prefix=_id_prefix(merchant),
        alert=alert,
        is_first_merchant=not Merchant.select().exists(),
        **more,
    )


def _id_prefix(merchant: Merchant | None) -> str:
    """Prefix of the ids of the form's fields."""
    return f"merchant-{merchant.public_id}" if merchant else "new-merchant"


def _render_errors(
    page: str, form: MerchantForm, error: FieldErrors | StripeError | None = None, merchant: Merchant | None = None
) -> tuple[str, int]:
    """For htmx the messages only: the fields keep what was typed. Otherwise the page.

    The page has no secret key, which is never sent back: it must be typed again.
    """
    alert, status = "", 422
    if isinstance(error, FieldErrors):
        form.add_errors(labels.field_errors(error))
    elif error is not None:
        alert, status = _not_saved(error), 503
    if wants_fragment():
        prefix = _id_prefix(merchant)
        return render_template("components/form_errors.html", form=form, prefix=prefix, alert=alert), status
    retype_secret = bool(form.secret_key.data)
    form.secret_key.data = ""
    if form.publishable_key.data.startswith(("sk_", "rk_")):
        # A secret key in the wrong field.
        form.publishable_key.data = ""
    return _render_form(page, form, merchant, alert, retype_secret=retype_secret), status


def _not_saved(error: StripeError) -> str:
    reason, advice = labels.stripe_error(error), _("Nothing was saved. Try again.")
    return f"{reason} {advice}"
