"""The merchants and offers whose orders are added. Those of an earlier run are used again."""

import json
from typing import Any, NamedTuple

from storefront import delivery, offers
from storefront.delivery import DeliverableFields
from storefront.models import Addon, Deliverable, DeliverableKind, Merchant, Offer, PriceOption, Question
from storefront.offers import AddonFields, OfferFields, OptionFields
from storefront.pricing.quoting import titled
from stripe_simulator import accounts

# (title, price in minor units of EUR, language)
_ONE_OFF = (
    ("Watercolour evening", 1999, "en"),
    ("Вечір акварелі", 2400, "uk"),
    ("Масляная живопись с нуля", 8000, "ru"),
    ("Paper-making workshop", 4500, "en"),
)
_RECURRING = (("A box of colours", 2490, "en"), ("Акварельний клуб", 900, "uk"))
# Every so many-th offer is a subscription.
_RECURRING_EVERY = 4
_SLUG = "grown-offer-"
# License keys that no order has.
_FREE_KEYS = 200
_FILE = b"Two round brushes, a flat one, and paper of 300 grams.\n"
_DESCRIPTION = """\
Two hours with *brushes* and tea, in a small group.

- **For whom:** whoever likes to paint and never gets round to it
- **What you need:** nothing, everything is there
"""


class SoldOffer(NamedTuple):
    """What an order copies from its offer. `amount` is in minor units of `currency`."""

    id: int
    merchant_id: int
    title: str
    amount: int
    currency: str
    options: tuple[PriceOption, ...]
    addon: Addon | None
    question: Question | None
    # The ids of what it delivers, as the list of a delivery: JSON.
    delivered: str
    is_posted: bool

    def option_of(self, order_id: int) -> PriceOption | None:
        """What the customer of this order has chosen; None where there is no choice."""
        return self.options[order_id % len(self.options)] if self.options else None

    def as_chosen(self, order_id: int) -> "SoldOffer":
        """The offer with title and amount of the option of this order."""
        option = self.option_of(order_id)
        return self._replace(title=titled(self.title, option.label), amount=option.amount) if option else self


class Catalog(NamedTuple):
    """The offers of the orders that are added, by their kind."""

    one_off: list[SoldOffer]
    recurring: list[SoldOffer]


def make_catalog(merchants: int, offers_count: int) -> Catalog:
    """Bring the shop to this many test merchants and sample offers, and return the offers.

    Connected merchants in test mode are used first. Sample offers of earlier runs are used again.
    """
    owners = _merchants(merchants)
    found = list(Offer.select().where(Offer.slug.startswith(_SLUG)).order_by(Offer.id))
    for number in range(len(found), offers_count):
        found.append(offers.save(Offer(), _fields(number, owners[number % len(owners)])))
        _deliver(number, found[-1])
    return Catalog([_sold(one) for one in found if not one.recurs], [_sold(one) for one in found if one.recurs])


def _sold(offer: Offer) -> SoldOffer:
    options = tuple(PriceOption.of_offer(offer)) if offer.option_count else ()
    values = offer.id, offer.merchant_id or 0, offer.title, offer.amount, offer.currency
    addon, question = next(iter(offer.offered_addons()), None), next(iter(offer.asked()), None)
    delivered = json.dumps([one.id for one in Deliverable.of_offer(offer)])
    return SoldOffer(*values, options, addon, question, delivered, offer.asks_shipping)


def _deliver(number: int, offer: Offer) -> None:
    """What customers of some one-off offers get: a link and a file, or a license key for each unit."""
    if number % 8 == 5:
        link = DeliverableFields("Recording of the evening", url="https://videos.example.com/evening")
        delivery.add_deliverable(offer, DeliverableKind.LINK, link)
        file = delivery.store_file("Brushes and paper.txt", len(_FILE), [_FILE])
        delivery.add_deliverable(offer, DeliverableKind.FILE, DeliverableFields("What you need", file=file))
    if number and number % 8 == 0:
        keys = "\n".join(f"FREE-{number}-{key}" for key in range(_FREE_KEYS))
        delivery.add_deliverable(offer, DeliverableKind.KEYS, DeliverableFields("Entrance code", keys=keys))


def _merchants(wanted: int) -> list[Merchant]:
    """Connected test merchants, at least `wanted`."""
    found = list(Merchant.select_connected().where(Merchant.mode == "test", Merchant.disconnecting_at.is_null()))
    for number in range(len(found), wanted):
        found.append(_new_merchant(number))
    return found


def _new_merchant(number: int) -> Merchant:
    """A test merchant that was not verified at Stripe. The first one has keys that the simulator knows."""
    key, secret, account = f"pk_test_grown{number:08}", f"sk_test_grown{number:08}", f"acct_grown{number:08}"
    grace = accounts.GRACE
    if not Merchant.select().where(Merchant.stripe_account_id == grace.id).exists():
        key, secret, account = accounts.publishable_key(grace), accounts.secret_key(grace), grace.id
    merchant = Merchant(
        name=f"Test merchant {number + 1}",
        mode="test",
        publishable_key=key,
        stripe_account_id=account,
        country="IE",
        default_currency="EUR",
        charges_enabled=True,
        # Otherwise the worker would try to register an endpoint at Stripe.
        webhook_by_hand=True,
        pair_verified=True,
    )
    merchant.secret_key = secret
    merchant.save()
    return merchant


def _fields(number: int, merchant: Merchant) -> OfferFields:
    recurs = number % _RECURRING_EVERY == _RECURRING_EVERY - 1
    kinds = _RECURRING if recurs else _ONE_OFF
    title, price, language = kinds[number // _RECURRING_EVERY % len(kinds) if recurs else number % len(kinds)]
    return OfferFields(
        # The first ones have the titles themselves: they are different ones.
        title=title if number < _RECURRING_EVERY else f"{title} {number + 1}",
        slug=f"{_SLUG}{number + 1}",
        description=_DESCRIPTION,
        thank_you="See you **soon**!",
        price=f"{price / 100:.2f}",
        currency="EUR",
        merchant=merchant,
        language=language,
        status="published",
        listed=True,
        max_quantity=1 if recurs else 4,
        kind="recurring" if recurs else "one_off",
        **_choices(number),
    )


def _choices(number: int) -> dict[str, Any]:
    """What customers of some offers choose or answer, and what is posted."""
    if number % 8 == 1:
        return {"option_label": "Evening", "options": (OptionFields("options-0", "Evening with materials", "31.00"),)}
    if number % 8 == 2:
        return {"addons": (AddonFields("addons-0", "Gift wrapping", "4.50"),)}
    if number % 8 == 4:
        return {"questions": (Question("What should we know?"),)}
    if number % 8 == 6:
        return {"asks_shipping": True}
    if number % 8 == 7:
        plan = OptionFields("options-0", "With brushes", "29.00", kind="recurring")
        return {"option_label": "Colours", "options": (plan,)}
    return {}
