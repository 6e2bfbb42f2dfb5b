"""What a running subscription costs with another price option of its offer."""

from dataclasses import replace

from storefront.models import Order, PriceOption, PromoCode
from storefront.pricing.choice import Choice, Discount
from storefront.pricing.discounts import discounted
from storefront.pricing.order_quote import quote_of
from storefront.pricing.quote import Quote, QuoteLine
from storefront.pricing.quoting import titled
from storefront.pricing.shipping import shipping_lines
from storefront.pricing.taxes import price_charged


def quote_with_option(order: Order, option: PriceOption, quantity: int, *, is_discounted: bool) -> Quote:
    """What so many units cost with this option of the order's offer: each later charge is its `per_charge`.

    The tax is the order's own. `is_discounted`: the promo code of the order takes its part off, as it does now. Raises
    FieldErrors as `shipping_lines` does.
    """
    offer, agreed = order.offer, quote_of(order)
    choice = Choice(country=order.country, vat_id=order.vat_id)
    unit = price_charged(offer, choice, agreed.tax, option.amount)
    item = replace(agreed.item, title=offer.title, unit_amount=unit, quantity=quantity, discount=0, later_discount=0)
    lines = [item, *_shipping(order, option, choice, agreed)]
    plain = Quote(option, titled(offer.title, option.label), order.currency, tuple(lines))
    return discounted(plain, _lasting_discount(order) if is_discounted else None).taxed(agreed.tax)


def _shipping(order: Order, option: PriceOption, choice: Choice, agreed: Quote) -> list[QuoteLine]:
    lines = shipping_lines(order.offer, option, order.country)
    return [
        replace(line, unit_amount=price_charged(order.offer, choice, agreed.tax, line.unit_amount)) for line in lines
    ]


def _lasting_discount(order: Order) -> Discount | None:
    """The code of the order, for each later charge. The amount that it takes off now if the code is gone."""
    code = PromoCode.get_or_none(PromoCode.id == order.promo_code_id) if order.promo_code_id else None
    if code is None:
        return Discount(order.code, amount=order.later_discount, every_payment=True)
    return Discount(code.code, percent=code.percentage, amount=code.amount or 0, every_payment=True)
