"""Cancel contracts here: end the renewals of a subscription without signing in."""

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from storefront import customers, worker
from storefront.models import WantedEnd
from storefront.web.forms import ContractCancellationForm
from storefront.web.support import csrf, current_language, keep_private, require_same_origin

blueprint = Blueprint("contract_cancellations", __name__, url_prefix="/cancel")
# There is no session that could hold a CSRF token: POST requests must come from our own origin instead.
csrf.exempt(blueprint)
blueprint.before_request(require_same_origin)
blueprint.after_request(keep_private)


@blueprint.get("")
def new() -> str:
    """Which contract, when it should end, and the button that cancels it."""
    return _form_page(ContractCancellationForm())


@blueprint.post("")
def create() -> Response | str | tuple[str, int]:
    """Store the statement and say when it was received. The answer is the same whether there is such a contract."""
    form = ContractCancellationForm()
    form.set_choices()
    if not form.validate():
        return _form_page(form), 422
    statement = customers.state_cancellation(
        form.number.data,
        form.email.data,
        WantedEnd(form.wanted.data),
        form.reason.data,
        current_language(),
        request.remote_addr or "",
    )
    if statement is None:
        return _form_page(form, too_many=True), 429
    worker.wake_for_emails()
    return render_template("orders/contract_cancellation/created.html", statement=statement)


def _form_page(form: ContractCancellationForm, too_many: bool = False) -> str:
    form.set_choices()
    return render_template("orders/contract_cancellation/new.html", form=form, too_many=too_many)
