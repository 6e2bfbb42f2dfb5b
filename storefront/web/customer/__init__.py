"""A buyer's own pages: whoever has the signed link sees and changes what its email address has here, nothing else."""

from flask import Blueprint

from storefront.web.customer import account as page
from storefront.web.customer import cancellations, cards, email_changes, languages, receipts, subscriptions
from storefront.web.customer import data_export as data
from storefront.web.customer import login_links as links
from storefront.web.customer import reactivations as continuations

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
