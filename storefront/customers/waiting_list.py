"""The waiting list of a sold-out offer: who joins it, and who is written to when pieces come back."""

from datetime import timedelta

from storefront import emails, offers
from storefront.db import db
from storefront.isolation import Run
from storefront.models import (
    EmailKind,
    EmailRequest,
    EmailTopic,
    Offer,
    WaitingCustomer,
    now,
    subscriber_network,
)

# Not more at a time than pieces are there: those who are told first have a chance, and the others hear of it later.
MAX_BATCH, PAUSE = 50, timedelta(hours=1)


def join_waiting_list(offer: Offer, email: str, language: str, address: str) -> bool:
    """Put an address on the list of the offer. False, and nothing is stored, if a limit of requests is reached.

    `address` is the IP address of the request. Only as many emails can be asked for as for links to an account.
    """
    if not EmailRequest.record(email.lower(), subscriber_network(address)):
        return False
    with db.atomic():
        emails.subscribe_again(email, EmailTopic.WAITING_LIST)
        WaitingCustomer.add(offer, email, language)
    return True


def write_to_waiting() -> Run:
    """Write to those who wait for an offer that has pieces again: to some of them, and to more after a while."""
    run = Run()
    run.each(WaitingCustomer.offers, _write_of, name=lambda offer: f"waiting list of offer {offer.id}")
    return run


def _write_of(offer: Offer) -> None:
    told_at = WaitingCustomer.last_told_at(offer)
    if told_at is not None and timedelta() <= now() - told_at < PAUSE:
        return
    if offer.obstacle() is not None:
        return
    with db.atomic():
        free = offers.lock_free_pieces(offer)
        batch = MAX_BATCH if free is None else min(MAX_BATCH, free // offer.min_quantity)
        waiting = WaitingCustomer.next_of(offer, batch) if batch > 0 else []
        for customer in waiting:
            emails.write(
                EmailKind.BACK_IN_STOCK,
                None,
                about=f"waiting-{customer.id}-{int(customer.at.timestamp())}",
                recipient=customer.recipient,
                language=customer.language,
                title=offer.title,
                slug=offer.slug,
            )
        WaitingCustomer.mark_told(waiting)
