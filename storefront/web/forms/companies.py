"""Country, company and VAT ID at checkout, where the offer asks for them."""

import re
from collections.abc import Mapping

from flask_babel import gettext as _

from storefront.i18n import clean_line, country_names
from storefront.models import Offer
from storefront.web.forms.lengths import NAME

# Countries whose VAT IDs begin with other letters.
_PREFIXES = {"GR": "EL"}
_OTHER_ID = re.compile(r"[A-Z0-9][A-Z0-9./-]{1,19}")


def read_company(offer: Offer, sent: Mapping[str, str]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Columns of the order, and what is wrong: {field: [sentences]}. Fields that the offer does not ask for are ""."""
    country = clean_line(sent.get("country")).upper() if offer.needs_country else ""
    company, typed = (clean_line(sent.get(name)) if offer.asks_company else "" for name in ("company", "vat_id"))
    errors: dict[str, list[str]] = {}
    if offer.needs_country and country not in country_names("en"):
        errors["country"], country = [_("Choose your country.")], ""
    if len(company) > NAME:
        errors["company"] = [_("Enter up to %(most)s characters.", most=NAME)]
    if typed and not company:
        errors["company"] = [_("Enter the name of the company.")]
    vat_id = valid_vat_id(typed[:40], country) if typed else ""
    if vat_id is None:
        errors["vat_id"] = [_("Check this VAT ID, or leave it blank.")]
    return {"country": country, "company": company, "vat_id": vat_id or ""}, errors


def valid_vat_id(typed: str, country: str) -> str | None:
    """The VAT ID in its short form; None if it has not the form of its country. Nobody is asked whether it exists.

    Those of the EU have the letters of their country, which may be left out if the country is known.
    """
    # Loaded where a VAT ID is typed.
    from stdnum import get_cc_module
    from stdnum.eu import vat
    from stdnum.exceptions import ValidationError

    compact = re.sub(r"\s", "", typed).upper()
    prefix = _PREFIXES.get(country, country)
    try:
        if not country or vat.is_valid(compact) or prefix.lower() in vat.MEMBER_STATES | {"el"}:
            with_prefix = compact if not country or compact.startswith(prefix) else prefix + compact
            found = str(vat.validate(with_prefix))
            return found if not country or found.startswith(prefix) else None
        module = get_cc_module(country.lower(), "vat")
        if module is not None:
            return str(module.validate(compact))[:20]
    except ValidationError:
        return None
    return compact if _OTHER_ID.fullmatch(compact) else None
