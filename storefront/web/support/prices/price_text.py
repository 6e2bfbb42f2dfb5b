"""How an offer or an order is paid, as text in the page's language: price, charge schedule, consent.

An `Amount` formats a multiple of the price per charge. On pages where the customer chooses the quantity the amounts
are marked, so that the script can update them.
"""

from collections.abc import Callable
from datetime import date

from babel.dates import format_date
from markupsafe import Markup

from storefront import i18n
from storefront.models import BillingTerms, CancellationTiming, Offer, PlanSwitch, PriceOption, Subscription
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


def interval_text(terms: BillingTerms | Subscription | PlanSwitch) -> str:
    """`every month`, `every 2 weeks`."""
    return i18n.interval_text(terms.every, terms.interval, i18n.catalog_for(current_language()))


def subscription_price(subscription: Subscription) -> str:
    """What is charged each time, and how often: `€19.90 / month`; or a sentence that it can't be shown."""
    if note := unclear_terms(subscription):
        return note
    return _per_interval(subscription).format(price=plain_amount(subscription.total)(1))


def unclear_terms(subscription: Subscription) -> str:
    """Why the price of a subscription can't be shown, in whole sentences; "" if it can."""
    note = i18n.unclear_terms_text(subscription.unclear_terms, i18n.catalog_for(current_language()))
    cannot_show = _("The exact amount can’t be shown here.")
    return f"{note} {cannot_show}" if note else ""


def price_sentence(terms: BillingTerms, price: Money | str) -> str:
    """`€19.90`, `€19.90 / month after a 14-day free trial`, `3 monthly payments of €19.90`.

    `price` may be formatted already, also as HTML.
    """
    amount = price.format(current_language()) if isinstance(price, Money) else price
    return _filled(_price_sentence(terms), price=amount)


def offer_price(priced: Offer | PriceOption, price: Money | str) -> str:
    """The price sentence of an offer, or of one of its options, with its least price: “From €5.00” where customers
    choose what they pay.
    """
    sentence = price_sentence(priced, price)
    return sentence if priced.minimum_amount is None else _filled(_("From {price}"), price=sentence)


def listed_price(offer: Offer, options: list[PriceOption]) -> str:
    """The price of an offer in a list: where its options have different prices, “From” the least of them.

    A payment plan counts as all its payments.
    """
    prices = [(option, option.least_price_in(offer.currency)) for option in options]
    if len({offer_price(option, least) for option, least in prices}) == 1:
        option = PriceOption.preselected_of(options)
        return offer_price(option, option.least_price_in(offer.currency))
    totals = [(option, least.times(option.instalments) if option.is_plan else least) for option, least in prices]
    option, least = min(totals, key=lambda total: total[1].amount)
    sentence = least.format(current_language()) if option.is_plan else price_sentence(option, least)
    return _filled(_("From {price}"), price=sentence)


def _price_sentence(terms: BillingTerms) -> str:
    if not terms.recurs:
        return "{price}"
    if terms.is_plan:
        return _plan_sentence(terms)
    if not terms.has_trial:
        return _per_interval(terms)
    after = ngettext(
        "{price} after a %(num)s-day free trial", "{price} after a %(num)s-day free trial", terms.trial_days
    )
    return after.replace("{price}", _per_interval(terms))


def _plan_sentence(terms: BillingTerms) -> str:
    payments = terms.instalments
    if terms.every == 1 and terms.interval == "month":
        return ngettext("%(num)s monthly payment of {price}", "%(num)s monthly payments of {price}", payments)
    # The interval first: its text may have a per cent sign of its own.
    sentence = ngettext("%(num)s payment of {price}, {rhythm}", "%(num)s payments of {price}, {rhythm}", payments)
    return sentence.replace("{rhythm}", interval_text(terms))


def _per_interval(terms: BillingTerms | Subscription) -> str:
    return i18n.price_per_interval(terms.every, terms.interval, i18n.catalog_for(current_language()))


def charge_schedule(terms: BillingTerms, amount: Amount, today: date) -> list[tuple[str, str]]:
    """The charges of a purchase today as rows of (when, amount); empty for a one-time price."""
    if not terms.recurs:
        return []
    later = _charge_from(terms, terms.second_charge_day(today))
    if terms.is_plan:
        rest = _("%(num)s × {amount}", num=terms.instalments - 1)
        return [
            (_("Today"), amount(1)),
            (later, _filled(rest, amount=amount(1))),
            (_("Total"), amount(terms.instalments)),
        ]
    return [(_("Today"), amount(0 if terms.has_trial else 1)), (later, amount(1))]


def two_step_schedule(
    terms: BillingTerms, first: Money, later: Money, today: date, after_trial: Money | None = None
) -> list[tuple[str, str]]:
    """Like `charge_schedule`, where the first charge, or that `after_trial`, is another one than each later charge."""
    rows = charge_schedule(terms, plain_amount(later), today)
    if not rows:
        return []
    rows[0] = rows[0][0], first.format(current_language())
    if after_trial is not None:
        day = terms.second_charge_day(today)
        rows[1:] = [
            (format_date(day, "long", locale=current_language()), after_trial.format(current_language())),
            (_charge_from(terms, terms.next_charge_day(day)), rows[1][1]),
        ]
    if terms.is_plan:
        total = first + later.times(terms.instalments - 1)
        rows[-1] = rows[-1][0], total.format(current_language())
    return rows


def _charge_from(terms: BillingTerms, day: date) -> str:
    words = format_date(day, "long", locale=current_language())
    return _("From %(day)s, %(rhythm)s", day=words, rhythm=interval_text(terms))


def consent_text(
    terms: BillingTerms, amount: Amount, first: Money | None = None, after_trial: Money | None = None
) -> str:
    """The text with which a customer agrees to later charges, and how to cancel them; "" for a one-time price.

    The page shows it next to the button, and the order stores the same text. `first` is the first charge, if it is
    another one than the later charges, with a free trial what is charged today; `after_trial` the charge with which the
    trial ends, if that is another one.
    """
    if not terms.recurs:
        return ""
    if after_trial is not None:
        sentence = _discounted_trial_agreement(terms)
        values = {"amount": amount(1), "first": after_trial.format(current_language())}
    elif first is None:
        sentence = _agreement(terms)
        values = {"amount": amount(1), "total": amount(terms.instalments)}
    else:
        sentence = _two_step_agreement(terms)
        values = {"amount": amount(1), "first": first.format(current_language())}
    agreement = _filled(sentence, rhythm=interval_text(terms), **values)
    return agreement + " " + _cancellation_terms(terms, is_charged_today=terms.has_trial and first is not None)


def _agreement(terms: BillingTerms) -> str:
    if terms.is_plan:
        return ngettext(
            "By paying, you allow this shop to save your card with Stripe and charge it {amount} today and %(num)s "
            "more time, {rhythm}: {total} in total.",
            "By paying, you allow this shop to save your card with Stripe and charge it {amount} today and %(num)s "
            "more times, {rhythm}: {total} in total.",
            terms.instalments - 1,
        )
    if terms.has_trial:
        return ngettext(
            "By starting the trial, you allow this shop to save your card with Stripe and charge it {amount} {rhythm}, "
            "starting after %(num)s day, until you cancel.",
            "By starting the trial, you allow this shop to save your card with Stripe and charge it {amount} {rhythm}, "
            "starting after %(num)s days, until you cancel.",
            terms.trial_days,
        )
    return _(
        "By subscribing, you allow this shop to save your card with Stripe and charge it {amount} {rhythm}, starting "
        "today, until you cancel."
    )


def _two_step_agreement(terms: BillingTerms) -> str:
    if terms.is_plan:
        return ngettext(
            "By paying, you allow this shop to save your card with Stripe and charge it {first} today and {amount} "
            "%(num)s more time, {rhythm}.",
            "By paying, you allow this shop to save your card with Stripe and charge it {first} today and {amount} "
            "%(num)s more times, {rhythm}.",
            terms.instalments - 1,
        )
    if terms.has_trial:
        return ngettext(
            "By starting the trial, you allow this shop to save your card with Stripe and charge it {first} today and "
            "{amount} {rhythm}, starting after %(num)s day, until you cancel.",
            "By starting the trial, you allow this shop to save your card with Stripe and charge it {first} today and "
            "{amount} {rhythm}, starting after %(num)s days, until you cancel.",
            terms.trial_days,
        )
    return _(
        "By subscribing, you allow this shop to save your card with Stripe and charge it {first} today and then "
        "{amount} {rhythm}, until you cancel."
    )


def _discounted_trial_agreement(terms: BillingTerms) -> str:
    return ngettext(
        "By starting the trial, you allow this shop to save your card with Stripe and charge it {first} after %(num)s "
        "day and then {amount} {rhythm}, until you cancel.",
        "By starting the trial, you allow this shop to save your card with Stripe and charge it {first} after %(num)s "
        "days and then {amount} {rhythm}, until you cancel.",
        terms.trial_days,
    )


def _cancellation_terms(terms: BillingTerms, is_charged_today: bool) -> str:
    if terms.is_plan:
        return _("Ends automatically after the last payment. To stop earlier, contact the seller.")
    if terms.cancellation == CancellationTiming.IMMEDIATELY:
        ends = _(
            "Cancel anytime from the link in your receipt: access ends immediately and you won’t be charged again."
        )
    else:
        ends = _("Cancel anytime from the link in your receipt: you keep access until the end of the paid period.")
    if not terms.has_trial:
        return ends
    free = _("Cancel before the trial ends and you won’t be charged.")
    again = _("Cancel before the trial ends and you won’t be charged again.")
    return f"{ends} {again if is_charged_today else free}"


def _filled(sentence: str, **values: str) -> str:
    """Fill in the values. If any of them is HTML (Markup), the result is HTML and everything else is escaped."""
    if any(isinstance(value, Markup) for value in values.values()):
        return Markup.escape(sentence).format(**values)
    return sentence.format(**values)
