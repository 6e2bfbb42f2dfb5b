"""Everything that the shop stores about one customer, for their request under data protection law."""

import json

from flask import Blueprint, Response

from storefront import customers
from storefront.team import SecurityEvent
from storefront.web.admin.shared import order_or_404, requires_recent_password
from storefront.web.support import log_security_event

blueprint = Blueprint("customer_data", __name__, url_prefix="/customers/<token>/data.json")


@blueprint.get("")
@requires_recent_password
def show(token: str) -> Response:
    """The same file that customers download on their account page."""
    order = order_or_404(token)
    data = customers.export_data(order.email)
    log_security_event(SecurityEvent.EXPORT, file="customer-data.json", order=order.number)
    return Response(
        json.dumps(data, ensure_ascii=False, indent=2),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="customer-{order.number}.json"'},
    )
