"""The rows of a shop in every state."""

from dataclasses import dataclass
from datetime import timedelta

from storefront import delivery, emails, integrations, payments, team
from storefront.delivery import DeliverableFields
from storefront.merchants import begin_rehearsal, can_rehearse, watch_outages
from storefront.models import (
    Admin,
    ApiToken,
    DeliverableKind,
    DeliveryState,
    EmailTopic,
    EventType,
    LegalSettings,
    LegalText,
    Merchant,
    Offer,
    Order,
    PaymentRequest,
    Payout,
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
)
from storefront.offers import OptionFields, ShippingPriceFields, TaxFields, TaxRateFields
from storefront.payments import RequestFields
from stripe_simulator import accounts
from tests.browser import ways_to_sell
from tests.browser.every_page.orders import (
    LONG,
    add_documents,
    again,
    make_orders,
    make_withdrawals,
    paid_outside,
    somebody,
)
from tests.browser.every_page.subscriptions import make_subscriptions
from tests.cast import MARKO
from tests.delivered_files import deliver, stored
from tests.factories import OWNER_EMAIL, SHOP_URL, connect_merchant, make_admin, make_offer
from tests.processes import until
from tests.purchase_steps import buy
from tests.simulator_process import Simulator
from tests.stripe_subscriptions import api_of, make_subscription

MANAGER = "the.manager.of.the.shop@watercolour.example.com"
RECURRING = {"kind": "recurring"}
VAT = TaxFields("VAT", "20")
ON_TOP = TaxFields("VAT", "20", False, (TaxRateFields("tax_rates-0", "DE", "19"),))
PLANS = (OptionFields("options-0", "Each week, with a private evening", "290", kind="recurring", interval="year"),)
# Gets no reminders any more.
ENDED = "a.reader.who.wants.no.reminders@watercolour.example.com"


@dataclass(frozen=True)
class CreatedRows:
    """The created rows: `subscriptions` by their state, `orders` by their status."""

    offers: dict[str, Offer]
    orders: dict[str, Order]
    subscriptions: dict[str, Subscription]


def fill_shop(merchant: Merchant, simulator: Simulator) -> CreatedRows:
    """Create orders and subscriptions in all states. Call it inside the shop, with a connected merchant."""
    offers = _make_offers(merchant) | ways_to_sell.make_offers(merchant)
    make_subscription(api_of(simulator))
    add_deliverables(offers["once"])
    for name in ("once", "recurring"):
        deliver(offers[name], stored(b"%PDF-1.7 of a book", f"{LONG}.pdf"))
    buy(offers["sold out"], simulator, somebody("Iryna"))
    if can_rehearse():
        begin_rehearsal("Rehearsal", SHOP_URL)
    _write_profile()
    _make_requests(merchant)
    PromoCode.create(code=ways_to_sell.CODE, percent=1_000)
    orders = dict(make_orders(offers["once"], offers["posted"], simulator)) | dict(make_withdrawals(offers, simulator))
    orders["with choices"] = ways_to_sell.sell(offers, again("choices"), simulator)
    endpoint = integrations.add_endpoint("https://example.com/webhooks/of-the-shop", list(EventType))
    orders["invoiced"] = buy(offers["once"], simulator, again("invoice"))
    integrations.prepare_events()
    _let_messages_fail(endpoint)
    _add_tokens()
    _add_team()
    emails.unsubscribe(ENDED, EmailTopic.REMINDERS)
    cast = CreatedRows(offers, orders, dict(make_subscriptions(offers, simulator)))
    orders["paid outside"] = paid_outside(offers["once"])
    orders["moved"] = _moved(merchant, simulator)
    add_documents(orders["invoiced"], simulator)
    simulator.pay_out(str(merchant.stripe_account_id))
    until(lambda: _has_read_payout(merchant), "the payout to be read")
    return cast


def _make_offers(merchant: Merchant) -> dict[str, Offer]:
    return {
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


def _write_profile() -> None:
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


def _make_requests(merchant: Merchant) -> None:
    """Payment requests: an open one, one that can't be paid any more, and a canceled one."""
    for title in (LONG, "Declined too often", "Canceled"):
        asked = payments.create_request(
            RequestFields(title, "450.50", "EUR", merchant, LONG, MARKO.email, now() + timedelta(days=14), "en")
        )
    payments.cancel_request(asked)
    PaymentRequest.update(state=RequestState.FAILED).where(PaymentRequest.title == "Declined too often").execute()


def _let_messages_fail(endpoint: WebhookEndpoint) -> None:
    """The webhooks and the Telegram messages of the shop are refused."""
    WebhookDelivery.update(
        state=DeliveryState.FAILED, status=500, problem="refused", answer=LONG, attempts=12
    ).execute()
    integrations.disable_endpoint(endpoint, "failing")
    channel = TelegramChannel(chat_id="-1001234567890", kinds=["sale"], off_reason="blocked", failing_since=now())
    channel.token = "123456789:AA-a-token-of-a-bot-that-nobody-has"
    channel.save()


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
