"""A shop with something in every state, for tests that open all its pages."""

from storefront import delivery, emails, integrations, payments, subscriptions
from storefront.delivery import DeliverableFields
from storefront.models import (
    BalanceReading,
    DeliverableKind,
    EmailChange,
    EmailKind,
    EventType,
    FoundPayment,
    LegalSettings,
    LegalText,
    Offer,
    OutsideMethod,
    PromoCode,
    TelegramKind,
    now,
)
from storefront.payments import ReceivedPayment, RequestFields
from storefront.worker import tasks
from stripe_simulator import accounts
from tests.cards import DECLINED, GOOD
from tests.delivered_files import deliver, stored
from tests.factories import OWNER_EMAIL, connect_merchant, make_offer
from tests.money.buyer import Marko
from tests.money.in_process_shop import InProcessShop
from tests.telegram import CHAT, TOKEN


def fill_shop(shop: InProcessShop) -> None:
    """Create orders, one of them paid by bank transfer, refunds, emails, texts, a promo code, a payment request, a
    payment without an order, subscriptions, a payout, a second merchant, an endpoint of another program with a delivery
    that waits, and a Telegram that does not answer.
    """
    LegalSettings.save({text: {"en": "Our terms."} for text in LegalText}, False)
    emails.save_custom_text(EmailKind.RECEIPT, "en", "Thank you", "Hi {name},\n\nSee you on Tuesday!")
    Offer.update(withdrawal_days=14, allowed_sites="https://www.example.org").execute()
    marko = Marko(shop, Offer.get())
    marko.buy()
    shop.control("refunds", payment_intent=marko.intent, amount=500)
    Marko(shop, marko.offer, "visit-of-a-friend").buy()
    waiting = Marko(shop, marko.offer, "visit-of-another")
    waiting.start_checkout()
    waiting.confirm_card(DECLINED)
    waiting.open_order()
    transferred = Marko(shop, marko.offer, "visit-of-a-transfer1")
    transferred.start_checkout()
    received = ReceivedPayment(OutsideMethod.BANK_TRANSFER, "statement 7", now().date(), OWNER_EMAIL)
    payments.mark_paid(transferred.order, received)
    make_offer(connect_merchant(accounts.TARAS, "live"), currency="USD")
    PromoCode.create(code="FRIENDS", percent=1_000)
    payments.create_request(
        RequestFields("Mural", "45", "EUR", marko.order.merchant, "Lesia", "l@example.com", None, "en")
    )
    found = {"stripe_id": "pi_of_nobody", "amount": 500, "currency": "EUR", "livemode": False}
    FoundPayment.create(merchant=marko.order.merchant, created_at=now(), **found)
    subscribers(shop, marko)
    deliveries(shop, marko)
    shop.control("payouts", account="Olena")
    BalanceReading.update(due_at=now()).execute()
    shop.deliver_webhooks()
    shop.run_worker()
    shop.request("POST", f"{marko.page}/email", data={"email": "marko.the.second@example.com"})
    former, address = "former@example.com", marko.order.email
    change = EmailChange.create(token_hash="of a link that was pressed", old=former, new=address)
    emails.write(EmailKind.EMAIL_CHANGED, marko.order, "email-1", recipient=former, email=address, change=change.id)
    tasks.send_emails()
    # What it receives is not delivered: nothing answers there.
    integrations.add_endpoint("https://hooks.example.com/shop", list(EventType))
    integrations.save_telegram(TOKEN, CHAT, list(TelegramKind), [], "en")
    integrations.announce_paid_order(marko.order)
    assert not integrations.prepare_events().failures


def subscribers(shop: InProcessShop, marko: Marko) -> None:
    """Create subscriptions in many states: renewals, trial, planned end, payment plan, pause, price change."""
    merchant = marko.order.merchant
    monthly, plan = make_offer(merchant, kind="recurring"), make_offer(merchant, kind="plan", instalments=2)
    trial = make_offer(merchant, kind="recurring", trial_days=14)
    renewed, asked, declined, leaving = (Marko(shop, monthly, f"visit-of-subscriber-{number}") for number in range(4))
    for one in (renewed, asked, declined, leaving):
        one.subscribe()
    renewed.renew("succeeds")
    asked.renew("asks")
    declined.renew("declines")
    subscriptions.cancel(leaving.subscription, immediately=False, by="owner")
    subscriptions.pause(renewed.subscription, None)
    subscriptions.announce_price([renewed.subscription], 2999)
    Marko(shop, trial, "visit-for-a-trial-01").subscribe()
    Marko(shop, plan, "visit-for-a-plan-001").subscribe()


def deliveries(shop: InProcessShop, marko: Marko) -> None:
    """Sell license keys with a file, and something that is posted. Nobody buys the offer that leads to a website."""
    merchant = marko.order.merchant
    program = make_offer(merchant, title="A program")
    delivery.add_deliverable(program, DeliverableKind.KEYS, DeliverableFields("Program", keys="KEY-ONE\nKEY-TWO"))
    deliver(program, stored())
    Marko(shop, program, "visit-for-a-program").buy()
    parcel = Marko(shop, make_offer(merchant, asks_shipping=True), "visit-for-a-parcel-1")
    address = {"shipping_line1": "Torstraße 7", "shipping_city": "Berlin", "shipping_postal_code": "10119"}
    parcel.start_checkout(country="DE", **address)
    parcel.confirm_card(GOOD)
    parcel.open_order()
    make_offer(merchant, redirect_url="https://www.example.org/thanks")
