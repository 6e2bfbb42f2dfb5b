"""What other programs were told about the orders: events with their deliveries, and messages for Telegram."""

from datetime import timedelta

from benchmarks.grow.tables import run, stamp, stored_now
from storefront.db import db
from storefront.models import ApiToken, EventType, WebhookEndpoint, now
from storefront.settings import Settings

# Part of the address of its page.
ENDPOINT = "grown-endpoint"
_URL = "https://accounting.example.com/orders"
_TOKENS = ("Accounting", "Warehouse")
# The shop deletes older ones by default.
_KEPT = timedelta(days=Settings.deliveries_kept_days)
# Of so many deliveries one has failed, and a renewed subscription is told as well.
_FAILED_EVERY = 50
_EVENTS = """
INSERT INTO outgoing_event (event_id, type, about, order_id, subscription_id, detail, body, created_at, prepared_at)
SELECT 'evt_grown' || o.id, 'order.paid', 'order-' || o.id, o.id, NULL, '{{}}',
  '{{"id": "evt_grown' || o.id || '", "type": "order.paid", "mode": "test", "data": {{"order": {{"number": "' ||
  (1000 + o.id) || '", "amount": ' || o.amount || ', "currency": "' || o.currency || '", "email": "' || o.email ||
  '", "name": "' || o.name || '"}}}}}}', o.paid_at, o.paid_at
FROM shop_order AS o WHERE o.id >= {first_order} AND o.paid_at >= '{kept_since}'
"""
_REFUND_EVENTS = """
INSERT INTO outgoing_event (event_id, type, about, order_id, subscription_id, detail, body, created_at, prepared_at)
SELECT 'evt_grownr' || r.id, 'order.refunded', 'refund-' || r.id, r.order_id, NULL, '{{"refund": ' || r.id || '}}',
  '{{"id": "evt_grownr' || r.id || '", "type": "order.refunded", "mode": "test", "data": {{"refund": {{"amount": ' ||
  r.amount || ', "currency": "' || r.currency || '"}}}}}}', r.created_at, r.created_at
FROM refund AS r WHERE r.id >= {first_refund} AND r.created_at >= '{kept_since}'
"""
_DELIVERIES = """
INSERT INTO webhook_delivery (endpoint_id, event_id, state, attempts, due_at, status, problem, answer, milliseconds,
  attempted_at)
SELECT {endpoint}, e.id, CASE WHEN e.id % {failed_every} = 0 THEN 'failed' ELSE 'delivered' END,
  CASE WHEN e.id % {failed_every} = 0 THEN 12 ELSE 1 END, e.created_at,
  CASE WHEN e.id % {failed_every} = 0 THEN 503 ELSE 200 END,
  CASE WHEN e.id % {failed_every} = 0 THEN 'refused' ELSE '' END, 'ok', 40 + e.id % 300, e.created_at
FROM outgoing_event AS e WHERE e.id > {last_event}
"""
_MESSAGES = """
INSERT INTO telegram_message (kind, about, order_id, detail, state, attempts, due_at, problem, created_at)
SELECT 'sale', 'order-' || o.id, o.id, '{{}}', 'delivered', 1, o.paid_at, '', o.paid_at
FROM shop_order AS o WHERE o.id >= {first_order} AND o.paid_at >= '{kept_since}'
"""


def write_told(first_order: int, first_refund: int) -> None:
    """Write what was told about the orders and refunds from these ids on, and tokens of the programs that read.

    The endpoint is disabled, and no chat is named: a shop that is started with the rows sends nothing to anybody.
    """
    for name in _TOKENS:
        if not ApiToken.select().where(ApiToken.name == name).exists():
            ApiToken.issue(name, "", None)
    last = int(db.execute_sql("SELECT COALESCE(MAX(id), 0) FROM outgoing_event").fetchone()[0])
    values = {
        "first_order": first_order,
        "first_refund": first_refund,
        "last_event": last,
        "endpoint": _endpoint().id,
        "failed_every": _FAILED_EVERY,
        "kept_since": stamp(stored_now() - _KEPT),
    }
    for sql in (_EVENTS, _REFUND_EVENTS, _DELIVERIES, _MESSAGES):
        run(sql.format(**values))


def _endpoint() -> WebhookEndpoint:
    found: WebhookEndpoint | None = WebhookEndpoint.get_or_none(WebhookEndpoint.public_id == ENDPOINT)
    if found is None:
        types = [EventType.ORDER_PAID.value, EventType.ORDER_REFUNDED.value]
        found = WebhookEndpoint(public_id=ENDPOINT, url=_URL, types=types, disabled_reason="owner", disabled_at=now())
        found.set_secret("whsec_Z3Jvd24tc2hvcC1zZWNyZXQtb2YtdGhlLWJlbmNobWFya3M=")
        found.save()
    return found
