"""Signing in and out, invitations, forgotten passwords, and one's own account: password, second steps, sessions."""

from flask import Blueprint

from storefront.web.admin.session import (
    account,
    first_admin,
    invitations,
    new_passwords,
    passkeys,
    password_confirmations,
    passwords,
    second_step,
    sign_in,
    sign_out,
    two_step,
)
from storefront.web.admin.session.first_admin import first_admin_address

# Open to visitors who are not signed in.
PUBLIC_BLUEPRINTS: tuple[Blueprint, ...] = (
    sign_in.blueprint,
    second_step.blueprint,
    first_admin.blueprint,
    invitations.blueprint,
    new_passwords.blueprint,
)
BLUEPRINTS: tuple[Blueprint, ...] = (
    account.blueprint,
    two_step.blueprint,
    passkeys.blueprint,
    passwords.blueprint,
    password_confirmations.blueprint,
    sign_out.blueprint,
)

__all__ = ["BLUEPRINTS", "PUBLIC_BLUEPRINTS", "first_admin_address"]
