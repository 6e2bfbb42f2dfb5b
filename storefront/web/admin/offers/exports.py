"""Export of offers: the columns of an import, so that the file can be edited and imported again."""

from flask_babel import lazy_gettext as _l

from storefront.models import Merchant, Offer
from storefront.models.search import chosen_offers
from storefront.money import Money
from storefront.web.admin.offers.import_columns import COLUMNS, EXPORTED_ONLY, NO, YES, heading_of
from storefront.web.admin.offers.offers import list_address, search_from_query
from storefront.web.admin.shared import (
    Column,
    ColumnKind,
    ListExport,
    Value,
    export_blueprint,
    offer_url,
)
from storefront.web.forms import OfferForm

_KINDS = {
    "price": ColumnKind.AMOUNT,
    **dict.fromkeys(("title", "summary", "description", "thank_you", "link"), ColumnKind.LONG_TEXT),
    **dict.fromkeys(("every", "trial_days", "installments", "stock", "maximum_quantity", "sold"), ColumnKind.NUMBER),
}


def _columns() -> tuple[Column, ...]:
    """Headings in the page's language; an import knows them in all. The cells are the same in every language."""
    form = OfferForm(formdata=None, meta={"csrf": False})
    return tuple(
        Column(name, heading_of(name, form), _KINDS.get(name, ColumnKind.TEXT)) for name in (*COLUMNS, *EXPORTED_ONLY)
    )


def _cells(offer: Offer) -> tuple[Value, ...]:
    """In the order of the columns. Of several price options it is the first one's price, as in an import."""
    return (
        offer.title,
        offer.slug,
        offer.short_description,
        offer.description,
        Money(offer.amount, offer.currency),
        offer.currency,
        _account(offer.merchant),
        _account(offer.second_merchant),
        offer.kind,
        offer.every,
        offer.interval,
        offer.trial_days,
        offer.instalments or None,
        offer.stock,
        offer.max_quantity,
        offer.language,
        offer.status,
        (YES if offer.listed else NO)[0],
        offer.thank_you,
        offer.sold,
        offer_url(offer),
    )


def _account(merchant: Merchant | None) -> str:
    """With its mode: the test and the live account of a business often have the same name."""
    return f"{merchant.name} ({merchant.mode})" if merchant else ""


EXPORT = ListExport(
    label=_l("Offers"),
    back=lambda: list_address(search_from_query()),
    columns=_columns,
    rows=lambda offers: map(_cells, offers),
    find=lambda: search_from_query().iterate(),
    choose=chosen_offers,
    nothing=_l("Select at least one offer."),
    note=_l("The columns are those of an import: you can edit the CSV file and import it again."),
)
blueprint = export_blueprint("offer_exports", "/offers", EXPORT)
