"""The price options of an offer: checking what was typed, and storing them with the offer."""

from collections.abc import Sequence
from dataclasses import dataclass

from storefront.models import MAX_OPTION_LABEL, TERM_FIELDS, BillingKind, CancellationTiming, Offer, PriceOption
from storefront.offers import billing_rules, deliverables
from storefront.offers.typed_prices import read_prices

MAX_OPTIONS = 10


@dataclass(frozen=True)
class OptionFields:
    """Values of one price option in the form of an offer. Prices are in major units as typed; `pay_what_you_want` and
    the fields after it are as in `OfferFields`.

    `field` is the name of the form's part, which error codes are about: `<field>-price`. `id` is None for a new option.
    """

    field: str
    label: str
    price: str
    id: int | None = None
    stock: int | None = None
    preselected: bool = False
    pay_what_you_want: bool = False
    minimum_price: str = ""
    suggested_price: str = ""
    kind: str = BillingKind.ONE_OFF
    every: int = 1
    interval: str = "month"
    trial_days: int = 0
    instalments: int = 0
    cancellation: str = CancellationTiming.PERIOD_END


def check_options(
    offer: Offer, typed: Sequence[OptionFields]
) -> tuple[list[PriceOption], dict[str, list[str]], dict[str, object]]:
    """The further options as rows that are not stored, with error codes by field, and values for the messages.

    Codes: label_missing, label_too_long, preselected_twice, those of `read_prices` and `billing_errors`.
    """
    options: list[PriceOption] = []
    errors: dict[str, list[str]] = {}
    details: dict[str, object] = {}
    for fields in typed:
        option = PriceOption(id=fields.id, label=fields.label, stock=fields.stock, preselected=fields.preselected)
        for name in TERM_FIELDS:
            setattr(option, name, getattr(fields, name))
        billing_rules.reset_unused_terms(option)
        found, values = billing_rules.billing_errors(option)
        if not fields.label or len(fields.label) > MAX_OPTION_LABEL:
            found["label"] = ["label_too_long" if fields.label else "label_missing"]
        if fields.preselected and any(other.preselected for other in options):
            found["preselected"] = ["preselected_twice"]
        prices, price_errors, price_values = read_prices(fields, offer.currency)
        for name, amount in prices.items():
            setattr(option, name, amount)
        found, values = found | price_errors, values | price_values
        errors |= {f"{fields.field}-{name}": codes for name, codes in found.items()}
        details |= values
        options.append(option)
    return options, errors, details


def note_options(offer: Offer, first_stock: int | None, further: Sequence[PriceOption]) -> None:
    """Set what the offer itself says of its options, before it is saved. Without further ones it has none."""
    stocks = (first_stock, *(option.stock for option in further)) if further else ()
    offer.option_count = len(stocks)
    offer.option_stock = min((stock for stock in stocks if stock is not None), default=None)


def store_options(offer: Offer, first_label: str, first_stock: int | None, further: Sequence[PriceOption]) -> None:
    """Store the options of a saved offer, in the same transaction: the first one, which is the offer itself, and the
    further ones. Those that are not among them are deleted; orders keep what they were promised.
    """
    stored = {option.id: option for option in PriceOption.select().where(PriceOption.offer == offer)}
    row = next((option for option in stored.values() if option.position == 0), None)
    first = PriceOption.only_one(offer)
    first.label, first.stock = first_label, first_stock
    if row is not None:
        first.id = row.id
    options = [first, *further] if further else []
    kept = []
    for position, option in enumerate(options):
        # An id that is not one of this offer was not typed into its form.
        row = stored.get(option.id) or PriceOption(offer=offer)
        for name in ("label", "amount", "minimum_amount", "stock", "preselected", *TERM_FIELDS):
            setattr(row, name, getattr(option, name))
        row.position = position
        row.save()
        kept.append(row.id)
    PriceOption.delete().where(PriceOption.offer == offer, PriceOption.id.not_in(kept)).execute()
    deliverables.remove_from_options(offer, kept)


def follow_offer(offer: Offer) -> None:
    """Give the first option the price and the terms of the saved offer, in the same transaction."""
    first = PriceOption.get_or_none(PriceOption.offer == offer, PriceOption.position == 0)
    if offer.option_count and first is not None:
        for name in ("amount", "minimum_amount", *TERM_FIELDS):
            setattr(first, name, getattr(offer, name))
        first.save()


def copy_options(offer: Offer, copy: Offer) -> None:
    """Give a copy of the offer copies of its options."""
    if not offer.option_count:
        return
    for option in PriceOption.of_offer(offer):
        values = {name: getattr(option, name) for name in PriceOption._meta.fields}
        del values["id"], values["created_at"]
        PriceOption.create(**{**values, "offer": copy})
