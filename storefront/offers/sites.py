"""Which other websites may show an offer's page in a frame: the owner names each."""

from storefront.errors import FieldErrors
from storefront.models import Offer
from storefront.web_addresses import InvalidValue, is_encrypted, is_on_this_machine, origin

MAX_SITES = 20


def allowed_sites(offer: Offer) -> tuple[str, ...]:
    """The origins, such as `https://www.example.com`."""
    return tuple(offer.allowed_sites.split())


def parse_sites(typed: str) -> str:
    """The sites as the offer keeps them, one a line, from addresses separated by spaces or lines.

    Only the origin of an address counts. http is for trying it out on one's own machine. Raises FieldErrors:
    site_invalid, sites_too_many.
    """
    sites = list(dict.fromkeys(_origin(address) for address in typed.replace(",", " ").split()))
    if len(sites) > MAX_SITES:
        raise FieldErrors({"allowed_sites": ["sites_too_many"]}, most_sites=MAX_SITES)
    return "\n".join(sites)


def _origin(address: str) -> str:
    try:
        site = origin(address)
    except InvalidValue:
        site = ""
    if not site or not (is_encrypted(site) or is_on_this_machine(site)):
        raise FieldErrors({"allowed_sites": ["site_invalid"]}, site=address[:100])
    return site
