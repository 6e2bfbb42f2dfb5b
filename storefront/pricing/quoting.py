"""What a choice costs, by the offer as it is now."""

from dataclasses import replace

from storefront.errors import FieldErrors
from storefront.models import BillingKind, LineKind, Offer, PaymentRequest, PriceOption
from storefront.money import Money, PriceError, minimum_charge, parse_price
from storefront.pricing.choice import Choice
from storefront.pricing.discounts import discounted
from storefront.pricing.quote import Quote, QuoteLine
from storefront.pricing.shipping import shipping_lines
from storefront.pricing.taxes import price_charged, tax_of, tax_of_request

MAX_TITLE = 200


def quote(offer: Offer, choice: Choice | None = None, options: list[PriceOption] | None = None) -> Quote:
    """What the choice costs, by the offer as it is now. `options` are the offer's if they are known.

    Raises FieldErrors: option (option_gone), addon (addon_gone), country (not_shipped with `country`), price
    (price_missing, the codes of `parse_price`, price_below_minimum), code (code_too_small with `limit`, if the code
    leaves an amount that can't be charged), vat_id (net_too_small with `limit`, if that is so without the tax).
    """
    choice = choice or Choice()
    option = _chosen_option(options or PriceOption.of_offer(offer), choice)
    tax = tax_of(offer, choice)
    unit = price_charged(offer, choice, tax, _unit_amount(option, choice, offer.currency))
    item = QuoteLine(LineKind.ITEM, offer.title, unit, choice.quantity, recurs=option.recurs)
    title = titled(offer.title, option.label)
    extras = [
        replace(line, unit_amount=price_charged(offer, choice, tax, line.unit_amount))
        for line in (*_addon_lines(offer, choice), *shipping_lines(offer, option, choice.country))
    ]
    found = discounted(Quote(option, title, offer.currency, (item, *extras)), choice.discount).taxed(tax)
    _require_chargeable(found)
    return found


def request_quote(request: PaymentRequest) -> Quote:
    """What a payment request costs: its price, with its tax."""
    option = PriceOption(label="", amount=request.price, kind=BillingKind.ONE_OFF)
    item = QuoteLine(LineKind.ITEM, request.title, request.price, 1)
    return Quote(option, request.title, request.currency, (item,)).taxed(tax_of_request(request))


def _addon_lines(offer: Offer, choice: Choice) -> list[QuoteLine]:
    """A line for each chosen add-on, in the offer's order."""
    if not choice.addons:
        return []
    offered = {addon.id: addon for addon in offer.offered_addons()}
    if not offered.keys() >= set(choice.addons):
        raise FieldErrors({"addon": ["addon_gone"]})
    chosen = [addon for addon in offered.values() if addon.id in choice.addons]
    return [QuoteLine(LineKind.ADDON, addon.title, addon.amount, 1, addon_id=addon.id) for addon in chosen]


def titled(title: str, label: str) -> str:
    """The name of what is bought: the offer's title, and the label of the price option if there is one."""
    return f"{title[: MAX_TITLE - len(label) - 3]} – {label}" if label else title


def _require_chargeable(quote: Quote) -> None:
    """Nothing can be charged, and so can what is at least Stripe's minimum."""
    is_net = quote.tax is not None and quote.tax.is_reverse_charge
    if quote.discount is None and not is_net:
        return
    least = minimum_charge(quote.currency)
    if any(0 < amount.amount < least.amount for amount in quote.charges):
        found = {"code": ["code_too_small"]} if quote.discount else {"vat_id": ["net_too_small"]}
        raise FieldErrors(found, limit=least)


def _chosen_option(options: list[PriceOption], choice: Choice) -> PriceOption:
    if choice.option is None:
        return PriceOption.preselected_of(options)
    for option in options:
        if option.id == choice.option:
            return option
    raise FieldErrors({"option": ["option_gone"]})


def _unit_amount(option: PriceOption, choice: Choice, currency: str) -> int:
    """The price of one unit; the customer's where they choose it, within the limits of offer and Stripe."""
    if option.minimum_amount is None or choice.price is None:
        return option.amount
    if not choice.price:
        raise FieldErrors({"price": ["price_missing"]})
    try:
        price = parse_price(choice.price, currency)
    except PriceError as error:
        raise FieldErrors({"price": [error.code]}, **error.details) from error
    if price.amount < option.minimum_amount:
        raise FieldErrors({"price": ["price_below_minimum"]}, limit=Money(option.minimum_amount, currency))
    return price.amount
