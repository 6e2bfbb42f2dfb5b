"""Download everything that is stored about a customer."""

import json

from flask import Response, make_response

from storefront import customers
from storefront.web.customer import access

blueprint = access.customer_blueprint("data_export", f"{access.ACCOUNT_URL}/data")


@blueprint.post("")
def create(token: str) -> Response:
    """The data as a JSON file. Needs a fresh link.

    POST with an origin check, so another site can't make a browser fetch it.
    """
    data = customers.export_data(access.email_of_fresh_link(token, "#data"))
    response = make_response(json.dumps(data, ensure_ascii=False, indent=2))
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
