"""The kinds of emails: default text, where the button leads, and whether a queued email should still be sent."""

from storefront.emails.kinds import (
    admin_accounts,
    customer_account,
    delivered,
    disputes,
    invitations,
    orders,
    owner,
    owner_programs,
    owner_terms,
    payment_requests,
    plan_switches,
    renewals,
    subscriptions,
    team,
    withdrawals,
)
from storefront.emails.kinds.kind import Kind

# Groups in the order in which the admin lists them. Their names are in URLs: /admin/emails/words#emails-buyers.
KIND_GROUPS: dict[str, dict[str, Kind]] = {
    "orders": orders.KINDS
    | delivered.ORDER_KINDS
    | payment_requests.KINDS
    | invitations.KINDS
    | withdrawals.ORDER_KINDS,
    "subscriptions": subscriptions.KINDS | plan_switches.KINDS | withdrawals.SUBSCRIPTION_KINDS,
    "renewals": renewals.KINDS,
    "buyers": customer_account.KINDS,
    "team": team.KINDS,
    "owners": owner.KINDS
    | owner_programs.KINDS
    | admin_accounts.KINDS
    | delivered.OWNER_KINDS
    | owner_terms.KINDS
    | plan_switches.OWNER_KINDS
    | disputes.KINDS
    | withdrawals.OWNER_KINDS,
}
KINDS: dict[str, Kind] = {name: kind for group in KIND_GROUPS.values() for name, kind in group.items()}

__all__ = ["KINDS", "KIND_GROUPS", "Kind"]
