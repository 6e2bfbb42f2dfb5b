"""Which orders are to be sent, as a condition that indexes have: the list stays as quick as it is with few orders."""

from peewee import SQL

from storefront.models.orders.order import Order

# SQL. Paid, posted and not sent. A disputed order waits until the bank has decided. One expression, so that SQLite
# reads these indexes instead of that of the statuses.
TO_SEND = (
    "CASE WHEN shipping_address <> '' AND sent_at IS NULL AND status IN ('paid', 'partially_refunded') THEN 1 END = 1"
)

for _name, _columns in (
    ("order_to_send", (Order.id,)),
    ("order_to_send_mode", (Order.mode, Order.id)),
    ("order_to_send_offer", (Order.offer, Order.id)),
):
    Order.add_index(Order.index(*_columns, where=SQL(TO_SEND), name=_name))
