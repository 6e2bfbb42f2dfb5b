"""Billing intervals as text, for pages and emails."""

from gettext import NullTranslations

from storefront.i18n.catalog import N_

_EVERY_ONE = {
    "day": N_("every day"),
    "week": N_("every week"),
    "month": N_("every month"),
    "year": N_("every year"),
}

_PER_ONE = {
    "day": N_("{price} / day"),
    "week": N_("{price} / week"),
    "month": N_("{price} / month"),
    "year": N_("{price} / year"),
}


def price_per_interval(every: int, interval: str, catalog: NullTranslations) -> str:
    """Return a price with its interval, such as "{price} / month" or "{price} every 2 weeks"."""
    if every == 1:
        return catalog.gettext(_PER_ONE[interval])
    return "{price} " + interval_text(every, interval, catalog)


def interval_text(every: int, interval: str, catalog: NullTranslations) -> str:
    """Return text such as "every month" or "every 2 weeks". `interval` is day, week, month or year."""
    if every == 1:
        # Not through ngettext: in Ukrainian and Russian, 21 takes the same plural form as 1.
        return catalog.gettext(_EVERY_ONE[interval])
    texts = {
        "day": catalog.ngettext("every %(num)s day", "every %(num)s days", every),
        "week": catalog.ngettext("every %(num)s week", "every %(num)s weeks", every),
        "month": catalog.ngettext("every %(num)s month", "every %(num)s months", every),
        "year": catalog.ngettext("every %(num)s year", "every %(num)s years", every),
    }
    return texts[interval] % {"num": every}
