"""A shop with data in every state, and the addresses of all kinds of its pages."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from werkzeug.routing import Rule

from storefront import customers, delivery, emails, integrations, payments, shipping, team
from storefront.delivery import DeliverableFields
from storefront.emails import signed_links, team_links
from storefront.merchants import begin_rehearsal, can_rehearse, watch_outages
from storefront.models import (
    Admin,
    ApiToken,
    AuditEntry,
    Deliverable,
    DeliverableKind,
    DeliveryState,
    Dispute,
    Document,
    Email,
    EmailChange,
    EmailKind,
    EmailTopic,
    EventType,
    FoundPayment,
    Invoice,
    LegalSettings,
    LegalText,
    Merchant,
    Offer,
    Order,
    OutsideMethod,
    Payment,
    PaymentRequest,
    Payout,
    PriceOption,
    PromoCode,
    RequestState,
    Role,
    ShopProfile,
    Subscription,
    TeamInvitation,
    TelegramChannel,
    WebhookDelivery,
    WebhookEndpoint,
    now,
    public_id,
)
from storefront.offers import OptionFields, ShippingPriceFields, TaxFields, TaxRateFields
from storefront.payments import CheckoutRequest, ReceivedPayment, RequestFields
from storefront.subscriptions import cancel
from stripe_simulator import accounts
from tests.browser import ways_to_sell
from tests.cards import ASKS, DECLINED, GOOD
from tests.cast import MARKO
from tests.delivered_files import deliver, stored
from tests.factories import OWNER_EMAIL, SHOP_URL, connect_merchant, make_admin, make_offer
from tests.processes import until
from tests.purchase_steps import buy, confirm, refresh, start_checkout
from tests.simulator_process import Simulator
from tests.stripe_subscriptions import api_of, make_subscription
from tests.subscription_steps import reload, renew, subscribe, subscription_after_refresh

MANAGER = "the.manager.of.the.shop@watercolour.example.com"
LONG = "Three evenings of watercolour and conversation above the bakery"
RECURRING = {"kind": "recurring"}
VAT = TaxFields("VAT", "20")
ON_TOP = TaxFields("VAT", "20", False, (TaxRateFields("tax_rates-0", "DE", "19"),))
# Statuses that are not fetched from Stripe any more.
SETTLED = ("expired", "failed", "refunded", "partially_refunded", "disputed")
SHIPPING_ADDRESS = '{"line1": "Khreshchatyk 1", "city": "Kyiv", "postal_code": "01001"}'
PLANS = (OptionFields("options-0", "Each week, with a private evening", "290", kind="recurring", interval="year"),)
STOPPED = ("asked", "declined", "asked with Link")
BUYER, OWNER = "/my", "/admin"
# Links to files that answer with a page: they have expired, or the order has no access any more.
REFUSED = "/files/"
# Gets no reminders any more.
ENDED = "a.reader.who.wants.no.reminders@watercolour.example.com"
# Pages for invalid and expired links.
OVER = (f"{OWNER}/invitations/of-last-year", f"{OWNER}/new-password/of-last-year")
NOT_THERE = ("/nowhere", f"{BUYER}/nobody", "/o/last-years-evening", *OVER)
STRIPE = f"{OWNER}/settings/payment-systems/stripe"
# What programs read, files, parts of pages, the page of components, and the sign-in page, which has its own test.
NO_PAGES = (
    *(
        "/healthz",
        "/readyz",
        "/metrics",
        "/api/v1/openapi.json",
        "/robots.txt",
        "/sitemap.xml",
        "/shop.css",
    ),
    *(
        f"{OWNER}/{name}.{kind}"
        for name in ("orders", "customers", "subscriptions", "settings/audit")
        for kind in ("csv", "xlsx")
    ),
    *(f"{OWNER}/money/{name}.{kind}" for name in ("months", "transactions") for kind in ("csv", "xlsx")),
    *(f"{OWNER}/documents/archive.zip", f"{OWNER}/offers/import/template.csv"),
    *(f"{OWNER}/offers/payment-systems", f"{STRIPE}/new/closed", f"{STRIPE}/disconnecting"),
    *(f"{OWNER}/patterns", f"{OWNER}/login"),
)


@dataclass(frozen=True)
class CreatedRows:
    """The created rows: `subscriptions` by their state, `orders` by their status."""

    offers: dict[str, Offer]
    orders: dict[str, Order]
    subscriptions: dict[str, Subscription]


def fill_shop(merchant: Merchant, simulator: Simulator) -> CreatedRows:
    """Create orders and subscriptions in all states. Call it inside the shop, with a connected merchant."""
    offers = {
        "once": make_offer(merchant, "1999.90", title=LONG, max_quantity=4),
        "recurring": make_offer(merchant, "24.90", title="A box of colours", **RECURRING),
        "trial": make_offer(
            merchant, "9", title="Watercolour club", trial_days=14, cancellation="now", tax=VAT, **RECURRING
        ),
        "plans": make_offer(
            merchant, "90", title="Letters", option_label="Each day", options=PLANS, plan_switching=True, **RECURRING
        ),
        "plan": make_offer(merchant, "80", title="Oil painting from scratch", kind="plan", instalments=3),
        "sold out": make_offer(merchant, title="Sold out evening", stock=1, waiting_list=True),
        "returnable": make_offer(
            merchant, title="A painted tray", withdrawal_days=14, allowed_sites="https://www.example.com", tax=ON_TOP
        ),
        "dated": make_offer(
            merchant, title="An evening in June", withdrawal_days=0, no_withdrawal_reason="Evenings have fixed dates."
        ),
        "posted": make_offer(
            merchant,
            title="A box of brushes",
            asks_shipping=True,
            shipping=tuple(ShippingPriceFields("", country, "12.50") for country in ("UA", "DE", "*")),
            redirect_url="https://www.example.com/thanks",
        ),
        "draft": make_offer(merchant, title="Next year’s evening", status="draft"),
        "archived": make_offer(merchant, title="Last year’s evening", status="archived"),
    }
    offers |= ways_to_sell.make_offers(merchant)
    make_subscription(api_of(simulator))
    add_deliverables(offers["once"])
    for name in ("once", "recurring"):
        deliver(offers[name], stored(b"%PDF-1.7 of a book", f"{LONG}.pdf"))
    buy(offers["sold out"], simulator, somebody("Iryna"))
    if can_rehearse():
        begin_rehearsal("Rehearsal", SHOP_URL)
    ShopProfile(
        name="Watercolour and clay above the bakery",
        contact_email="hello.and.good.morning@watercolour.example.com",
        contact_phone="+380 44 123 45 67",
        legal_name="Olena and Taras, general partnership",
        business_address="Khreshchatyk 1, flat 12\nKyiv 01001",
        country="UA",
        tax_number="1234567890",
    ).save()
    LegalSettings.save({text: {"en": f"## {LONG}\n\n- one\n- two", "uk": LONG} for text in LegalText}, True)
    for title in (LONG, "Declined too often", "Canceled"):
        asked = payments.create_request(
            RequestFields(title, "450.50", "EUR", merchant, LONG, MARKO.email, now() + timedelta(days=14), "en")
        )
    payments.cancel_request(asked)
    PaymentRequest.update(state=RequestState.FAILED).where(PaymentRequest.title == "Declined too often").execute()
    PromoCode.create(code=ways_to_sell.CODE, percent=1_000)
    orders = dict(_orders(offers["once"], offers["posted"], simulator)) | dict(_withdrawals(offers, simulator))
    orders["with choices"] = ways_to_sell.sell(offers, again("choices"), simulator)
    endpoint = integrations.add_endpoint("https://example.com/webhooks/of-the-shop", list(EventType))
    orders["invoiced"] = buy(offers["once"], simulator, again("invoice"))
    integrations.prepare_events()
    WebhookDelivery.update(
        state=DeliveryState.FAILED, status=500, problem="refused", answer=LONG, attempts=12
    ).execute()
    integrations.disable_endpoint(endpoint, "failing")
    channel = TelegramChannel(chat_id="-1001234567890", kinds=["sale"], off_reason="blocked", failing_since=now())
    channel.token = "123456789:AA-a-token-of-a-bot-that-nobody-has"
    channel.save()
    _add_tokens()
    _add_team()
    emails.unsubscribe(ENDED, EmailTopic.REMINDERS)
    cast = CreatedRows(offers, orders, dict(_subscriptions(offers, simulator)))
    orders["paid outside"] = _paid_outside(offers["once"])
    orders["moved"] = _moved(merchant, simulator)
    _add_documents(orders["invoiced"], simulator)
    simulator.pay_out(str(merchant.stripe_account_id))
    until(lambda: _has_read_payout(merchant), "the payout to be read")
    return cast


def _moved(second: Merchant, simulator: Simulator) -> Order:
    """An order that was paid to the second account of its offer, because Stripe has restricted the first one."""
    first = connect_merchant(accounts.TARAS)
    offer = make_offer(first, title="An evening with two accounts", second_merchant=second)
    simulator.change_account(accounts.TARAS.id, charges_enabled=False)
    order = buy(offer, simulator, again("moved"))
    watch_outages()
    return order


def _has_read_payout(merchant: Merchant) -> bool:
    """Read it, unless the shop's own worker reads just now."""
    payments.read_balance(merchant)
    return Payout.select().exists()


def add_deliverables(offer: Offer) -> None:
    """A link, a text and license keys, of which few are left."""
    delivered = (
        (DeliverableKind.LINK, DeliverableFields(LONG, url="https://videos.example.com/watercolor/first-evening")),
        (DeliverableKind.TEXT, DeliverableFields("Before you come", text="Bring:\n\n- **two** brushes\n- paper")),
        (DeliverableKind.KEYS, DeliverableFields("Program", keys="\n".join(f"LONG-KEY-{at:016}" for at in range(15)))),
    )
    for kind, fields in delivered:
        delivery.add_deliverable(offer, kind, fields)


def somebody(name: str) -> CheckoutRequest:
    return replace(MARKO, email=f"{name.lower()}@example.com", name=name, visit=f"a-visit-of-{name}-0001")


def _add_tokens() -> None:
    """Tokens of programs: one in use, one that was never used, one that has expired, one that was revoked."""
    day, maker = timedelta(days=1), "the.owner.of.the.shop@watercolour.example.com"
    used, _token = ApiToken.issue(LONG, maker, now() + 30 * day)
    ApiToken.update(last_used_at=now()).where(ApiToken.id == used.id).execute()
    ApiToken.issue("Never used", maker, None)
    ApiToken.issue("Expired", maker, now() - day)
    revoked, _token = ApiToken.issue("Revoked", maker, None)
    ApiToken.update(revoked_at=now()).where(ApiToken.id == revoked.id).execute()


def _add_team() -> None:
    """A manager, an open invitation, and one whose link works no longer."""
    make_admin(MANAGER, Role.MANAGER)
    owner = Admin.get(Admin.email == OWNER_EMAIL)
    for email in ("somebody.who.is.invited@watercolour.example.com", "long.ago@example.com"):
        invitation = team.invite(email, Role.VIEWER, owner)
    TeamInvitation.update(sent_at=now() - timedelta(days=30)).where(TeamInvitation.id == invitation.id).execute()


def signed_out_pages() -> list[str]:
    """Pages of the admin for people who are not signed in."""
    emails.write_password_link(Admin.get(Admin.email == OWNER_EMAIL))
    letter = Email.select().where(Email.kind == EmailKind.PASSWORD_LINK).order_by(Email.id.desc()).get()
    invitation = TeamInvitation.select().order_by(TeamInvitation.id).get()
    return [
        *(f"{OWNER}/login", f"{OWNER}/new-password", *OVER),
        f"{OWNER}/new-password/{team_links.password_token_of(letter)}",
        f"{OWNER}/invitations/{team_links.make_invitation_token(invitation.key)}",
    ]


def _orders(offer: Offer, posted: Offer, simulator: Simulator) -> Iterator[tuple[str, Order]]:
    yield "paid", buy(offer, simulator, MARKO)
    declined = start_checkout(offer, somebody("Taras"))
    confirm(simulator, declined, DECLINED)
    yield "pending", refresh(declined.order)
    for name in ("to send", "sent"):
        company = {"country": "UA", "shipping_address": SHIPPING_ADDRESS}
        order = buy(posted, simulator, replace(again(name.replace(" ", "-")), company=company))
        # The customer has been led on to the owner's page once. The shop's own page links to it then.
        order.claim_redirect()
        yield name, order
    shipping.mark_sent(Order.select().order_by(Order.id.desc()).get(), "nova_poshta", "20450000000000", tell=True)
    for number, status in enumerate(SETTLED):
        order = buy(offer, simulator, replace(MARKO, visit=f"a-visit-of-marko-000{number + 2}"))
        Order.update(status=status).where(Order.id == order.id).execute()
        yield status, Order.get_by_id(order.id)
    _add_problems(order)


def _add_documents(order: Order, simulator: Simulator) -> None:
    """A credit note, a corrected invoice, numbers that wait for the owner, and an invoice from before a restore."""
    late = start_checkout(order.offer, again("late"))
    payments.request_refund(order, 500, "requested_by_customer", "refund-of-every-page")
    details = {"name": LONG, "company": LONG, "address": f"{LONG}\nKyiv", "country": "UA", "vat_id": "1234567890"}
    payments.correct_invoice(Document.by_number(str(Document.of_order(order)[0].number)), details)
    payments.hold_numbers()
    confirm(simulator, late)
    refresh(late.order)


def _paid_outside(offer: Offer) -> Order:
    """An order that somebody has paid by bank transfer."""
    order = start_checkout(offer, again("transfer")).order
    received = ReceivedPayment(OutsideMethod.BANK_TRANSFER, LONG, now().date(), OWNER_EMAIL)
    payments.mark_paid(order, received)
    return Order.get_by_id(order.id)


def _withdrawals(offers: dict[str, Offer], simulator: Simulator) -> Iterator[tuple[str, Order]]:
    yield "returnable", buy(offers["returnable"], simulator, again("tray"))
    yield "no right", buy(offers["dated"], simulator, again("evening"))
    withdrawn = buy(offers["returnable"], simulator, somebody("Oksana"))
    customers.withdraw(withdrawn, "It doesn’t fit on the table, and the colors differ from those on the picture.")
    yield "withdrawn", Order.get_by_id(withdrawn.id)


def _add_problems(order: Order) -> None:
    """An open dispute, an email that could not be sent, and payments without an order: the dashboard shows them."""
    Dispute.create(
        order=order,
        payment=Payment.get(Payment.order == order),
        dispute_id="du_of_every_page",
        amount=order.amount,
        currency=order.currency,
        status="needs_response",
        reason="product_not_received",
        evidence_due_at=now() + timedelta(days=10),
    )
    Email.create(
        kind="refund_made",
        about=f"refund-{order.id}",
        order=order,
        recipient=order.email,
        language="en",
        state="failed",
        problem="550 5.1.1 No such user here",
        done_at=now(),
    )
    for number, recurs in enumerate((False, True)):
        FoundPayment.create(
            merchant=order.merchant,
            stripe_id=f"{'sub' if recurs else 'pi'}_of_every_page",
            order_number=1234567 * number,
            amount=order.amount,
            currency=order.currency,
            email="a.customer.with.a.long.name@mail.example.com",
            title=LONG,
            livemode=False,
            recurs=recurs,
            created_at=now(),
        )


def _subscriptions(offers: dict[str, Offer], simulator: Simulator) -> Iterator[tuple[str, Subscription]]:
    box = offers["recurring"]
    yield "trial", subscribe(offers["trial"], simulator, buyer=again("trial"))
    yield "plan", subscribe(offers["plan"], simulator, buyer=again("plan"))
    yield "switchable", subscribe(offers["plans"], simulator, buyer=again("switchable"))
    active = subscribe(box, simulator, buyer=again("active"))
    for _period in range(4):
        renew(active, simulator)
    yield "active", active
    asked = subscribe(box, simulator, ASKS, again("asked"))
    renew(asked, simulator)
    yield "asked", asked
    yield "asked with Link", _paid_by_link(box, simulator)
    declined = subscribe(box, simulator, buyer=again("declined"))
    renew(declined, simulator, "declines")
    yield "declined", declined
    for name, at_once in (("ending", False), ("ended", True)):
        subscription = subscribe(box, simulator, buyer=again(name))
        cancel(subscription, immediately=at_once, by="owner")
        yield name, subscription


def _paid_by_link(offer: Offer, simulator: Simulator) -> Subscription:
    """A subscription whose renewal the bank asks about in Link. No other page has wallets."""
    _offer_wallets(simulator, "link")
    started = start_checkout(offer, again("link"))
    simulator.confirm(offer.merchant.publishable_key, started.client_secret or "", GOOD, "link")
    subscription = subscription_after_refresh(started.order)
    renew(subscription, simulator, "asks")
    _offer_wallets(simulator)
    return reload(subscription)


def _offer_wallets(simulator: Simulator, *names: str) -> None:
    simulator.change_account(accounts.OLENA.id, wallets=list(names))
    Merchant.update(wallets=" ".join(names)).where(Merchant.stripe_account_id == accounts.OLENA.id).execute()


def again(what: str) -> CheckoutRequest:
    """Marko with another visit key."""
    return replace(MARKO, visit=f"a-visit-for-{what}-0001")


def public_addresses(cast: CreatedRows) -> list[str]:
    """Public pages: offers, orders, and Marko's customer pages."""
    # A draft is a page for admins only.
    slugs = [offer.slug for name, offer in cast.offers.items() if name != "draft"]
    orders = {status: f"/orders/{order.token}" for status, order in cast.orders.items()}
    subscribed_by = {name: f"/orders/{one.order.token}" for name, one in cast.subscriptions.items()}
    keys = {name: emails.make_pay_key(cast.subscriptions[name].order) for name in STOPPED}
    return [
        *("/", NOT_THERE[0], *(f"/o/{slug}" for slug in slugs), *ways_to_sell.addresses(cast.offers)),
        *(*orders.values(), f"{orders['pending']}/pay"),
        *(f"{subscribed_by[name]}/thank-you" for name in ("trial", "plan", "asked")),
        *(f"{subscribed_by[name]}/pay?key={keys[name]}" for name in STOPPED),
        *(f"{subscribed_by['asked']}/pay?key=of-last-year&sent=1", f"{subscribed_by['active']}/pay"),
        *(f"{subscribed_by['ended']}/pay", *_own_pages(cast)),
        *(f"{orders['invoiced']}/documents/{one.number}" for one in Document.of_order(cast.orders["invoiced"])),
        *("/withdraw", "/cancel", *(f"/legal/{text}" for text in LegalText)),
        *(f"{orders[name]}/withdraw" for name in ("returnable", "no right", "withdrawn", "pending", "refunded")),
        *(f"/o/{cast.offers['returnable'].slug}/embed", f"{orders['returnable']}/framed"),
        *(f"/r/{asked.token}" for asked in PaymentRequest.select()),
        *_refused_links(cast.orders["paid"]),
        *(urlsplit(emails.unsubscribe_url(email, EmailTopic.REMINDERS, "en")).path for email in (MARKO.email, ENDED)),
    ]


def _refused_links(order: Order) -> list[str]:
    """Links to a file: one that has expired, and one of an order without access."""
    deliverable = Deliverable.get(Deliverable.kind == "file", Deliverable.offer == order.offer)
    order_of_refund = Order.get(Order.status == "refunded")
    late = delivery.make_link_token(order, deliverable, now() - timedelta(days=3))
    return [f"{REFUSED}{late}", f"{REFUSED}{delivery.make_link_token(order_of_refund, deliverable)}"]


def other_pages(rules: Iterable[Rule], known: Iterable[str]) -> list[str]:
    """Pages without parameters that `known` lacks, so that a new page is walked without being named here."""
    found = {rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.arguments}
    return sorted(found - {address.partition("?")[0] for address in known} - set(NO_PAGES))


def _own_pages(cast: CreatedRows) -> Iterator[str]:
    yield from (BUYER, NOT_THERE[1], f"{BUYER}/{emails.make_account_token('nobody@example.com')}")
    yield f"{BUYER}/email/{signed_links.make_email_change_token(MARKO.email, 'marko@new.example.com')}"
    change = EmailChange.create(token_hash=public_id(), old="former@example.com", new=MARKO.email)
    yield f"{BUYER}/undo/{signed_links.make_undo_token(change.id)}"
    home = f"{BUYER}/{emails.make_account_token(MARKO.email)}"
    yield f"{BUYER}/{emails.make_account_token(MARKO.email, mailed=False)}/email"
    yield f"{BUYER}/{emails.make_account_token(MARKO.email, mailed_at=now() - timedelta(days=31))}"
    yield from (home, f"{home}/email", f"{home}/receipts/{cast.orders['partially_refunded'].token}")
    held = {name: f"{home}/subscriptions/{one.public_id}" for name, one in cast.subscriptions.items()}
    yield from (held["plan"], held["asked"], held["ended"])
    yield from (f"{held['declined']}/card", f"{held['ending']}/continuation")
    yield from (f"{held['active']}/cancellation", f"{held['plan']}/cancellation", f"{held['switchable']}/switch")


def audited_change() -> AuditEntry:
    """An entry of the audit log with values of each kind."""
    return AuditEntry.write(
        actor="admin",
        who="maria@example.com",
        address="203.0.113.7",
        action="changed",
        kind="offer",
        object_id=Offer.get().id,
        label=LONG,
        changes=[
            ["", "amount", "24.90 EUR", "29.90 EUR"],
            ["", "listed", True, False],
            ["", "description", "Three evenings.\nBring a brush.", "Four evenings"],
            ["price_option:Monthly", "", None, True],
            ["price_option:Monthly", "label", None, "Monthly"],
            ["", "redirect_secret_encrypted", "•••", "•••"],
        ],
    )


def admin_addresses(cast: CreatedRows) -> list[str]:
    """Pages of the admin."""
    merchant = cast.offers["once"].merchant.public_id
    offers = [f"{OWNER}/offers/{cast.offers[name].id}" for name in ("once", "recurring", "plan", "choices")]
    states = ("paid", "pending", "disputed", "withdrawn", "with choices", "moved", "to send", "sent")
    orders = [f"{OWNER}/orders/{cast.orders[status].token}" for status in states]
    customer = f"{OWNER}/customers/{cast.subscriptions['active'].order.token}"
    endpoint = f"/webhooks/{WebhookEndpoint.get().public_id}"
    pages = ("/api", "/webhooks", "/webhooks/new", endpoint, f"{endpoint}/secret", f"{endpoint}/removal")
    pages += (
        f"/webhooks/deliveries/{WebhookDelivery.get().id}",
        "/audit",
        "/audit?q=nothing",
        "/audit/export",
        "/team",
        f"/team/{Admin.get(Admin.email == MANAGER).id}/removal",
        f"/audit/{audited_change().id}",
        "",
        "/shop",
        "/notifications",
        "/notifications/removal",
        "/email",
        "/email/domain",
        "/limits",
        "/legal",
        "/payment-systems",
    )
    settings = [f"{OWNER}/settings{page}" for page in pages]
    merchants = [f"{STRIPE}{room}" for room in ("", "/new", "?q=nobody", "?state=disconnected")]
    # One with a second account, the card of the first one while it is away, and the shop's emails about them.
    moved = cast.orders["moved"].offer
    told = Email.get(Email.kind == EmailKind.OWNER_SECOND_ACCOUNT)
    merchants += [f"{OWNER}/offers/{moved.id}", f"{STRIPE}/{moved.merchant.public_id}", f"{OWNER}/emails/{told.id}"]
    rooms = ("", "/edit", "/webhook", "/disconnection", "/offers-move")
    rooms += ("/subscriptions-import", "/subscriptions-import/progress")
    delivered = f"{offers[0]}/deliverables"
    rows = [row.id for row in Deliverable.of_offer(Offer.get_by_id(cast.offers["once"].id))]
    numbers = [document.number for document in Document.of_order(cast.orders["invoiced"])]
    letters = [letter.id for letter in Email.select().order_by(Email.id).limit(1)]
    return [
        *(
            f"{OWNER}/orders/abandoned",
            OWNER,
            f"{OWNER}/start",
            f"{OWNER}/rehearsal",
            f"{OWNER}/rehearsal/removal",
            f"{OWNER}/guide/stripe",
            f"{OWNER}/doctor",
        ),
        *(f"{OWNER}/account", f"{OWNER}/password", f"{OWNER}/password/confirmation"),
        f"{OWNER}/promo-codes/{PromoCode.get().id}",
        *(
            f"{OWNER}/offers?status=archived",
            f"{OWNER}/offers?q=nothing",
            f"{offers[0]}?published=1",
            f"/o/{cast.offers['draft'].slug}",
        ),
        *(f"{OWNER}/offers", f"{OWNER}/offers/new", f"{OWNER}/offers/import", *offers, f"{offers[1]}/price-change/new"),
        f"{offers[0]}/qr-code/print",
        *(f"{offers[0]}/funnel", f"{offers[0]}/funnel?month=2020-01", f"{OWNER}?by=month&month=2020-01"),
        *(f"{delivered}/new?kind={kind}" for kind in ("link", "text", "keys")),
        *(f"{delivered}/{row}" for row in rows),
        f"{delivered}/{rows[-1]}/removal",
        *(f"{offers[0]}/files/new", f"{offers[0]}/files/{Deliverable.get(Deliverable.kind == 'file').id}/replacement"),
        *(f"{OWNER}/payment-requests?created={PaymentRequest.get().token}", f"{OWNER}/payment-requests?q=nobody"),
        f"{OWNER}/payment-requests/{PaymentRequest.get().token}/cancel",
        *(
            f"{OWNER}/orders",
            *(f"{OWNER}/orders?{query}" for query in ("q=nobody", "status=pending", "q=nobody&status=paid")),
            f"{OWNER}/found-payments",
            f"{OWNER}/found-payments/{FoundPayment.get().id}/dismissal",
            *orders,
            *(f"{orders[1]}/mark-as-paid", f"{OWNER}/payment-requests/{PaymentRequest.get().token}/mark-as-paid"),
            f"{OWNER}/orders/{cast.orders['paid outside'].token}",
            f"{OWNER}/orders/{cast.orders['paid outside'].token}/mark-as-refunded",
            *(f"{OWNER}/{name}/export?q=a" for name in ("orders", "customers", "subscriptions")),
            f"{orders[0]}/refunds/new",
            *(f"{orders[-2]}/shipment", f"{orders[-1]}/shipment", f"{OWNER}/orders?status=to_send"),
            *(f"{OWNER}/orders/packing-list?status=to_send", f"{OWNER}/offers/{cast.offers['posted'].id}"),
            f"{OWNER}/offers/{cast.offers['posted'].id}/redirect",
            f"{OWNER}/offers/{cast.offers['posted'].id}/redirect/renewal",
        ),
        *(*_of_subscriptions(cast), f"{OWNER}/customers", customer, f"{customer}/link", f"{customer}/email"),
        *(
            f"{OWNER}/documents",
            f"{OWNER}/documents?q=nobody",
            f"{OWNER}/documents/numbers",
            f"{OWNER}/documents/undecided",
        ),
        *(f"{OWNER}/money", f"{OWNER}/money?year=2020", f"{OWNER}/money/payouts/{Payout.get().id}"),
        *(f"{OWNER}/documents/{number}" for number in (*numbers, f"{numbers[-1]}/correct")),
        f"{OWNER}/customers?status=paid&offer={cast.offers['once'].id}",
        f"{OWNER}/customers/erasure",
        *(f"{OWNER}/customers/{cast.orders[status].token}/erasure" for status in ("pending", "disputed")),
        *(f"{OWNER}/emails", *(f"{OWNER}/emails/{letter}" for letter in letters)),
        *(f"{OWNER}/emails/words", f"{OWNER}/emails/words/renewal_declined/uk"),
        *(f"{OWNER}/emails/words/receipt/en/original", f"{OWNER}/emails/words/receipt/en/preview"),
        *(*settings, *merchants, *(f"{STRIPE}/{merchant}{room}" for room in rooms)),
    ]


def _other_plan(cast: CreatedRows) -> PriceOption:
    return PriceOption.of_offer(cast.offers["plans"])[1]


def _of_subscriptions(cast: CreatedRows) -> Iterator[str]:
    room = f"{OWNER}/subscriptions"
    yield from (room, f"{room}?q=nobody", f"{room}/needs-authentication", f"{room}/needs-card")
    for name in ("plan", "asked", "ended"):
        yield f"{room}/{cast.subscriptions[name].public_id}"
    active = cast.subscriptions["active"]
    for question in ("cancellation/new", "pause/new", "price/new"):
        yield f"{room}/{active.public_id}/{question}"
    yield f"{room}/{cast.subscriptions['trial'].public_id}/trial/new"
    yield f"{room}/{cast.subscriptions['switchable'].public_id}/plan/new?plan={_other_plan(cast).id}"
    yield f"{room}/{cast.subscriptions['asked'].public_id}/pay-link"
    yield f"{OWNER}/invoices/{Invoice.all_of(active)[0].public_id}/refunds/new"
