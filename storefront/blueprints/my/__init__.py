"""A buyer's own pages: whoever has the signed link sees and changes what its email address has here, nothing else."""

from flask import Blueprint

from storefront.blueprints.my import (
    cancellations,
    cards,
    continuations,
    data,
    email_changes,
    languages,
    links,
    page,
    receipts,
    subscriptions,
)

BLUEPRINTS: tuple[Blueprint, ...] = tuple(
    room.blueprint
    for room in (
        links,
        page,
        subscriptions,
        receipts,
        cards,
        cancellations,
        continuations,
        languages,
        email_changes,
        data,
    )
)
