"""Delivery: what customers are given for what they paid, and until when they may have it."""

from storefront.delivery.access import NoAccess, access_obstacle
from storefront.delivery.delivered import NOTHING, Delivered, Item, delivered, delivered_by_order
from storefront.delivery.editing import (
    MAX_DELIVERABLES,
    DeliverableFields,
    add_deliverable,
    change_deliverable,
    move_deliverable,
    remove_deliverable,
    remove_free_keys,
    replace_file,
    set_access_end,
)
from storefront.delivery.giving import give, lists_to_report
from storefront.delivery.keys import AddedKeys, add_keys, hold_keys, read_keys

__all__ = [
    "MAX_DELIVERABLES",
    "NOTHING",
    "AddedKeys",
    "DeliverableFields",
    "Delivered",
    "Item",
    "NoAccess",
    "access_obstacle",
    "add_deliverable",
    "add_keys",
    "change_deliverable",
    "delivered",
    "delivered_by_order",
    "give",
    "hold_keys",
    "lists_to_report",
    "move_deliverable",
    "read_keys",
    "remove_deliverable",
    "remove_free_keys",
    "replace_file",
    "set_access_end",
]
