"""What the people of the shop have left: the audit log, and the sessions of the admins."""

from datetime import timedelta

from benchmarks.grow.tables import Rows, run, stamp, stored_now
from storefront.models import Admin, AdminSession, public_id

MANAGERS = ("manager@example.com", "olena@example.com", "support@example.com")
# One of the three, by the row's id. All are written in lower case, as the search has them.
_WHO = (
    "CASE {row}.id % 3 WHEN 0 THEN 'manager@example.com' WHEN 1 THEN 'olena@example.com' ELSE 'support@example.com' END"
)
_INTO = """
INSERT INTO audit_entry (created_at, actor, who, address, action, kind, object_id, label, changes, request, search_text)
"""
# {what is new: (columns from `action` on, its rows)}. Each row of these tables was made by somebody.
_WRITTEN = (
    (
        "r.created_at, 'admin', {who}, '198.51.100.7', 'changed', 'order', r.order_id, '#' || (1000 + r.order_id),"
        " '[[\"refund\", \"amount\", null, \"' || r.amount || '\"]]', 'refund-' || r.id,"
        " {who} || '\n#' || (1000 + r.order_id) || '\n' || r.amount",
        "refund AS r WHERE r.id >= {first_refund}",
    ),
    (
        "r.created_at, 'admin', {who}, '198.51.100.7', 'created', 'promo_code', r.id, r.code,"
        " '[[\"\", \"code\", null, \"' || r.code || '\"]]', 'code-' || r.id,"
        " {who} || '\n' || LOWER(r.code) || '\n' || LOWER(r.code)",
        "promo_code AS r WHERE r.id >= {first_code}",
    ),
    (
        "r.created_at, 'admin', {who}, '198.51.100.7', 'created', 'payment_request', r.id, r.title,"
        " '[[\"\", \"amount\", null, \"' || r.amount || '\"]]', 'request-' || r.id,"
        " {who} || '\n' || r.title_folded || '\n' || r.amount",
        "payment_request AS r WHERE r.id > {last_request}",
    ),
    (
        "r.at, 'admin', {who}, '198.51.100.7', 'changed', 'order', r.order_id, '#' || (1000 + r.order_id),"
        ' \'[["timeline_entry", "detail", null, "•••"]]\', \'note-\' || r.id,'
        " {who} || '\n#' || (1000 + r.order_id)",
        "timeline_entry AS r WHERE r.order_id >= {first_order} AND r.kind IN ('note', 'marked_paid', 'sent')",
    ),
)
_SESSION_EVERY = 20
_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


def write_audit(first_order: int, first_refund: int, first_code: int, last_request: int) -> None:
    """Write an entry for each refund, code, payment request, note, parcel and order that was paid otherwise."""
    ids = {
        "first_order": first_order,
        "first_refund": first_refund,
        "first_code": first_code,
        "last_request": last_request,
    }
    selects = " UNION ALL ".join(
        f"SELECT {columns.format(who=_WHO.format(row='r'))} FROM {rows.format(**ids)}"  # noqa: S608 - only our own words
        for columns, rows in _WRITTEN
    )
    # In the order of time, as a log is written.
    run(f"{_INTO} {selects} ORDER BY 1")


def write_sessions(orders: int) -> None:
    """Write sessions of the admins that the shop has: one for so many orders, begun within the last two weeks."""
    sessions = Rows(
        AdminSession,
        "key admin_id password_version started_at last_seen_at proved_at address user_agent",
    )
    until = stored_now()
    for admin in Admin.select():
        for number in range(orders // _SESSION_EVERY):
            began = stamp(until - timedelta(minutes=2 * number % 20_000 + 5))
            seen = (began, began, began, "198.51.100.7", _AGENT)
            sessions.add((public_id(), admin.id, admin.session_version, *seen))
    sessions.write(sessions.take())
