"""Switches of subscriptions to another price option of their offer."""

from enum import StrEnum

from peewee import BigIntegerField, BooleanField, CharField, ForeignKeyField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, now, public_id
from storefront.models.offers.price_option import MAX_OPTION_LABEL
from storefront.models.subscriptions.subscription import Subscription
from storefront.money import Money


class SwitchState(StrEnum):
    """The values are stored in rows and never change."""

    ASKED = "asked"  # written here, not confirmed by Stripe yet
    WAITING = "waiting"  # made at Stripe, and in effect as soon as the customer has paid for it
    SCHEDULED = "scheduled"  # in effect at the end of the period
    UNDOING = "undoing"  # to be taken back at Stripe
    DONE = "done"
    UNDONE = "undone"


# It is on its way: another one can't begin. A done one may still have a schedule that has to be released.
OPEN_SWITCH_STATES = (SwitchState.ASKED, SwitchState.WAITING, SwitchState.SCHEDULED, SwitchState.UNDOING)


class PlanSwitch(Record):
    """`state` is a SwitchState. Amounts in minor units of `currency`.

    `unit_amount`, `quantity`, `every` and `interval` are the new terms as Stripe is told them, before the discount that
    the subscription has; `charge` is each later charge after it. `due` is what the page has shown for today: what
    Stripe's preview at `prorated_at` said. A switch `at_once` is charged then; any other costs nothing before
    `effective_at`, the end of the period. `title` is the order's from then on.
    """

    public_id = CharField(unique=True, default=public_id)  # part of idempotency keys and of Stripe's metadata
    subscription = ForeignKeyField(Subscription, backref="switches", on_delete="CASCADE")
    subscription_id: int
    by = CharField(max_length=5)  # "buyer" or "owner"
    state = CharField(max_length=10, default=SwitchState.ASKED)
    at_once = BooleanField()
    option_id = IntegerField()
    label = CharField(max_length=MAX_OPTION_LABEL)
    label_before = CharField(max_length=MAX_OPTION_LABEL, default="")
    title = CharField(max_length=200)
    unit_amount = BigIntegerField()
    quantity = IntegerField()
    charge = BigIntegerField()
    currency = CharField(max_length=3)
    every = IntegerField()
    interval = CharField(max_length=5)
    due = BigIntegerField(default=0)
    prorated_at = UtcDateTimeField(null=True)
    effective_at = UtcDateTimeField(null=True)
    price_id = CharField(default="")
    schedule_id = CharField(default="")
    invoice_id = CharField(default="")
    end_reason = CharField(max_length=20, default="")  # who or what has undone it: buyer, owner, expired, …
    created_at = UtcDateTimeField(default=now)
    ended_at = UtcDateTimeField(null=True)

    class Meta:
        table_name = "plan_switch"

    # Only subscriptions without a fixed end switch.
    instalments = 0

    @property
    def total(self) -> Money:
        """Each later charge."""
        return Money(self.charge, self.currency)

    @property
    def due_now(self) -> Money:
        """What was shown for today."""
        return Money(self.due, self.currency)

    @property
    def is_open(self) -> bool:
        """Whether it is on its way."""
        return self.state in OPEN_SWITCH_STATES

    @property
    def can_be_undone(self) -> bool:
        """Whether it has not taken effect, and Stripe has it."""
        return self.state in (SwitchState.WAITING, SwitchState.SCHEDULED)

    @classmethod
    def current(cls, subscription: Subscription) -> "PlanSwitch | None":
        """The one that the subscription's row names. No query if it names none."""
        if subscription.switch_id is None:
            return None
        found: PlanSwitch | None = cls.get_or_none(cls.id == subscription.switch_id)
        if found is not None:
            found.subscription = subscription
        return found

    def advance(self, state: SwitchState, after: tuple[SwitchState, ...], **columns: object) -> bool:
        """Change the state if it is one of `after`, in one UPDATE: of concurrent calls one succeeds."""
        if state in (SwitchState.DONE, SwitchState.UNDONE):
            columns["ended_at"] = now()
        changed = PlanSwitch.update(state=state, **columns).where(
            PlanSwitch.id == self.id, PlanSwitch.state.in_(list(after))
        )
        done = bool(changed.execute())
        self.__data__.update(PlanSwitch.get_by_id(self.id).__data__)
        return done
