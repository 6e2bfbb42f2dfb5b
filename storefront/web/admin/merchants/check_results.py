"""What has changed since the last check of a merchant, and what to do about it, as sentences."""

from collections.abc import Callable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.merchants import MerchantChange
from storefront.web.admin import labels

ADVICE: Mapping[str, Any] = {
    "unreachable": _l("Make sure this server has internet access, then check again."),
    "broken": _l("Wait a few minutes, then check again."),
    "busy": _l("Wait a minute, then check again."),
    "key_invalid": _l("Click Edit and enter the current key."),
    "not_a_pair": _l("Click Edit and enter both keys of the same account."),
}


def describe_changes(changes: list[MerchantChange]) -> str:
    """All changes. A sentence that nothing has changed if there are none."""
    sentences = [DESCRIPTIONS[change.what](change) for change in changes]
    return " ".join(sentences) if sentences else _("Nothing has changed since the last check.")


def advice(problem: str) -> str:
    """What to do about a `check_problem`; "" if there is no advice."""
    return str(ADVICE.get(problem, ""))


def _check_problem(change: MerchantChange) -> str:
    if not change.after:
        return _("Stripe is responding normally again.")
    return f"{labels.merchant_check_problem(str(change.after))} {advice(str(change.after))}".strip()


def _charges_enabled(change: MerchantChange) -> str:
    if change.after:
        return _("This account can now accept payments: its offers can be published and sold.")
    return _("This account can’t accept payments right now. Sign in to Stripe: the Dashboard shows what is missing.")


def _pair_verified(change: MerchantChange) -> str:
    if change.after:
        return _("Both keys are now verified: same Stripe account.")
    return _("Couldn’t verify that both keys belong to the same account. Check again, or enter both keys again.")


def _country(change: MerchantChange) -> str:
    return _("Country changed to %(country)s.", country=labels.country_name(str(change.after)))


def _default_currency(change: MerchantChange) -> str:
    return _("Default currency changed to %(currency)s.", currency=change.after)


def _currencies(change: MerchantChange) -> str:
    if not isinstance(change.before, list) or not isinstance(change.after, list):
        return _("Supported currencies are now known.")
    added, removed = set(change.after) - set(change.before), set(change.before) - set(change.after)
    sentences = []
    if added:
        sentences.append(_("Now also supports %(currencies)s.", currencies=", ".join(sorted(added))))
    if removed:
        names = ", ".join(sorted(removed))
        sentences.append(
            _("No longer supports %(currencies)s. Move those offers to another account.", currencies=names)
        )
    return " ".join(sentences)


def _descriptor_prefix(change: MerchantChange) -> str:
    return _(
        "Bank statements now start with %(prefix)s. Check whether the texts of your offers still fit.",
        prefix=change.after,
    )


def _lacks(change: MerchantChange) -> str:
    before, after = (set(value) if isinstance(value, list) else set() for value in (change.before, change.after))
    sentences = [labels.missing_permission(code) for code in sorted(after - before)]
    if sentences:
        sentences.append(_("Give the key this permission in Stripe, or enter another secret key."))
    if before - after:
        sentences.append(_("The restricted key now has a permission that was missing."))
    return " ".join(sentences)


def _webhook_problem(change: MerchantChange) -> str:
    if not change.after:
        return _("Webhook registered in Stripe.")
    problem = labels.webhook_registration_problem(str(change.after))
    return _(
        "Stripe didn’t register the webhook: “%(words)s” Stripe must be able to reach this shop at PUBLIC_URL.",
        words=problem,
    )


def _webhook_url(change: MerchantChange) -> str:
    if not change.after:
        return _("The webhook is no longer registered in Stripe. Check again.")
    return _("Webhook address changed to %(address)s.", address=change.after)


DESCRIPTIONS: Mapping[str, Callable[[MerchantChange], str]] = {
    "check_problem": _check_problem,
    "charges_enabled": _charges_enabled,
    "pair_verified": _pair_verified,
    "country": _country,
    "default_currency": _default_currency,
    "currencies": _currencies,
    "descriptor_prefix": _descriptor_prefix,
    "lacks": _lacks,
    "webhook_problem": _webhook_problem,
    "webhook_url": _webhook_url,
}
