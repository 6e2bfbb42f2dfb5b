"""How often something is charged, in the words of a language's catalogue: for pages and letters."""

from gettext import NullTranslations

from storefront.i18n.catalog import N_

_ONCE_A = {
    "day": N_("every day"),
    "week": N_("every week"),
    "month": N_("every month"),
    "year": N_("every year"),
}


def interval_text(every: int, interval: str, catalogue: NullTranslations) -> str:
    """`every month`, `every 2 weeks`; `interval` is day, week, month or year."""
    if every == 1:
        # One is no number here: in some languages 21 would read as "every", too.
        return catalogue.gettext(_ONCE_A[interval])
    words = {
        "day": catalogue.ngettext("every %(num)s day", "every %(num)s days", every),
        "week": catalogue.ngettext("every %(num)s week", "every %(num)s weeks", every),
        "month": catalogue.ngettext("every %(num)s month", "every %(num)s months", every),
        "year": catalogue.ngettext("every %(num)s year", "every %(num)s years", every),
    }
    return words[interval] % {"num": every}
