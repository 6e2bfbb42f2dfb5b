"""Terms of a subscription that the shop can't show in full, as text."""

from gettext import NullTranslations

from storefront.i18n.catalog import N_

# By the stored value of an UnclearTerms.
_TEXTS = {
    "intervals": N_("Parts of it are charged at different intervals."),
    "metered": N_("The price depends on what is used."),
    "tiered": N_("The price per unit depends on the quantity."),
    "discount": N_("A discount applies."),
    "tax": N_("Tax is added."),
    "scheduled": N_("A change of terms is scheduled."),
}


def unclear_terms_text(code: str, catalog: NullTranslations) -> str:
    """Return a sentence about why the price is not shown; "" for terms that are clear."""
    return catalog.gettext(_TEXTS[code]) if code in _TEXTS else ""
