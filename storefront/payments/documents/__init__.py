"""Documents: an invoice for each payment of an order or renewal, a credit note for each refund.

They are written in the transaction that records the payment or the refund, with everything that they say: `content` of
a document has

- `seller`: name, legal_name, address, country, tax_number, email, phone
- `lines`: title, quantity, unit, discount, amount; the amounts, with their tax, add up to `gross`. `unit` is the price
  as the offer states it, with or without the tax
- `taxes`: name, rate (in percent, as text), net, tax, gross; empty where the shop names no tax
- `reverse_charge`: the company that bought owes the tax
- `order`: the order's number; `code`: its promo code
- `payments`: ids of the rows of payments that have paid a renewal
- `paid_at`, `period` (from, to): times in ISO 8601; `card`: brand, last4; `outside`: paid to the seller directly;
  of an order that was marked as paid `outside_method` (a code) and `outside_on` (an ISO date)
- `reason` of a refund. The `lines` of a credit note are those that were refunded, and none if it is not known which

and `buyer` has name, company, vat_id, country; of an order that is posted `ship_to` with name, lines, country; of a
corrected invoice the address that the owner typed. Amounts are minor units of the document's currency.
"""

from storefront.payments.documents.balance import balance_order, balance_refund
from storefront.payments.documents.corrections import can_correct, correct_invoice
from storefront.payments.documents.deciding import decide_numbers, undecided
from storefront.payments.documents.holding import HeldSeries, confirm_numbers, held_series, hold_numbers
from storefront.payments.documents.issuing import invoice_order, invoice_renewal

__all__ = [
    "HeldSeries",
    "balance_order",
    "balance_refund",
    "can_correct",
    "confirm_numbers",
    "correct_invoice",
    "decide_numbers",
    "held_series",
    "hold_numbers",
    "invoice_order",
    "invoice_renewal",
    "undecided",
]
