"""Pages of orders: the list, one order, CSV export, refunds, evidence for disputes."""

from flask import Blueprint

from storefront.web.admin.orders import (
    abandoned,
    deliveries,
    evidence,
    exports,
    found_payments,
    notes,
    orders,
    outside_payments,
    outside_refunds,
    packing_lists,
    refreshes,
    refunds,
    shipments,
    withdrawals,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    abandoned.blueprint,
    orders.blueprint,
    exports.blueprint,
    refreshes.blueprint,
    refunds.blueprint,
    evidence.blueprint,
    found_payments.blueprint,
    withdrawals.blueprint,
    deliveries.blueprint,
    shipments.blueprint,
    packing_lists.blueprint,
    notes.blueprint,
    outside_payments.blueprint,
    outside_refunds.blueprint,
)

__all__ = ["BLUEPRINTS"]
