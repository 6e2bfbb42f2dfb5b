"""What subscriptions have beside invoices: switches to another plan, and the import that looked for more of them."""

from benchmarks.grow.tables import run
from storefront.models import ImportedPrice, Merchant, Offer, SubscriptionImport, now

# Of so many subscriptions with a choice of plans, one has begun with another plan, and one has undone a switch.
_SWITCHED_EVERY = 5
_SWITCHES = """
INSERT INTO plan_switch (public_id, subscription_id, "by", state, at_once, option_id, label, label_before, title,
  unit_amount, quantity, charge, currency, every, "interval", due, prorated_at, effective_at, price_id, schedule_id,
  invoice_id, end_reason, created_at, ended_at)
SELECT 'grown-switch-' || s.id, s.id, CASE WHEN s.id % 2 = 0 THEN 'buyer' ELSE 'owner' END, {state}, true, p.id,
  p.label, CASE WHEN p.id = o.option_id THEN '' ELSE o.option_label END, o.title, p.amount, 1, p.amount, s.currency,
  s.every, s."interval", 0, s.created_at, s.created_at, 'price_grown' || p.id, '', '', {reason}, s.created_at,
  s.created_at
FROM subscription AS s JOIN shop_order AS o ON o.id = s.order_id JOIN price_option AS p ON p.offer_id = o.offer_id
WHERE s.id >= {first} AND o.option_id IS NOT NULL AND s.id % {every} = {rest} AND {which}
"""


def write_plans(first_subscription: int) -> None:
    """Write the switches of the subscriptions from this id on, and a finished import for each merchant."""
    values = {"first": first_subscription, "every": _SWITCHED_EVERY}
    done = {"state": "'done'", "reason": "''", "rest": 0, "which": "p.id = o.option_id"}
    undone = {"state": "'undone'", "reason": "'buyer'", "rest": 1, "which": "p.id <> o.option_id"}
    for kind in (done, undone):
        run(_SWITCHES.format(**values, **kind))
    for merchant in Merchant.select_connected():
        SubscriptionImport.insert_unless_exists(
            merchant=merchant, cursor="sub_grown", seen=2, adopted=1, left_out=1, started_at=now(), finished_at=now()
        )
    for offer in Offer.select().where(Offer.kind == "recurring", Offer.merchant.is_null(False)):
        ImportedPrice.insert_unless_exists(merchant=offer.merchant_id, price_id=f"price_grown{offer.id}", offer=offer)
