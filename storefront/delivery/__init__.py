"""Delivery: what customers are given for what they paid, and until when they may have it."""

from storefront.delivery.access import NoAccess, access_obstacle
from storefront.delivery.delivered import NOTHING, Delivered, Item, delivered, delivered_by_order
from storefront.delivery.giving import give, lists_to_report
from storefront.delivery.keys import AddedKeys, add_keys, hold_keys, read_keys

__all__ = [
    "NOTHING",
    "AddedKeys",
    "Delivered",
    "Item",
    "NoAccess",
    "access_obstacle",
    "add_keys",
    "delivered",
    "delivered_by_order",
    "give",
    "hold_keys",
    "lists_to_report",
    "read_keys",
]
