"""The people who run the shop: roles, passwords and second steps, and the logs of what they do."""

from storefront.team.audit import (
    Actor,
    acting_as,
    begin_auditing,
    delete_old_entries,
    erase_customer_entries,
    erase_entries,
    record,
    record_as_current,
    record_token,
    unaudited,
)
from storefront.team.audited_table import NOT_AUDITED
from storefront.team.browsers import browser_name
from storefront.team.invitations import accept, invite
from storefront.team.passkeys import (
    PasskeyRefused,
    add_passkey,
    obstacle,
    registration_options,
    sign_in_options,
    verify_passkey,
)
from storefront.team.password_strength import replace_password, set_password
from storefront.team.people import change_role, remove
from storefront.team.permissions import Permission, is_for_owners, may
from storefront.team.security_log import SecurityEvent, log_security_event
from storefront.team.two_step import (
    admins_with_two_step,
    begin_setup,
    confirm_setup,
    drop_unused_codes,
    is_secret_readable,
    reset_two_step,
    setup_address,
    turn_off_app,
    unreadable_admins,
    verify_code,
)

__all__ = [
    "NOT_AUDITED",
    "Actor",
    "PasskeyRefused",
    "Permission",
    "SecurityEvent",
    "accept",
    "acting_as",
    "add_passkey",
    "admins_with_two_step",
    "begin_auditing",
    "begin_setup",
    "browser_name",
    "change_role",
    "confirm_setup",
    "delete_old_entries",
    "drop_unused_codes",
    "erase_customer_entries",
    "erase_entries",
    "invite",
    "is_for_owners",
    "is_secret_readable",
    "log_security_event",
    "may",
    "obstacle",
    "record",
    "record_as_current",
    "record_token",
    "registration_options",
    "remove",
    "replace_password",
    "reset_two_step",
    "set_password",
    "setup_address",
    "sign_in_options",
    "turn_off_app",
    "unaudited",
    "unreadable_admins",
    "verify_code",
    "verify_passkey",
]
