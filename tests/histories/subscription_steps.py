"""Steps that the rules for histories of subscriptions share."""

from storefront import db, emails
from storefront.models import Invoice, Subscription
from tests.histories.common_rules import CommonRules


class SubscriptionSteps(CommonRules):
    """Finds subscriptions, their pages and their links."""

    sells_plans = False

    def follow_email_link(self, subscription: Subscription) -> bool:
        """Open the email's link and press Pay; whether a payment can be confirmed there."""
        with db.connection():
            token, key = subscription.order.token, emails.make_pay_key(subscription.order)
        self.open_page(f"/orders/{token}/pay?key={key}")
        held = len(self.secrets)
        self.press(f"/orders/{token}/pay?key={key}", "Marko")
        return len(self.secrets) > held

    def own_page(self, which: int) -> str:
        subscription = self.subscription(which)
        if subscription is None:
            return ""
        # The link came with an earlier email.
        with self.shop.crash_injector.suspended(), db.connection():
            token = emails.make_account_token(subscription.order.email)
        return f"/my/{token}/subscriptions/{subscription.public_id}"

    def ensure_schedule(self, plan: Subscription) -> None:
        """Run the worker until a plan has its schedule: in reality that happens long before the second installment."""
        if plan.instalments and not plan.schedule_id:
            self.shop.clear_faults()
            self.shop.reconcile()

    def subscription(self, which: int) -> Subscription | None:
        """A subscription that exists at Stripe, by its index from the newest, or None."""
        with db.connection():
            found = list(
                Subscription.select().where(Subscription.subscription_id.is_null(False)).order_by(Subscription.id)
            )
        return found[-1 - which % len(found)] if found else None

    def report(self, wrong: list[str]) -> str:
        lines = [super().report(wrong)]
        with db.connection():
            for one in Subscription.select():
                ours = f"{one.status} {one.end_reason} until {one.period_end} unwanted={one.unwanted} of order"
                lines.append(f"subscription {one.id} {one.subscription_id} {ours} {one.order_id}")
                lines += [f"  {i.id} {i.invoice_id} {i.status} {i.reason} needs={i.needs}" for i in Invoice.all_of(one)]
                lines += [f"  {letter.id} {letter.kind} {letter.state} {letter.due_at}" for letter in one.emails]
        for id_, one in self.shop.stripe_objects().subscriptions.items():
            lines.append(f"{id_} {one['status']} {one['metadata'].get('order')}")
        return "\n".join(lines)
