"""Payment requests: the list, and a new one."""

from datetime import timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from storefront import offers, payments, worker
from storefront.errors import FieldErrors
from storefront.models import Merchant, PaymentRequest, RequestState
from storefront.models.search import RequestSearch
from storefront.payments import RequestFields
from storefront.web.admin import labels
from storefront.web.admin.shared import (
    ListAddress,
    mode_from_query,
    place_in_list,
    qr_code_svg,
    search_text,
    show_notice,
    typed_mode,
    wants_fragment,
    whole_number,
)
from storefront.web.forms import PaymentRequestForm
from storefront.web.support import current_profile, mode_name, shop_config, today

blueprint = Blueprint("payment_requests", __name__, url_prefix="/payment-requests")

STATES = {
    RequestState.OPEN: _l("Open"),
    RequestState.PAID: _l("Paid"),
    RequestState.EXPIRED: _l("Expired"),
    RequestState.CANCELED: _l("Canceled"),
    RequestState.FAILED: _l("Payment failed"),
}
# Days after which a new request expires, unless the owner says otherwise.
LIFETIME = 14


@blueprint.get("")
def index() -> str:
    """The requests that match the search, newest first. `?created=` opens the panel to share that one."""
    search, address = _search(), _address()
    page = search.page(place_in_list())
    created = PaymentRequest.by_token(request.args.get("created", "")) if "created" in request.args else None
    return render_template(
        "admin/payment_requests/_list.html" if wants_fragment() else "admin/payment_requests/index.html",
        page=page,
        search=search,
        address=address,
        states=[(state.value, str(words)) for state, words in STATES.items()],
        filters=[
            ("q", _("Search"), search.text),
            ("state", _("Status"), str(STATES[RequestState(search.state)]) if search.state else ""),
            ("mode", _("Mode"), address.value("mode") and mode_name(address.value("mode"))),
        ],
        created=created,
        qr_code=qr_code_svg(request_url(created)) if created is not None else None,
    )


@blueprint.get("/new")
def new() -> str:
    """An empty form, for the only account or the first one's currency."""
    merchants = Merchant.connected()
    first = min(merchants, key=lambda merchant: merchant.id, default=None)
    form = PaymentRequestForm(
        currency=(first and first.default_currency) or "EUR",
        merchant=str(first.id) if first and len(merchants) == 1 else "",
        language=current_profile().default_language,
        tax_included=True,
        withdrawal_days=str(offers.default_withdrawal_days(offers.shop_country())),
        expires=(today() + timedelta(days=LIFETIME)).isoformat(),
    )
    form.set_choices(merchants)
    return _form_page(form)


@blueprint.post("")
def create() -> Response | tuple[str, int]:
    """Make the request, and email it if there is an address."""
    form = PaymentRequestForm()
    form.set_choices(Merchant.connected())
    made = _create(form)
    if made is None:
        return _form_page(form), 422
    worker.wake_for_emails()
    show_notice(_("Payment request created and sent.") if made.email else _("Payment request created."))
    return redirect(url_for(".index", created=made.token), 303)


@blueprint.app_template_filter("request_url")
def request_url(asked: PaymentRequest) -> str:
    """The address that the customer pays at."""
    return f"{shop_config().public_url}/r/{asked.token}"


@blueprint.app_template_filter("request_state")
def request_state(state: str) -> str:
    """The state as a word."""
    return str(STATES[RequestState(state)])


def _create(form: PaymentRequestForm) -> PaymentRequest | None:
    """The new request. None if it was not made: the form then has errors."""
    if not form.validate_on_submit():
        return None
    merchant_id = whole_number(form.merchant.data or "")
    fields = RequestFields(
        title=form.title.data,
        amount=form.amount.data,
        currency=form.currency.data,
        merchant=None if merchant_id is None else Merchant.get_or_none(Merchant.id == merchant_id),
        name=form.name.data,
        email=form.email.data,
        expires_at=form.expires_at(),
        language=form.language.data,
        withdrawal_days=form.typed_withdrawal_days,
        no_withdrawal_reason=form.no_withdrawal_reason.data,
        tax=form.typed_tax(),
    )
    try:
        return payments.create_request(fields)
    except FieldErrors as error:
        form.add_errors(labels.field_errors(error))
        return None


def _form_page(form: PaymentRequestForm) -> str:
    return render_template("admin/payment_requests/new.html", form=form)


def _search() -> RequestSearch:
    """The search in the URL. Unknown states and modes are ignored."""
    state = request.args.get("state", "")
    return RequestSearch(search_text(), state if state in tuple(RequestState) else "", mode_from_query())


def _address() -> ListAddress:
    search = _search()
    return ListAddress("admin.payment_requests.index", q=search.text, state=search.state, mode=typed_mode())
