"""Endpoints of other programs: the list, adding, changing, disabling and removing one, and its secret."""

from contextlib import suppress
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import integrations
from storefront.errors import FieldErrors, SecretUnreadable
from storefront.models import DeliveryState, WebhookEndpoint
from storefront.models.search import deliveries_of
from storefront.web.admin import labels
from storefront.web.admin.shared import (
    ListAddress,
    place_in_list,
    requires_recent_password,
    show_notice,
)
from storefront.web.forms import WebhookEndpointForm

blueprint = Blueprint("webhook_endpoints", __name__, url_prefix="/settings/webhooks")


@blueprint.get("")
def index() -> str:
    """All endpoints. There are few."""
    endpoints = list(WebhookEndpoint.select().order_by(WebhookEndpoint.id))
    return render_template("admin/webhooks/index.html", endpoints=endpoints)


@blueprint.get("/new")
def new() -> str:
    """An empty form, with all events chosen."""
    return _form_page(WebhookEndpointForm())


@blueprint.post("")
@requires_recent_password
def create() -> Response | tuple[str, int]:
    """Add an endpoint, then show its secret."""
    form = WebhookEndpointForm()
    if form.validate_on_submit():
        try:
            endpoint = integrations.add_endpoint(form.url.data, form.types.data)
        except FieldErrors as error:
            form.add_errors(labels.field_errors(error))
        else:
            show_notice(_("Endpoint added. Copy its signing secret into your program."))
            return redirect(url_for(".show_secret", public_id=endpoint.public_id), 303)
    return _form_page(form), 422


@blueprint.get("/<public_id>")
def show(public_id: str) -> str:
    """One endpoint with its deliveries. `?state=` limits them."""
    endpoint = _endpoint_or_404(public_id)
    return _endpoint_page(endpoint, WebhookEndpointForm(data={"url": endpoint.url, "types": endpoint.types}))


@blueprint.post("/<public_id>")
@requires_recent_password
def update(public_id: str) -> Response | tuple[str, int]:
    """Change where events are delivered, and which."""
    endpoint, form = _endpoint_or_404(public_id), WebhookEndpointForm()
    if form.validate_on_submit():
        try:
            integrations.change_endpoint(endpoint, form.url.data, form.types.data)
        except FieldErrors as error:
            form.add_errors(labels.field_errors(error))
        else:
            show_notice(_("Endpoint saved."))
            return _back(endpoint)
    return _endpoint_page(endpoint, form), 422


@blueprint.get("/<public_id>/secret")
@requires_recent_password
def show_secret(public_id: str) -> str:
    """The secret that deliveries are signed with."""
    endpoint, secret = _endpoint_or_404(public_id), ""
    with suppress(SecretUnreadable):
        secret = endpoint.secret
    return render_template("admin/webhooks/secret.html", endpoint=endpoint, secret=secret)


@blueprint.post("/<public_id>/secret")
@requires_recent_password
def rotate_secret(public_id: str) -> Response:
    """Make a new secret."""
    endpoint = _endpoint_or_404(public_id)
    integrations.rotate_secret(endpoint)
    show_notice(_("New signing secret made. The earlier one also signs for 24 hours."))
    return redirect(url_for(".show_secret", public_id=endpoint.public_id), 303)


@blueprint.post("/<public_id>/state")
@requires_recent_password
def switch(public_id: str) -> Response:
    """Enable or disable the endpoint."""
    endpoint = _endpoint_or_404(public_id)
    if request.form.get("enabled") == "1":
        integrations.enable_endpoint(endpoint)
        show_notice(_("Endpoint enabled. New events are delivered from now on."))
    else:
        integrations.disable_endpoint(endpoint, "owner")
        show_notice(_("Endpoint disabled."))
    return _back(endpoint)


@blueprint.get("/<public_id>/removal")
def confirm_removal(public_id: str) -> str:
    """Ask whether to remove the endpoint."""
    return render_template("admin/webhooks/removal.html", endpoint=_endpoint_or_404(public_id))


@blueprint.post("/<public_id>/removal")
@requires_recent_password
def remove(public_id: str) -> Response:
    """Remove the endpoint with its deliveries."""
    integrations.remove_endpoint(_endpoint_or_404(public_id))
    show_notice(_("Endpoint removed."))
    return redirect(url_for(".index"), 303)


def _endpoint_or_404(public_id: str) -> WebhookEndpoint:
    found: WebhookEndpoint | None = WebhookEndpoint.get_or_none(
        WebhookEndpoint.public_id == public_id.replace("\0", "")
    )
    return found or abort(404)


def _back(endpoint: WebhookEndpoint) -> Response:
    return redirect(url_for(".show", public_id=endpoint.public_id), 303)


def _form_page(form: WebhookEndpointForm) -> str:
    return render_template("admin/webhooks/new.html", form=form, event_types=_event_types())


def _endpoint_page(endpoint: WebhookEndpoint, form: WebhookEndpointForm) -> str:
    state = request.args.get("state", "")
    state = state if state in tuple(DeliveryState) else ""
    return render_template(
        "admin/webhooks/show.html",
        endpoint=endpoint,
        form=form,
        event_types=_event_types(),
        page=deliveries_of(endpoint, state, place_in_list()),
        state=state,
        states=tuple(DeliveryState),
        address=ListAddress("admin.webhook_endpoints.show", public_id=endpoint.public_id, state=state),
    )


def _event_types() -> dict[str, Any]:
    return dict(labels.EVENT_TYPES)
