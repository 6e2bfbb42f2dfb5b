"""How an offer or an order is paid, as text in the page's language: price, charge schedule, consent.

An `Amount` formats a multiple of the price per charge. On pages where the customer chooses the quantity the amounts
are marked, so that the script can update them.
"""

from collections.abc import Callable

from markupsafe import Markup

from storefront import i18n
from storefront.models import BillingTerms, CancellationTiming, Subscription
from storefront.money import Money
from storefront.web.support.languages import current_language, ngettext
from storefront.web.support.languages import gettext as _

Amount = Callable[[int], str]


def plain_amount(per_charge: Money) -> Amount:
    """Formats multiples of `per_charge` as plain text."""
    return lambda times: per_charge.times(times).format(current_language())


def marked_amount(per_charge: Money) -> Amount:
    """The same, marked for static/js/checkout.js, which updates the amounts when the quantity changes."""
    span = Markup('<span data-times="{}">{}</span>')
    return lambda times: span.format(times, per_charge.times(times).format(current_language()))


def interval_text(terms: BillingTerms | Subscription) -> str:
    """`every month`, `every 2 weeks`."""
    return i18n.interval_text(terms.every, terms.interval, i18n.catalog_for(current_language()))


def subscription_price(subscription: Subscription) -> str:
    """What is charged each time, and how often: `€19.90 every month`; or a sentence that it can't be shown."""
    if note := unclear_terms(subscription):
        return note
    return _("%(amount)s %(rhythm)s", amount=plain_amount(subscription.total)(1), rhythm=interval_text(subscription))


def unclear_terms(subscription: Subscription) -> str:
    """Why the price of a subscription can't be shown, in whole sentences; "" if it can."""
    note = i18n.unclear_terms_text(subscription.unclear_terms, i18n.catalog_for(current_language()))
    cannot_show = _("The exact amount can’t be shown here.")
    return f"{note} {cannot_show}" if note else ""


def price_sentence(terms: BillingTerms, price: Money | Markup) -> str:
    """`€19.90`, `€19.90 every month, the first 14 days free`, `3 payments of €19.90, one every month`.

    `price` may be formatted already, as HTML.
    """
    amount = price if isinstance(price, Markup) else price.format(current_language())
    return _filled(_price_sentence(terms), price=amount, rhythm=interval_text(terms))


def _price_sentence(terms: BillingTerms) -> str:
    if not terms.recurs:
        return "{price}"
    if terms.is_plan:
        return ngettext(
            "%(num)s payment of {price}, one {rhythm}",
            "%(num)s payments of {price}, one {rhythm}",
            terms.instalments,
        )
    if terms.trial_days == 1:
        return _("{price} {rhythm}, the first day free")
    if terms.has_trial:
        return ngettext(
            "{price} {rhythm}, the first %(num)s day free",
            "{price} {rhythm}, the first %(num)s days free",
            terms.trial_days,
        )
    return _("{price} {rhythm}")


def charge_schedule(terms: BillingTerms, amount: Amount) -> list[tuple[str, str]]:
    """Future charges as rows of (when, amount); empty for a one-time price."""
    if not terms.recurs:
        return []
    if terms.is_plan:
        rest = _("%(num)s × {amount}", num=terms.instalments - 1)
        return [
            (_("Today"), amount(1)),
            (_("Then, %(rhythm)s", rhythm=interval_text(terms)), _filled(rest, amount=amount(1))),
            (_("In all"), amount(terms.instalments)),
        ]
    if not terms.has_trial:
        return [(_("Today"), amount(1)), (_("Then, %(rhythm)s", rhythm=interval_text(terms)), amount(1))]
    later = ngettext("After %(num)s day, then {rhythm}", "After %(num)s days, then {rhythm}", terms.trial_days)
    return [(_("Today"), amount(0)), (_filled(later, rhythm=interval_text(terms)), amount(1))]


def consent_text(terms: BillingTerms, amount: Amount) -> str:
    """The text with which a customer agrees to later charges, and how to cancel them; "" for a one-time price.

    The page shows it next to the button, and the order stores the same text.
    """
    if not terms.recurs:
        return ""
    agreement = _filled(
        _agreement(terms), amount=amount(1), total=amount(terms.instalments), rhythm=interval_text(terms)
    )
    return agreement + " " + _cancellation_terms(terms)


def _agreement(terms: BillingTerms) -> str:
    if terms.is_plan:
        return ngettext(
            "With this button you allow the shop to keep this card with Stripe and to charge it {amount} today and "
            "%(num)s more time, {rhythm}: {total} in all.",
            "With this button you allow the shop to keep this card with Stripe and to charge it {amount} today and "
            "%(num)s more times, {rhythm}: {total} in all.",
            terms.instalments - 1,
        )
    if terms.has_trial:
        return ngettext(
            "With this button you allow the shop to keep this card with Stripe and to charge it {amount} {rhythm}, for "
            "the first time after %(num)s day, until you cancel.",
            "With this button you allow the shop to keep this card with Stripe and to charge it {amount} {rhythm}, for "
            "the first time after %(num)s days, until you cancel.",
            terms.trial_days,
        )
    return _(
        "With this button you allow the shop to keep this card with Stripe and to charge it {amount} {rhythm}, for the "
        "first time today, until you cancel."
    )


def _cancellation_terms(terms: BillingTerms) -> str:
    if terms.is_plan:
        return _("It ends by itself after the last payment; sooner only the seller can end it.")
    if terms.cancellation == CancellationTiming.IMMEDIATELY:
        ends = _(
            "You can cancel at any time, by the link in our letters: it ends at once, and nothing more is charged."
        )
    else:
        ends = _(
            "You can cancel at any time, by the link in our letters: it ends with the time that is paid, and nothing "
            "more is charged."
        )
    free = _("Whoever cancels before the free days are over pays nothing.")
    return f"{ends} {free}" if terms.has_trial else ends


def _filled(sentence: str, **values: str) -> str:
    """Fill in the values. If any of them is HTML (Markup), the result is HTML and everything else is escaped."""
    if any(isinstance(value, Markup) for value in values.values()):
        return Markup.escape(sentence).format(**values)
    return sentence.format(**values)
