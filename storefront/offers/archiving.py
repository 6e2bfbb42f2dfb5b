"""Archiving offers, and taking that back."""

from storefront.db import db
from storefront.models import Offer, OfferStatus, now


def archive(offer_ids: list[int]) -> list[Offer]:
    """Stop selling these offers; their orders are kept. Return those that were not archived, as they were before."""
    with db.atomic():
        before = list(Offer.select().where(Offer.id.in_(offer_ids), Offer.status != OfferStatus.ARCHIVED))
        ids = [offer.id for offer in before]
        Offer.update(status=OfferStatus.ARCHIVED, updated_at=now()).where(Offer.id.in_(ids)).execute()
    return before


def restore(statuses: dict[int, OfferStatus]) -> list[Offer]:
    """Give archived offers these statuses, by their ids. Return the offers that were archived until now."""
    restored = []
    with db.atomic():
        for offer in Offer.select().where(Offer.id.in_(list(statuses)), Offer.status == OfferStatus.ARCHIVED):
            offer.status, offer.updated_at = statuses[offer.id], now()
            offer.save()
            restored.append(offer)
    return restored
