"""Calls that Stripe permanently refuses. The owner is told once, and the worker retries them less and less often."""

from datetime import timedelta

from peewee import JOIN, CharField, ForeignKeyField, IntegerField, TextField

from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.merchants.availability import Unavailability
from storefront.models.merchants.merchant import Merchant
from storefront.models.prepared_query import PreparedQuery

FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)
EVERY_CALL = "*"
# As Stripe's page of a restricted key calls them.
RESOURCES = {
    "account": "Account",
    "charge": "Charges and Refunds",
    "customer": "Customers",
    "dispute": "Disputes",
    "event": "Events",
    "invoice": "Invoices",
    "payment_intent": "PaymentIntents",
    "payment_method": "PaymentMethods",
    "plan": "Prices",
    "product": "Products",
    "setup_intent": "SetupIntents",
    "subscription": "Subscriptions",
    "webhook": "Webhook Endpoints",
}


class StripeRefusal(Record):
    """One kind of call of one merchant, from its first refusal until the same call works.

    `call` is method and path with ids replaced, or EVERY_CALL if the account accepts no call. `kind`: key (401),
    permission (403), access (the key has no access to the account any more), charges (the account may not charge).
    `permission` is the name of the missing one, such as `rak_charge_write`. The worker does not repeat the call before
    `retry_at`.
    """

    merchant = ForeignKeyField(Merchant, backref="stripe_refusals", on_delete="CASCADE")
    merchant_id: int
    call = CharField(max_length=120)
    kind = CharField(max_length=20)
    permission = CharField(max_length=80, default="")
    code = CharField(max_length=80, default="")
    words = TextField(default="")
    count = IntegerField(default=0)
    first_at = UtcDateTimeField(default=now)
    last_at = UtcDateTimeField(default=now)
    retry_at = UtcDateTimeField(default=now)
    told_at = UtcDateTimeField(null=True)

    class Meta:
        indexes = ((("merchant", "call"), True),)

    @classmethod
    def record(cls, merchant_id: int, call: str, kind: str, permission: str, code: str, words: str) -> None:
        """Count one refusal, and plan when the worker may repeat the call."""
        which = (cls.merchant == merchant_id, cls.call == call)
        cls.insert(merchant=merchant_id, call=call, kind=kind).on_conflict_ignore().execute()
        row = cls.get_or_none(*which)
        wait = min(FIRST_WAIT * 2 ** min(row.count if row else 0, 20), LONGEST_WAIT)
        cls.update(
            kind=kind,
            permission=permission[:80],
            code=code[:80],
            words=words,
            count=cls.count + 1,
            last_at=now(),
            retry_at=now() + wait,
        ).where(*which).execute()

    @classmethod
    def of_call(cls, merchant_id: int, call: str) -> "list[StripeRefusal]":
        """The refusals that concern this call: its own, and that of every call."""
        return _OF_CALL.all(merchant_id, call)

    @classmethod
    def before_call(cls, merchant_id: int, call: str) -> "tuple[Merchant | None, list[StripeRefusal]]":
        """The merchant with `silent_since` alone, and `of_call`, in one query. None if the merchant is gone."""
        found = _BEFORE_CALL.all(call, merchant_id)
        refusals = [merchant.refusal for merchant in found if hasattr(merchant, "refusal")]
        return found[0] if found else None, refusals

    @classmethod
    def of_merchant(cls, merchant: Merchant) -> "list[StripeRefusal]":
        """What Stripe refuses this merchant now, oldest first."""
        return list(cls.select().where(cls.merchant == merchant).order_by(cls.id))

    @classmethod
    def refuses_key(cls, merchant: Merchant) -> bool:
        """Whether Stripe refuses the merchant's present key."""
        return cls.select().where(cls.merchant == merchant, cls.kind == "key").exists()

    @classmethod
    def retry_soon(cls, merchant: Merchant) -> None:
        """Let the worker repeat the refused calls now: the owner may have changed something at Stripe."""
        cls.update(retry_at=now()).where(cls.merchant == merchant).execute()

    @classmethod
    def of_connected(cls, merchants: list[Merchant] | None = None) -> "list[StripeRefusal]":
        """What Stripe refuses now, of the connected ones of these merchants, by default of all."""
        query = cls.select(cls, Merchant).join(Merchant).where(Merchant.disconnected_at.is_null())
        if merchants is not None:
            query = query.where(cls.merchant.in_([merchant.id for merchant in merchants]))
        return list(query.order_by(Merchant.name, cls.id))

    @classmethod
    def forget_key(cls, merchant: Merchant) -> None:
        """Keys were saved that Stripe accepts: forget the refusals of the old ones, repeat other refused calls now."""
        kinds = frozenset({Unavailability.KEY, Unavailability.ACCESS})
        cls.delete().where(cls.merchant == merchant, cls.kind.in_(sorted(kinds))).execute()
        Merchant.note_accepted(merchant.id, kinds)
        cls.retry_soon(merchant)

    @classmethod
    def forget_charges(cls, merchant: Merchant) -> None:
        """Stripe says that the account may charge again."""
        cls.delete().where(cls.merchant == merchant, cls.kind == Unavailability.CHARGES).execute()
        Merchant.note_accepted(merchant.id, frozenset({Unavailability.CHARGES}))

    @property
    def permission_name(self) -> str:
        """The missing permission as Stripe's page of the key calls it; "" if none is known."""
        resource, _, access = self.permission.removeprefix("rak_").rpartition("_")
        return f"{RESOURCES[resource]}: {access.capitalize()}" if resource in RESOURCES else self.permission

    @property
    def is_waiting(self) -> bool:
        """Whether the worker must not repeat the call yet. A time too far ahead comes from a clock that was wrong."""
        return bool(now() < self.retry_at <= now() + LONGEST_WAIT)


_BEFORE_CALL: PreparedQuery[Merchant] = PreparedQuery(
    lambda call, merchant: (
        Merchant.select(Merchant.id, Merchant.silent_since, StripeRefusal)
        .join(
            StripeRefusal,
            JOIN.LEFT_OUTER,
            on=(StripeRefusal.merchant == Merchant.id)
            & ((StripeRefusal.call == call) | (StripeRefusal.call == EVERY_CALL)),
            attr="refusal",
        )
        .where(Merchant.id == merchant)
    )
)
_OF_CALL: PreparedQuery[StripeRefusal] = PreparedQuery(
    lambda merchant, call: StripeRefusal.select().where(
        StripeRefusal.merchant == merchant, (StripeRefusal.call == call) | (StripeRefusal.call == EVERY_CALL)
    )
)
