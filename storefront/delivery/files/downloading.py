"""Links with which customers download files: signed, for a limited time, and for a limited number of downloads."""

from datetime import datetime, timedelta
from enum import StrEnum

from itsdangerous import BadData, URLSafeSerializer

from storefront import settings
from storefront.db import db
from storefront.delivery.delivered import delivered
from storefront.errors import ShopError
from storefront.models import Deliverable, Download, Order, StoredFile, now, subscriber_network
from storefront.runtime import current


class LinkProblem(StrEnum):
    """Why a link does not give the file."""

    INVALID = "invalid"  # nobody signed it
    EXPIRED = "expired"
    NO_ACCESS = "no_access"  # refunded, ended, or replaced by a newer file
    USED_UP = "used_up"  # as many downloads have begun as the settings allow
    LOST = "lost"  # the bytes are gone


class LinkRefused(ShopError):
    """The link does not give the file, because of `problem`."""

    def __init__(self, problem: LinkProblem) -> None:
        super().__init__(problem)
        self.problem = problem


def make_link_token(order: Order, deliverable: Deliverable, made_at: datetime | None = None) -> str:
    """What a link holds. It opens this file of this order for the time in the settings after `made_at` (now)."""
    signed_at = int((made_at or now()).timestamp())
    return str(_serializer().dumps([order.id, deliverable.id, deliverable.file_id, signed_at]))


def file_of_link(token: str) -> tuple[Order, Deliverable, StoredFile]:
    """What a link opens now. Raises LinkRefused. Nothing is counted."""
    try:
        order_id, deliverable_id, file_id, signed_at = _serializer().loads(token)
    except (BadData, ValueError, TypeError) as error:
        raise LinkRefused(LinkProblem.INVALID) from error
    hours = settings.current().file_link_hours
    if hours and now().timestamp() - signed_at > hours * 3600:
        raise LinkRefused(LinkProblem.EXPIRED)
    order = Order.get_or_none(Order.id == order_id)
    item = delivered(order).file(deliverable_id) if order else None
    if order is None or item is None or item.deliverable.file_id != file_id:
        raise LinkRefused(LinkProblem.NO_ACCESS)
    file = item.deliverable.file
    if file is None or file.deleted_at is not None:
        raise LinkRefused(LinkProblem.LOST)
    return order, item.deliverable, file


def count_download(order: Order, deliverable: Deliverable, file: StoredFile, start: int, address: str) -> None:
    """Count a download that begins at byte `start`, for a client at this IP address. Raises LinkRefused.

    What continues a download that was counted is not counted again.
    """
    found = settings.current()
    window = timedelta(hours=found.file_link_hours) if found.file_link_hours else None
    with db.atomic():
        order.lock()
        begun = Download.number_of(order, file, window)
        if start and begun:
            return
        if found.file_downloads and begun >= found.file_downloads:
            raise LinkRefused(LinkProblem.USED_UP)
        Download.create(order=order, deliverable=deliverable, file=file, network=subscriber_network(address))


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current().config.signing_keys, salt="download")
