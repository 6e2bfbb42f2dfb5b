"""What the owner lets an offer deliver: adding, changing, sorting and removing."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from peewee import fn

from storefront import offers
from storefront.db import db
from storefront.delivery.keys import AddedKeys, add_keys, read_keys
from storefront.errors import FieldErrors
from storefront.models import (
    MAX_URL,
    AccessEnd,
    Deliverable,
    DeliverableKind,
    LicenseKey,
    Offer,
    PriceOption,
    StoredFile,
    now,
)

MAX_DELIVERABLES = 50


@dataclass(frozen=True)
class DeliverableFields:
    """What was typed. `option_id` None: for all orders. `keys` is a pasted list. Each kind uses its own fields.

    `for_earlier`: those who have bought the offer before get it too.
    """

    title: str
    option_id: int | None = None
    url: str = ""
    text: str = ""
    keys: str = ""
    file: StoredFile | None = None
    for_earlier: bool = False


def add_deliverable(
    offer: Offer, kind: DeliverableKind, fields: DeliverableFields
) -> tuple[Deliverable, AddedKeys | None]:
    """Let the offer deliver one more thing. Return it, and for a list of license keys what was added.

    Raises FieldErrors: `title` too_many_deliverables (detail `most`), `url` link_invalid, `text` text_missing, `file`
    file_missing, `option` option_unknown, and those of `read_keys`.
    """
    keys, is_list = check_deliverable(offer, kind, fields), kind == DeliverableKind.KEYS
    with db.atomic():
        offer.lock()
        present = Deliverable.select().where(Deliverable.offer == offer, Deliverable.removed_at.is_null())
        if present.count() >= MAX_DELIVERABLES:
            raise FieldErrors({"title": ["too_many_deliverables"]}, most=MAX_DELIVERABLES)
        last = Deliverable.select(fn.MAX(Deliverable.position)).where(Deliverable.offer == offer).scalar()
        row: Deliverable = Deliverable.create(
            offer=offer,
            option_id=fields.option_id,
            kind=kind,
            title=fields.title,
            position=1 if last is None else last + 1,
            url=fields.url if kind == DeliverableKind.LINK else "",
            text=fields.text if kind == DeliverableKind.TEXT else "",
            file=fields.file,
            for_earlier=fields.for_earlier and not is_list,
            announced=is_list or not fields.for_earlier,
        )
        added = add_keys(row, keys) if keys else None
        offers.note_deliverables(offer)
    return row, added


def change_deliverable(deliverable: Deliverable, fields: DeliverableFields) -> AddedKeys | None:
    """Store what was typed; customers who have it see it at once. Typed keys are added to those that the list has.

    Raises FieldErrors as `add_deliverable` does; a list of keys need not get new ones.
    """
    kind = DeliverableKind(deliverable.kind)
    is_list = kind == DeliverableKind.KEYS
    keys = (
        [] if is_list and not fields.keys.strip() else check_deliverable(deliverable.offer, kind, fields, deliverable)
    )
    deliverable.title, deliverable.option_id = fields.title, fields.option_id
    if kind == DeliverableKind.LINK:
        deliverable.url = fields.url
    if kind == DeliverableKind.TEXT:
        deliverable.text = fields.text
    if not is_list:
        deliverable.for_earlier = fields.for_earlier
    with db.atomic():
        deliverable.save()
        added = add_keys(deliverable, keys) if keys else None
        offers.note_deliverables(deliverable.offer)
    return added


def replace_file(deliverable: Deliverable, file: StoredFile, for_earlier: bool) -> Deliverable:
    """Deliver another file in place of this one from now on. Return its row.

    With `for_earlier`, those who have bought the old one get the new one; the others keep the old one.
    """
    with db.atomic():
        deliverable.offer.lock()
        Deliverable.update(removed_at=now()).where(Deliverable.id == deliverable.id).execute()
        row: Deliverable = Deliverable.create(
            offer=deliverable.offer,
            option_id=deliverable.option_id,
            kind=DeliverableKind.FILE,
            title=deliverable.title,
            position=deliverable.position,
            file=file,
            replaces_id=deliverable.id,
            for_earlier=for_earlier,
            announced=not for_earlier,
        )
    return row


def move_deliverable(deliverable: Deliverable, down: bool) -> None:
    """Exchange it with the one below or above it."""
    with db.atomic():
        deliverable.offer.lock()
        rows = Deliverable.of_offer(deliverable.offer)
        ids = [row.id for row in rows]
        if deliverable.id not in ids:
            return
        at = ids.index(deliverable.id)
        to = at + (1 if down else -1)
        if 0 <= to < len(rows):
            rows[at], rows[to] = rows[to], rows[at]
        for position, row in enumerate(rows):
            if row.position != position:
                Deliverable.update(position=position).where(Deliverable.id == row.id).execute()


def remove_deliverable(deliverable: Deliverable) -> None:
    """New orders do not get it any more. Those who have it keep it."""
    with db.atomic():
        deliverable.offer.lock()
        Deliverable.update(removed_at=now()).where(Deliverable.id == deliverable.id).execute()
        offers.note_deliverables(deliverable.offer)


def remove_free_keys(deliverable: Deliverable) -> int:
    """Delete the keys that no order has or holds. Return how many."""
    with db.atomic():
        deliverable.offer.lock()
        free = (LicenseKey.deliverable == deliverable) & LicenseKey.order.is_null()
        return int(LicenseKey.delete().where(free).execute())


def set_access_end(offer: Offer, end: AccessEnd) -> None:
    """Set when customers of an ended subscription lose what the offer delivers."""
    Offer.update(access_ends=end).where(Offer.id == offer.id).execute()


def check_deliverable(
    offer: Offer, kind: DeliverableKind, fields: DeliverableFields, deliverable: Deliverable | None = None
) -> list[str]:
    """The typed keys, for a list of them. Raises FieldErrors."""
    errors: dict[str, list[str]] = {}
    if fields.option_id is not None and not _has_option(offer, fields.option_id):
        errors["option"] = ["option_unknown"]
    if kind == DeliverableKind.LINK and not is_link(fields.url):
        errors["url"] = ["link_invalid"]
    if kind == DeliverableKind.TEXT and not fields.text:
        errors["text"] = ["text_missing"]
    if kind == DeliverableKind.FILE and fields.file is None and deliverable is None:
        errors["file"] = ["file_missing"]
    if errors:
        raise FieldErrors(errors)
    return read_keys(fields.keys) if kind == DeliverableKind.KEYS else []


def is_link(url: str) -> bool:
    """Whether it is an address of the web: https or http, with a host."""
    if len(url) > MAX_URL or any(character.isspace() for character in url):
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("https", "http") and bool(parts.hostname)
    except ValueError:
        return False


def _has_option(offer: Offer, option_id: int) -> bool:
    return bool(PriceOption.select().where(PriceOption.offer == offer, PriceOption.id == option_id).exists())
