"""What is asked and known about one object while its waiting events are handled."""

from collections.abc import Callable
from typing import TypeVar

from storefront.models import Merchant, Payment, PreparedQuery, Record, Subscription, WebhookEvent

Row = TypeVar("Row", bound=Record)

_BY_INTENT: PreparedQuery[Payment] = PreparedQuery(
    lambda merchant, intent: (
        Payment.select(Payment, Merchant)
        .join(Merchant)
        .where(Payment.merchant == merchant, Payment.intent_id == intent)
    )
)


class Looks:
    """Asks Stripe each question once. All the events were stored before that, so one answer tells what they report.

    `failed` is whether a question could not be answered. It is not asked again: its error is raised for each event.
    """

    def __init__(self) -> None:
        self.failed = False
        self._asked: dict[tuple[Callable[..., object], type, int], Exception | None] = {}
        self._payments: dict[str, Payment] = {}
        self._subscriptions: dict[str, Subscription] = {}

    def once(self, ask: Callable[[Row], object], row: Row) -> None:
        """Call `ask` with the row, unless that was done before. Raises what `ask` raises, each time."""
        question = (ask, type(row), row.id)
        if question not in self._asked:
            try:
                ask(row)
            except Exception as error:
                self._asked[question], self.failed = error, True
                raise
            self._asked[question] = None
        problem = self._asked[question]
        if problem is not None:
            raise problem

    def payment(self, event: WebhookEvent) -> Payment | None:
        """The payment whose payment intent or setup intent the event is about, with its merchant."""
        intent = intent_id_of(event)
        if intent not in self._payments:
            found = _BY_INTENT.first(event.merchant_id, intent)
            if found is None:
                return None
            self._payments[intent] = found
        return self._payments[intent]

    def subscription(self, event: WebhookEvent) -> Subscription | None:
        """The subscription that the event, its invoice, its schedule or its setup intent is about."""
        if event.subscription not in self._subscriptions:
            found = Subscription.get_or_none(
                Subscription.merchant == event.merchant_id, Subscription.subscription_id == event.subscription
            )
            if found is None:
                return None
            self._subscriptions[event.subscription] = found
        return self._subscriptions[event.subscription]


def intent_id_of(event: WebhookEvent) -> str:
    """The id of the intent that the event is about; for other events the id of their object, which matches no row."""
    return event.intent_id or event.object_id
