"""Where a customer came from, as the script of an offer's page sends it. Nobody is refused for it."""

from urllib.parse import urlsplit

from flask import request

from storefront.i18n import clean_line
from storefront.models import UTM_NAMES
from storefront.web.support import origin_of, shop_config

MAX_UTM, MAX_REFERRER = 150, 300


def sent_arrival() -> dict[str, str]:
    """{name: value} of what this request says of it, cleaned and cut: what is not valid is left out."""
    found = {name: _line(request.form.get(name, ""), MAX_UTM) for name in UTM_NAMES}
    found["referrer"] = _page_address(request.form.get("referrer", ""))
    return {name: value for name, value in found.items() if value}


def _line(text: str, most: int) -> str:
    return " ".join(clean_line(text[: 4 * most]).split())[:most].rstrip()


def _page_address(sent: str) -> str:
    """Origin and path of another site's page, without what it says of a person: "" for our own pages."""
    address = _line(sent, MAX_REFERRER)
    origin = origin_of(address)
    if origin is None or not origin.startswith(("http://", "https://")):
        return ""
    if origin in (origin_of(request.host_url), origin_of(shop_config().public_url)):
        return ""
    return (origin + urlsplit(address).path)[:MAX_REFERRER]
