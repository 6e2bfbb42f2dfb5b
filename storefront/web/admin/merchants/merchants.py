"""The connected Stripe accounts: list, connect, edit."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import merchants
from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.merchants import checklists
from storefront.models import Merchant, Offer
from storefront.web.admin import labels
from storefront.web.admin.labels import errors as wording
from storefront.web.admin.merchants import onboarding_text as merchant_steps
from storefront.web.admin.shared import show_notice, wants_fragment
from storefront.web.forms import MerchantEditForm, MerchantForm
from storefront.web.support import shop_config

blueprint = Blueprint("merchants", __name__, url_prefix="/settings/payment-systems/stripe")


@blueprint.get("")
def index() -> str:
    """All merchants, those that are disconnected apart."""
    return render_template("admin/merchants/index.html", **listed())


@blueprint.get("/new")
def new() -> str:
    """The form, in place or as a page; asked for in place it can also be put away."""
    return _form("new", MerchantForm())


@blueprint.get("/new/closed")
def closed() -> str | Response:
    """The button again, where the form was."""
    return render_template("admin/merchants/_add_button.html") if wants_fragment() else redirect(url_for(".index"))


@blueprint.post("")
def create() -> str | Response | tuple[str, int]:
    """Connect an account: its row appears where the list is."""
    form = MerchantForm()
    if not form.validate_on_submit():
        return _refused("new", form)
    try:
        merchant = merchants.connect(
            form.name.data, form.publishable_key.data, form.secret_key.data, shop_config().public_url
        )
    except (FieldErrors, StripeError) as error:
        return _refused("new", form, error=error)
    words = _("“%(name)s” is connected.", name=merchant.name)
    if wants_fragment():
        return render_template("admin/merchants/_created.html", merchant=merchant, notice=words, **listed())
    show_notice(words)
    return redirect(url_for(".index", _anchor=f"merchant-{merchant.public_id}"), 303)


@blueprint.get("/<public_id>")
def show(public_id: str) -> str | Response:
    """One row: where an edit was put away."""
    merchant = find_connected(public_id)
    if not wants_fragment():
        return redirect(url_for(".index", _anchor=f"merchant-{public_id}"))
    return row(merchant)


@blueprint.get("/<public_id>/edit")
def edit(public_id: str) -> str:
    """The form with what is known; the secret key stays on the server."""
    merchant = find_connected(public_id)
    known = {"name": merchant.name, "publishable_key": merchant.publishable_key}
    return _form("edit", MerchantEditForm(data=known), merchant=merchant)


@blueprint.post("/<public_id>")
def update(public_id: str) -> str | Response | tuple[str, int]:
    """Change name or keys."""
    merchant = find_connected(public_id)
    form = MerchantEditForm()
    if not form.validate_on_submit():
        return _refused("edit", form, merchant=merchant)
    try:
        merchants.update(
            merchant, form.name.data, form.publishable_key.data, form.secret_key.data, shop_config().public_url
        )
    except SecretUnreadable:
        form.refuse({"secret_key": [labels.secret_unreadable()]})
        return _refused("edit", form, merchant=merchant)
    except (FieldErrors, StripeError) as error:
        return _refused("edit", form, error=error, merchant=merchant)
    words = _("“%(name)s” is saved.", name=merchant.name)
    if wants_fragment():
        return row(merchant, words)
    show_notice(words)
    return redirect(url_for(".index", _anchor=f"merchant-{public_id}"), 303)


def find_connected(public_id: str) -> Merchant:
    """The merchant of an address; 404 for one that isn't there or is disconnected."""
    merchant: Merchant | None = Merchant.get_or_none(
        Merchant.public_id == public_id, Merchant.disconnected_at.is_null()
    )
    return merchant or abort(404)


def listed() -> dict[str, Any]:
    """What the list needs; a fixed number of queries however long it is."""
    everyone = Merchant.connected_first()
    connected = [merchant for merchant in everyone if merchant.is_connected]
    disconnected = [merchant for merchant in everyone if not merchant.is_connected]
    return {"merchants": connected, "disconnected": disconnected, **_about(connected)}


def row(merchant: Merchant, words: str = "", alert: str = "") -> str:
    """A row as htmx swaps it in, with what there is to say about it."""
    return render_template(
        "admin/merchants/_updated.html",
        merchant=merchant,
        notice=words,
        alert=alert,
        **_about(Merchant.connected()),
    )


def _about(connected: list[Merchant]) -> dict[str, Any]:
    """What a row says besides its merchant; `connected` are all that are."""
    return {
        "offer_counts": Offer.count_by_merchant(),
        "checklists": checklists(connected),
        "merchant_steps": merchant_steps,
        "wording": wording,
    }


def _form(page: str, form: MerchantForm, merchant: Merchant | None = None, alert: str = "", **more: Any) -> str:
    prefix = f"merchant-{merchant.public_id}" if merchant else "new-merchant"
    template = f"admin/merchants/{'_' if wants_fragment() else ''}{page}.html"
    newcomer = not Merchant.select().exists()
    return render_template(
        template, form=form, merchant=merchant, prefix=prefix, alert=alert, newcomer=newcomer, **more
    )


def _refused(
    page: str, form: MerchantForm, error: FieldErrors | StripeError | None = None, merchant: Merchant | None = None
) -> tuple[str, int]:
    """Say why nothing was saved. The browser keeps what was typed: htmx gets messages only, never fields.

    Without JavaScript the page comes anew, and the secret key has to be typed again: it is never sent back.
    """
    alert, status = "", 422
    if isinstance(error, FieldErrors):
        form.refuse(labels.field_errors(error))
    elif error is not None:
        alert, status = labels.nothing_saved(error), 503
    if wants_fragment():
        prefix = f"merchant-{merchant.public_id}" if merchant else "new-merchant"
        return render_template("components/form_errors.html", form=form, prefix=prefix, alert=alert), status
    retype = bool(form.secret_key.data)
    form.secret_key.data = ""
    if form.publishable_key.data.startswith(("sk_", "rk_")):
        # Typed in the wrong field, it is a secret all the same.
        form.publishable_key.data = ""
    return _form(page, form, merchant, alert, retype=retype), status
