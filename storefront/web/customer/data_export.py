"""Download everything that is stored about a customer."""

import json

from flask import Response, make_response

from storefront import customers
from storefront.team import SecurityEvent
from storefront.web.customer import access
from storefront.web.support import log_security_event

blueprint = access.customer_blueprint("data_export", f"{access.ACCOUNT_URL}/data")


@blueprint.post("")
def create(token: str) -> Response:
    """The data as a JSON file. Needs a fresh link.

    POST with an origin check, so another site can't make a browser fetch it.
    """
    data = customers.export_data(access.email_of_fresh_link(token, "#data"))
    log_security_event(SecurityEvent.EXPORT, who="customer", file="my-data.json")
    response = make_response(json.dumps(data, ensure_ascii=False, indent=2))
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
