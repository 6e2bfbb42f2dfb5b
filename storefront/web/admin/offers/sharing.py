"""How an offer is shared: its QR code as files and as a sheet to print, and HTML for other websites."""

from flask import Blueprint, Response, make_response, render_template
from markupsafe import Markup

from storefront import i18n
from storefront.i18n import N_
from storefront.models import BillingKind, Offer, PriceOption
from storefront.web.admin.offers.offers import offer_or_404
from storefront.web.admin.shared import offer_url, qr_code_file, qr_code_svg
from storefront.web.support import current_profile, listed_price, rendering_in, shop_config, tax_note

blueprint = Blueprint("offer_sharing", __name__, url_prefix="/offers/<int:offer_id>")

# What is written on the customer's side is in the offer's language.
BUY, SUBSCRIBE, SCAN = N_("Buy now"), N_("Subscribe"), N_("Scan to order")


@blueprint.get("/qr-code.<any(svg, png):kind>")
def qr_code(offer_id: int, kind: str) -> Response:
    """The QR code as a file to save."""
    offer = offer_or_404(offer_id)
    response = make_response(qr_code_file(offer_url(offer), kind))
    response.mimetype = {"svg": "image/svg+xml", "png": "image/png"}[kind]
    response.headers["Content-Disposition"] = f'attachment; filename="{offer.slug}-qr.{kind}"'
    return response


@blueprint.get("/qr-code/print")
def sheet(offer_id: int) -> str:
    """A page to print: title, price and a large QR code."""
    offer = offer_or_404(offer_id)
    with rendering_in(offer.language):
        price = listed_price(offer, PriceOption.of_offer(offer))
        note = "" if offer.tax_included else tax_note(offer)
    return render_template(
        "admin/offers/qr_sheet.html",
        offer=offer,
        price=price,
        tax_note=note,
        scan=i18n.catalog_for(offer.language).gettext(SCAN),
        qr_code=qr_code_svg(offer_url(offer)),
        address=offer_url(offer).partition("://")[2],
    )


@blueprint.app_template_filter("button_html")
def button_html(offer: Offer) -> str:
    """A link that looks like a button, for any website: no script, nothing loaded from the shop."""
    color = current_profile().colors.light
    style = (
        f"display:inline-block;padding:12px 24px;border-radius:8px;background:{color};color:#fff;"
        "font:600 16px/1.25 system-ui,sans-serif;text-decoration:none"
    )
    # Of several price options the page opens with this one.
    option = PriceOption.preselected_of(PriceOption.of_offer(offer))
    label = SUBSCRIBE if option.kind == BillingKind.RECURRING else BUY
    words = i18n.catalog_for(offer.language).gettext(label)
    return str(Markup('<a href="{}" style="{}">{}</a>').format(offer_url(offer), style, words))


@blueprint.app_template_filter("embed_html")
def embed_html(offer: Offer) -> str:
    """A frame with the offer's payment form for the allowed sites, and the script that fits its height."""
    # `allow`: wallets ask for a payment from inside of the frame.
    frame = Markup(
        '<iframe src="{}/embed" title="{}" width="100%" height="720" style="border:0" allow="payment"></iframe>\n'
        '<script src="{}/static/js/embed.js" async></script>'
    )
    return str(frame.format(offer_url(offer), offer.title, shop_config().public_url))
