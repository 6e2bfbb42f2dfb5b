"""Pages of payment requests: the list, a new one, reminders, cancellation, QR codes."""

from flask import Blueprint

from storefront.web.admin.payment_requests import actions, outside_payments, requests

BLUEPRINTS: tuple[Blueprint, ...] = (requests.blueprint, actions.blueprint, outside_payments.blueprint)

__all__ = ["BLUEPRINTS"]
