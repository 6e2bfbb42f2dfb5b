"""Signing in and out, the first admin account, and passwords."""

from flask import Blueprint

from storefront.web.admin.session import first_admin, password_confirmations, passwords, sign_in, sign_out
from storefront.web.admin.session.first_admin import first_admin_address

# Open to visitors who are not signed in.
PUBLIC_BLUEPRINTS: tuple[Blueprint, ...] = (sign_in.blueprint, first_admin.blueprint)
BLUEPRINTS: tuple[Blueprint, ...] = (
    passwords.blueprint,
    password_confirmations.blueprint,
    sign_out.blueprint,
)

__all__ = ["BLUEPRINTS", "PUBLIC_BLUEPRINTS", "first_admin_address"]
