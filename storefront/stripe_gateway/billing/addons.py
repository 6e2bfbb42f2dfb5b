"""Add-ons beside a subscription: paid once, with its first invoice."""

import hashlib
from dataclasses import dataclass

from stripe.params import SubscriptionCreateParamsAddInvoiceItem

from storefront.errors import StripeRefused
from storefront.models import Merchant, Order, shop_id
from storefront.stripe_gateway.billing.coupons import ALREADY_EXISTS
from storefront.stripe_gateway.client import client_of, stripe_call


@dataclass(frozen=True)
class InvoiceAddon:
    """`product_id` is that of a product with this title. `amount` in minor units of `currency`."""

    product_id: str
    title: str
    amount: int
    currency: str

    def as_params(self) -> SubscriptionCreateParamsAddInvoiceItem:
        """For the creation of the subscription."""
        price = {"currency": self.currency.lower(), "product": self.product_id, "unit_amount": self.amount}
        return {"price_data": price, "quantity": 1}  # type: ignore[typeddict-item]


def invoice_addon(order: Order, addon_id: int, title: str, amount: int) -> InvoiceAddon:
    """The add-on of an order. Orders with the same add-on have the same product."""
    name = hashlib.sha256(title.encode()).hexdigest()[:8]
    product_id = f"{shop_id()[:16]}-addon-{order.offer_id}-{addon_id}-{name}".lower()
    return InvoiceAddon(product_id, title, amount, order.currency)


def create_addon_product(merchant: Merchant, addon: InvoiceAddon) -> None:
    """Create the product at Stripe, unless it is there. Raises StripeError."""
    try:
        with stripe_call():
            client_of(merchant).v1.products.create({"id": addon.product_id, "name": addon.title})
    except StripeRefused as error:
        if error.code != ALREADY_EXISTS:
            raise
