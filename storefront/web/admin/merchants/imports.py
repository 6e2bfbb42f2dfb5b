"""Importing the subscriptions that a Stripe account has from outside of the shop: list, import, progress."""

import re

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from storefront import subscriptions, worker
from storefront.errors import SecretUnreadable, StripeError
from storefront.models import Merchant
from storefront.web.admin import labels
from storefront.web.admin.merchants.import_form import ImportForm, adopt_chosen, read_form, remember_choices
from storefront.web.admin.merchants.import_texts import note_text, obstacle_text
from storefront.web.admin.merchants.merchants import connected_merchant_or_404
from storefront.web.admin.shared import show_notice, wants_fragment
from storefront.web.support import interval_text

blueprint = Blueprint(
    "subscription_imports", __name__, url_prefix="/settings/payment-systems/stripe/<public_id>/subscriptions-import"
)
_CURSOR = re.compile(r"sub_\w{1,100}")


@blueprint.get("")
def show(public_id: str) -> str | tuple[str, int]:
    """One page of what the account has: nothing is imported yet."""
    merchant = connected_merchant_or_404(public_id)
    try:
        return _render(merchant, read_form(merchant, _page(merchant), {}, set()))
    except (StripeError, SecretUnreadable) as error:
        return _render_failure(merchant, error)


@blueprint.post("")
def create(public_id: str) -> str | Response | tuple[str, int]:
    """Import the chosen subscriptions of the page."""
    merchant, chosen = connected_merchant_or_404(public_id), set(request.form.getlist("chosen"))
    try:
        form = read_form(merchant, _page(merchant), request.form, chosen)
    except (StripeError, SecretUnreadable) as error:
        return _render_failure(merchant, error)
    if not chosen:
        form.alert = _("Select at least one subscription.")
    if not form.is_valid:
        return _render(merchant, form), 422
    imported, failed = adopt_chosen(merchant, form)
    notice = _imported_text(imported) if imported else _("Nothing new to import.")
    if failed:
        return _render(merchant, form, notice), 422
    show_notice(notice)
    return redirect(url_for(".show", public_id=public_id, after=_cursor() or None), 303)


@blueprint.post("/all")
def create_all(public_id: str) -> Response | str | tuple[str, int]:
    """Let the worker import everything that can be imported, on all pages."""
    merchant = connected_merchant_or_404(public_id)
    try:
        form = read_form(merchant, _page(merchant), request.form, set())
    except (StripeError, SecretUnreadable) as error:
        return _render_failure(merchant, error)
    if not form.is_valid:
        return _render(merchant, form), 422
    remember_choices(merchant, form)
    subscriptions.start_import(merchant)
    worker.wake_for_imports()
    return redirect(url_for(".progress", public_id=public_id), 303)


@blueprint.get("/progress")
def progress(public_id: str) -> str:
    """How far the worker is. The fragment requests itself again until it is done."""
    merchant = connected_merchant_or_404(public_id)
    template = "_progress" if wants_fragment() else "progress"
    row = subscriptions.import_of(merchant)
    return render_template(f"admin/merchants/imports/{template}.html", merchant=merchant, row=row)


@blueprint.post("/stop")
def stop(public_id: str) -> Response:
    """Let the worker stop. What is imported stays."""
    subscriptions.stop_import(connected_merchant_or_404(public_id))
    return redirect(url_for(".progress", public_id=public_id), 303)


def _cursor() -> str:
    """The place in Stripe's list; "" for its beginning, also in place of what can't be one."""
    typed = request.values.get("after", "")
    return typed if _CURSOR.fullmatch(typed) else ""


def _page(merchant: Merchant) -> subscriptions.CandidatePage:
    return subscriptions.list_candidates(merchant, _cursor())


def _imported_text(number: int) -> str:
    return ngettext("%(num)s subscription imported.", "%(num)s subscriptions imported.", number)


def _render(merchant: Merchant, form: ImportForm, notice: str = "") -> str:
    return render_template(
        "admin/merchants/imports/show.html",
        merchant=merchant,
        form=form,
        notice=notice,
        after=_cursor(),
        running=subscriptions.import_of(merchant),
        obstacle_text=obstacle_text,
        note_text=note_text,
        interval_text=interval_text,
    )


def _render_failure(merchant: Merchant, error: StripeError | SecretUnreadable) -> tuple[str, int]:
    """Why Stripe could not be asked, with a button that sends the same form again."""
    sent = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    page = render_template(
        "admin/merchants/imports/failed.html",
        merchant=merchant,
        problem=labels.stripe_error(error),
        sent=sent,
        after=_cursor(),
    )
    return page, 503
