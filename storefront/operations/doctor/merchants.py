"""Checks of a merchant from the shop's own data, without calls to Stripe."""

from storefront import merchants, stripe_gateway, webhooks
from storefront.errors import SecretUnreadable
from storefront.models import Merchant, Offer, OfferStatus
from storefront.operations.doctor.findings import Finding, amber, green, red


def findings(merchant: Merchant, shop_url: str) -> list[Finding]:
    """Check keys, the last check at Stripe, charges, currencies, the webhook endpoint and its deliveries."""
    return [
        _readable(merchant),
        *_addresses(merchant),
        _last_check(merchant),
        _charges(merchant),
        *(red("stripe_refuses", merchant.name, refusal=one) for one in merchants.refusals_of(merchant)),
        *_currencies(merchant),
        _endpoint(merchant, shop_url),
        *([_deliveries(merchant)] if merchant.has_endpoint else []),
        *_wallets(merchant, shop_url),
    ]


def _readable(merchant: Merchant) -> Finding:
    try:
        readable = bool(merchant.secret_key) and merchant.webhook_secrets is not None
    except SecretUnreadable:
        readable = False
    return green("keys_readable", merchant.name) if readable else red("keys_unreadable", merchant.name)


def _addresses(merchant: Merchant) -> list[Finding]:
    addresses = stripe_gateway.foreign_addresses(merchant)
    return [amber("merchant_elsewhere", merchant.name, addresses=addresses)] if addresses else []


def _last_check(merchant: Merchant) -> Finding:
    name = merchant.name
    if merchant.check_problem in ("unreachable", "broken", "busy"):
        return amber("check_unanswered", name, problem=merchant.check_problem)
    if merchant.check_problem:
        return red("check_failed", name, problem=merchant.check_problem)
    if not merchant.pair_verified:
        return amber("pair_unverified", name)
    return green("keys_valid", name, mode=merchant.mode, at=merchant.checked_at)


def _charges(merchant: Merchant) -> Finding:
    if merchant.charges_enabled is None:
        return amber("charges_unknown", merchant.name)
    return (
        green("charges_enabled", merchant.name) if merchant.charges_enabled else red("charges_disabled", merchant.name)
    )


def _currencies(merchant: Merchant) -> list[Finding]:
    offers = Offer.select().where(Offer.merchant == merchant, Offer.status == OfferStatus.PUBLISHED)
    published = {offer.currency for offer in offers}
    refused = sorted(currency for currency in published if not merchant.can_charge(currency))
    if refused:
        return [red("currencies_refused", merchant.name, currencies=", ".join(refused))]
    if published and merchant.currencies is None:
        return [amber("currencies_unknown", merchant.name)]
    return [green("currencies_fit", merchant.name, currencies=", ".join(sorted(published)))] if published else []


def _endpoint(merchant: Merchant, shop_url: str) -> Finding:
    name, address = merchant.name, merchants.endpoint_url(merchant, shop_url)
    if merchant.endpoint_problem:
        return red("endpoint_lost", name, merchant=merchant)
    if merchant.webhook_by_hand:
        moved = merchant.webhook_url != address
        return amber("endpoint_moved", name, address=address) if moved else green("endpoint_by_hand", name)
    if merchant.webhook_problem or not merchant.webhook_endpoint_id:
        return amber("endpoint_missing", name, words=merchant.webhook_problem)
    if merchant.webhook_url != address:
        return amber("endpoint_moved", name, address=address)
    return green("endpoint_registered", merchant.name)


def _wallets(merchant: Merchant, shop_url: str) -> list[Finding]:
    """Nothing where no browser would show wallets."""
    if not merchants.may_have_wallets(merchant, shop_url):
        return []
    if merchant.wallet_problem:
        return [amber("wallets_unregistered", merchant.name, words=merchant.wallet_problem)]
    names = ", ".join(name.replace("_", " ").title() for name in merchant.wallets.split())
    found = green("wallets_ready", merchant.name, wallets=names, domain=merchant.wallet_domain)
    return [found if names else green("wallets_none", merchant.name)]


def _deliveries(merchant: Merchant) -> Finding:
    health = webhooks.health_of(merchant)
    if health.last is None:
        return amber("events_never", merchant.name)
    if health.problem is not None:
        return amber("events_waiting", merchant.name, count=health.waiting_count)
    delay = webhooks.delivery_delay(health.last)
    seconds = int(delay.total_seconds()) if delay else 0
    slow = delay is not None and delay > webhooks.SLOW_DELIVERY
    return (amber if slow else green)(
        "events_slow" if slow else "events_arrive", merchant.name, at=health.last.received_at, seconds=seconds
    )
