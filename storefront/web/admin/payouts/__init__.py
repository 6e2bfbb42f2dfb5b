"""Pages of the money at Stripe: sums by month and account, payouts, one payout, and their exports."""

from flask import Blueprint

from storefront.web.admin.payouts import exports, payouts

BLUEPRINTS: tuple[Blueprint, ...] = (payouts.blueprint, exports.blueprint)

__all__ = ["BLUEPRINTS"]
