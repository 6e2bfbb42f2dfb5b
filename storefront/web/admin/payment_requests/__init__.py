"""Pages of payment requests: the list, a new one, reminders, cancellation, QR codes."""

from flask import Blueprint

from storefront.web.admin.payment_requests import actions, requests

BLUEPRINTS: tuple[Blueprint, ...] = (requests.blueprint, actions.blueprint)

__all__ = ["BLUEPRINTS"]
