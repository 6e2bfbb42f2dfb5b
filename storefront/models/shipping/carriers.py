"""Carriers whose tracking pages can be opened for a number."""

from urllib.parse import quote

from storefront.web_addresses import InvalidValue, secure_page

# {code, which is stored and never changes: (name, address of the page for a number)}
CARRIERS: dict[str, tuple[str, str]] = {
    "dhl": ("DHL", "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}"),
    "dpd": ("DPD", "https://tracking.dpd.de/status/en_US/parcel/{}"),
    "fedex": ("FedEx", "https://www.fedex.com/fedextrack/?trknbr={}"),
    "gls": ("GLS", "https://gls-group.com/GROUP/en/parcel-tracking?match={}"),
    "inpost": ("InPost", "https://inpost.pl/sledzenie-przesylek?number={}"),
    "laposte": ("La Poste", "https://www.laposte.fr/outils/suivre-vos-envois?code={}"),
    "nova_poshta": ("Nova Poshta", "https://novaposhta.ua/tracking/?cargo_number={}"),
    "royal_mail": ("Royal Mail", "https://www.royalmail.com/track-your-item#/tracking-results/{}"),
    "ukrposhta": ("Ukrposhta", "https://track.ukrposhta.ua/tracking_UA.html?barcode={}"),
    "ups": ("UPS", "https://www.ups.com/track?tracknum={}"),
    "usps": ("USPS", "https://tools.usps.com/go/TrackConfirmAction?tLabels={}"),
}


def tracking_page(carrier: str, number: str) -> str:
    """The carrier's page for the number, or the https address that was typed in its place; "" for none."""
    if number.startswith("https://"):
        try:
            return secure_page(number)
        except InvalidValue:
            return ""
    known = CARRIERS.get(carrier)
    return known[1].format(quote(number, safe="")) if known and number else ""
