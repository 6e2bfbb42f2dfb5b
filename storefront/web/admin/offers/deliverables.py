"""What an offer delivers when it is paid: adding it, changing it, sorting and removing it."""

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from storefront import delivery, worker
from storefront.delivery import AddedKeys
from storefront.errors import FieldErrors
from storefront.i18n import isolate
from storefront.models import (
    AccessEnd,
    Deliverable,
    DeliverableKind,
    LicenseKey,
    Offer,
    Order,
    PriceOption,
    keys_by_state,
)
from storefront.web.admin import labels
from storefront.web.admin.offers.offers import offer_or_404
from storefront.web.admin.shared import allow_long_texts, show_notice
from storefront.web.forms import DeliverableForm

blueprint = Blueprint("offer_deliverables", __name__, url_prefix="/offers/<int:offer_id>/deliverables")
# 100,000 keys of the usual length.
allow_long_texts(blueprint, 8_000_000, back="admin.offers.index")
# Keys that the page of a list shows: those that were given last, and those that are given next.
KEYS_SHOWN = 50


@blueprint.get("/new")
def new(offer_id: int) -> str:
    """An empty form for `?kind=`."""
    offer = offer_or_404(offer_id)
    return _render(offer, _kind_or_404(request.args.get("kind", "")), DeliverableForm())


@blueprint.post("")
def create(offer_id: int) -> Response | tuple[str, int]:
    """Add it to what the offer delivers."""
    offer = offer_or_404(offer_id)
    kind, form = _kind_or_404(request.form.get("kind", "")), DeliverableForm()
    if form.validate_on_submit():
        try:
            row, added = delivery.add_deliverable(offer, kind, form.fields())
        except FieldErrors as error:
            form.add_errors(labels.field_errors(error))
        else:
            return _saved(row, added)
    return _render(offer, kind, form), 422


@blueprint.get("/<int:deliverable_id>")
def edit(offer_id: int, deliverable_id: int) -> str:
    """Its form; of license keys also how many there are, and some of them."""
    row = deliverable_or_404(offer_id, deliverable_id)
    form = DeliverableForm(
        title=row.title, option=str(row.option_id or ""), url=row.url, text=row.text, for_earlier=row.for_earlier
    )
    return _render(row.offer, DeliverableKind(row.kind), form, row)


@blueprint.post("/<int:deliverable_id>")
def update(offer_id: int, deliverable_id: int) -> Response | tuple[str, int]:
    """Save changes, which customers see at once, and add the typed license keys."""
    row, form = deliverable_or_404(offer_id, deliverable_id), DeliverableForm()
    if form.validate_on_submit():
        try:
            added = delivery.change_deliverable(row, form.fields())
        except FieldErrors as error:
            form.add_errors(labels.field_errors(error))
        else:
            return _saved(row, added)
    return _render(row.offer, DeliverableKind(row.kind), form, row), 422


@blueprint.post("/<int:deliverable_id>/position")
def move(offer_id: int, deliverable_id: int) -> Response:
    """Exchange it with its neighbor, `direction` up or down."""
    row = deliverable_or_404(offer_id, deliverable_id)
    delivery.move_deliverable(row, down=request.form.get("direction") == "down")
    return _to_offer(row.offer)


@blueprint.get("/<int:deliverable_id>/removal")
def confirm_removal(offer_id: int, deliverable_id: int) -> str:
    """Ask whether new customers should not get it any more."""
    row = deliverable_or_404(offer_id, deliverable_id)
    return render_template("admin/offers/deliverables/removal.html", offer=row.offer, deliverable=row, **_counts(row))


@blueprint.post("/<int:deliverable_id>/removal")
def remove(offer_id: int, deliverable_id: int) -> Response:
    """New customers do not get it any more."""
    row = deliverable_or_404(offer_id, deliverable_id)
    delivery.remove_deliverable(row)
    show_notice(_("“%(title)s” is removed. Customers who have it keep it.", title=isolate(row.title)))
    return _to_offer(row.offer)


@blueprint.post("/<int:deliverable_id>/unused-keys/removal")
def remove_unused_keys(offer_id: int, deliverable_id: int) -> Response:
    """Delete the keys that nobody has."""
    row = deliverable_or_404(offer_id, deliverable_id)
    number = delivery.remove_free_keys(row)
    show_notice(ngettext("%(num)s unused key removed.", "%(num)s unused keys removed.", number))
    return redirect(url_for(".edit", offer_id=offer_id, deliverable_id=deliverable_id), 303)


@blueprint.post("/access-end")
def set_access_end(offer_id: int) -> Response:
    """Store when customers of an ended subscription lose what the offer delivers."""
    offer, chosen = offer_or_404(offer_id), request.form.get("access_ends", "")
    if chosen not in tuple(AccessEnd):
        abort(400)
    delivery.set_access_end(offer, AccessEnd(chosen))
    show_notice(_("Saved."))
    return _to_offer(offer)


def deliverable_or_404(offer_id: int, deliverable_id: int) -> Deliverable:
    """What the offer delivers now, by its id. Aborts with 404 if there is none."""
    offer = offer_or_404(offer_id)
    rows = {row.id: row for row in Deliverable.of_offer(offer)}
    if deliverable_id not in rows:
        abort(404)
    rows[deliverable_id].offer = offer
    return rows[deliverable_id]


def _kind_or_404(name: str) -> DeliverableKind:
    if name not in tuple(DeliverableKind):
        abort(404)
    return DeliverableKind(name)


def _saved(row: Deliverable, added: AddedKeys | None) -> Response:
    if added is None:
        show_notice(_("“%(title)s” is saved.", title=isolate(row.title)))
        return _to_offer(row.offer)
    new = ngettext("%(num)s key added.", "%(num)s keys added.", added.new)
    known = ngettext("%(num)s duplicate was skipped.", "%(num)s duplicates were skipped.", added.duplicates)
    show_notice(f"{new} {known}" if added.duplicates else new)
    if added.new and row.offer.waiting_list:
        worker.wake_for_emails()
    return redirect(url_for(".edit", offer_id=row.offer_id, deliverable_id=row.id), 303)


def _to_offer(offer: Offer) -> Response:
    return redirect(url_for("admin.offers.edit", offer_id=offer.id, _anchor="offer-delivery"), 303)


def _render(offer: Offer, kind: DeliverableKind, form: DeliverableForm, row: Deliverable | None = None) -> str:
    options = PriceOption.of_offer(offer) if offer.option_count else []
    form.set_options(options)
    return render_template(
        "admin/offers/deliverables/form.html",
        offer=offer,
        kind=kind,
        form=form,
        deliverable=row,
        has_options=bool(options),
        **_counts(row),
        **_keys(row),
    )


def _counts(row: Deliverable | None) -> dict[str, Any]:
    states = keys_by_state([row.id]).get(row.id, {}) if row is not None else {}
    return {"free": states.get("free", 0), "held": states.get("held", 0), "given": states.get("given", 0)}


def _keys(row: Deliverable | None) -> dict[str, Any]:
    if row is None or row.kind != DeliverableKind.KEYS:
        return {"given_keys": [], "free_keys": []}
    of_list = LicenseKey.deliverable == row
    given = LicenseKey.select(LicenseKey, Order).join(Order).where(of_list, LicenseKey.given_at.is_null(False))
    given = given.order_by(LicenseKey.id.desc()).limit(KEYS_SHOWN)
    free = LicenseKey.select().where(of_list, LicenseKey.order.is_null()).order_by(LicenseKey.id).limit(KEYS_SHOWN)
    return {"given_keys": list(given), "free_keys": list(free)}
