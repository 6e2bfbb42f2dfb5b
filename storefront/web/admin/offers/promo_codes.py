"""Promo codes: the list, creating one, editing one, switching one off and on."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import pricing
from storefront.errors import FieldErrors
from storefront.i18n import isolate
from storefront.models import Offer, PromoCode, normal_code, uses_by_code
from storefront.models.search import PromoCodeSearch
from storefront.pricing import CodeFields
from storefront.web.admin import labels
from storefront.web.admin.offers.promo_code_offers import chosen_offers, is_search_pressed, set_offers
from storefront.web.admin.shared import place_in_list, search_text, show_notice, wants_fragment
from storefront.web.forms import PromoCodeForm
from storefront.web.support import begin_of_day, shop_zone

blueprint = Blueprint("promo_codes", __name__, url_prefix="/promo-codes")
STATES = {"": None, "active": True, "off": False}


@blueprint.get("")
def index() -> str:
    """The codes, newest first, with how often each was used. `?state=active` or `?state=off`, `?q=` a whole code."""
    state, text = request.args.get("state", ""), search_text()
    search = PromoCodeSearch(normal_code(text), STATES.get(state))
    page = search.page(place_in_list())
    uses = {code_id: pricing.count_uses(found) for code_id, found in uses_by_code(row.id for row in page.rows).items()}
    filters = {name: value for name, value in (("q", text), ("state", state if state in STATES else "")) if value}
    return render_template("admin/promo_codes/index.html", page=page, uses=uses, text=text, filters=filters)


@blueprint.get("/new")
def new() -> str:
    """An empty form."""
    form = PromoCodeForm(currency=_usual_currency())
    return _render(form, PromoCode())


@blueprint.post("")
def create() -> Response | str | tuple[str, int]:
    """Save a new code."""
    return _save(PromoCode())


@blueprint.get("/<int:code_id>")
def edit(code_id: int) -> str:
    """The form of a code."""
    code = _code_or_404(code_id)
    return _render(PromoCodeForm(data=_form_values(code)), code)


@blueprint.post("/<int:code_id>")
def update(code_id: int) -> Response | str | tuple[str, int]:
    """Save changes. Orders keep the price that they were promised."""
    return _save(_code_or_404(code_id))


@blueprint.post("/<int:code_id>/state")
def switch(code_id: int) -> Response:
    """Switch the code off, or on again."""
    code = _code_or_404(code_id)
    is_active = request.form.get("active") == "1"
    pricing.set_code_active(code, is_active)
    name = isolate(code.code)
    show_notice(_("“%(code)s” works again.", code=name) if is_active else _("“%(code)s” is switched off.", code=name))
    return redirect(url_for(".index", state=request.args.get("state") or None), 303)


def _code_or_404(code_id: int) -> PromoCode:
    code: PromoCode | None = PromoCode.get_or_none(PromoCode.id == code_id)
    return code or abort(404)


def _save(code: PromoCode) -> Response | str | tuple[str, int]:
    form = PromoCodeForm()
    set_offers(form)
    if is_search_pressed():
        fragment = "admin/promo_codes/_offers_found.html"
        return render_template(fragment, form=form) if wants_fragment() else _render(form, code)
    if form.validate_on_submit():
        try:
            pricing.save_code(code, _fields(form, chosen_offers(form)))
        except FieldErrors as error:
            form.add_errors(labels.field_errors(error))
        else:
            show_notice(_("“%(code)s” is saved.", code=isolate(code.code)))
            return redirect(url_for(".index"), 303)
    return _render(form, code), 422


def _fields(form: PromoCodeForm, offer_ids: list[int]) -> CodeFields:
    return CodeFields(
        code=form.code.data,
        percent=form.percent.data,
        amount=form.amount.data,
        currency=form.currency.data,
        offer_ids=offer_ids,
        applies_to=form.applies_to.data,
        starts_at=_begin(form.date_of(form.starts)),
        # It works until the last day is over.
        ends_at=_begin(form.date_of(form.ends), timedelta(days=1)),
        total_uses=form.number_of(form.total_uses),
        uses_per_customer=form.number_of(form.uses_per_customer),
    )


def _begin(day: date | None, later: timedelta = timedelta()) -> datetime | None:
    return None if day is None else begin_of_day(day + later)


def _form_values(code: PromoCode) -> dict[str, Any]:
    percentage, amount = code.percentage, code.amount_off
    return {
        "code": code.code,
        "percent": "" if percentage is None else f"{percentage.normalize():f}",
        "amount": "" if amount is None else amount.decimal_text(),
        "currency": code.currency or _usual_currency(),
        "offers": [str(offer_id) for offer_id in code.offer_ids()],
        "applies_to": code.applies_to,
        "starts": "" if code.starts_at is None else _local_day(code.starts_at).isoformat(),
        "ends": "" if code.ends_at is None else _local_day(code.ends_at - timedelta(seconds=1)).isoformat(),
        "total_uses": "" if code.total_uses is None else str(code.total_uses),
        "uses_per_customer": "" if code.uses_per_customer is None else str(code.uses_per_customer),
    }


def _local_day(at: datetime) -> date:
    return at.astimezone(ZoneInfo(shop_zone())).date()


def _usual_currency() -> str:
    """That of the newest offer."""
    newest = Offer.select(Offer.currency).order_by(Offer.id.desc()).first()
    return newest.currency if newest is not None else "EUR"


def _render(form: PromoCodeForm, code: PromoCode) -> str:
    set_offers(form)
    stored = PromoCode.get_or_none(PromoCode.id == code.id) if code.id is not None else None
    return render_template("admin/promo_codes/form.html", form=form, promo_code=stored, time_zone=shop_zone())
