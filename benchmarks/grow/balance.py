"""The rows of balance transactions and payouts, made of the payments and refunds that were written."""

from peewee import fn

from storefront.db import db
from storefront.models import Payout

# What Stripe keeps of a payment: 1.5 % and 25 minor units.
_FEE = "(p.amount * 15 / 1000 + 25)"
_DAY = "substr(CAST({row}.created_at AS VARCHAR(30)), 1, 10)"
_PAYOUT_ID = "'po_' || p.merchant_id || '_' || p.currency || '_' || {day} || '_' || {first}"
_PAYOUTS = """
INSERT INTO payout (merchant_id, mode, stripe_id, status, amount, currency, automatic, failure, created_at, arrives_at,
  contents_at, contents_after)
SELECT p.merchant_id, 'test', {payout_id}, 'paid', SUM(p.amount - {fee}), p.currency, true, '', MAX(p.created_at),
  MAX(p.created_at), MAX(p.created_at), ''
FROM payment AS p WHERE p.id >= {first} AND p.status = 'succeeded' AND p.kind <> 'setup' AND p.intent_id IS NOT NULL
  AND p.amount > 0 GROUP BY p.merchant_id, p.currency, {day}
"""
_INTO = """
INSERT INTO balance_transaction (merchant_id, stripe_id, type, category, amount, fee, net, currency, charged_amount,
  charged_currency, exchange_rate, source_id, intent_id, payout_id, created_at, available_at)
"""
_CHARGES = """
SELECT p.merchant_id, 'txn_' || p.intent_id, 'charge', 'charge', p.amount, {fee}, p.amount - {fee}, p.currency,
  p.amount, p.currency, NULL, 'ch_' || p.intent_id, p.intent_id, o.id, p.created_at, p.created_at
FROM payment AS p LEFT JOIN payout AS o ON o.merchant_id = p.merchant_id AND o.stripe_id = {payout_id}
WHERE p.id >= {first} AND p.status = 'succeeded' AND p.kind <> 'setup' AND p.intent_id IS NOT NULL
  AND p.amount > 0
"""
_OWN = """
SELECT o.merchant_id, 'txn_' || o.stripe_id, 'payout', 'payout', -o.amount, 0, -o.amount, o.currency, NULL, '', NULL,
  o.stripe_id, '', o.id, o.created_at, o.created_at
FROM payout AS o WHERE o.id > {last_payout}
"""
_REFUNDS = """
SELECT p.merchant_id, 'txn_' || r.refund_id, 'refund', 'refund', -r.amount, 0, -r.amount, r.currency, -r.amount,
  r.currency, NULL, r.refund_id, p.intent_id, NULL, r.created_at, r.created_at
FROM refund AS r JOIN payment AS p ON p.id = r.payment_id
WHERE r.id >= {first} AND r.status = 'succeeded' AND r.refund_id IS NOT NULL AND p.intent_id IS NOT NULL
"""


def write_balance(first_payment: int, first_refund: int) -> None:
    """Write those of the payments and refunds from these ids on; each day's payments are one payout."""
    last_payout = int(Payout.select(fn.COALESCE(fn.MAX(Payout.id), 0)).scalar())
    day = _DAY.format(row="p")
    payout_id = _PAYOUT_ID.format(day=day, first=first_payment)
    values = {"fee": _FEE, "day": day, "payout_id": payout_id, "first": first_payment}
    for sql in (_PAYOUTS, _INTO + _CHARGES):
        db.execute_sql(sql.format(**values))
    db.execute_sql((_INTO + _OWN).format(last_payout=last_payout))
    db.execute_sql((_INTO + _REFUNDS).format(first=first_refund))
