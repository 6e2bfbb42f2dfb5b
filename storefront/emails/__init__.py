"""Emails: queue, send, render and preview them, store the owner's texts, and make the signed links in them."""

from storefront.emails.account_links import AccountAccess, account_access, make_account_token
from storefront.emails.addresses import is_postable
from storefront.emails.custom_texts import custom_text, default_text, delete_custom_text, save_custom_text
from storefront.emails.delivery import current_outage, retry_failed, send_again, send_due
from storefront.emails.dns_records import check_domain, sender_domain
from storefront.emails.key_alert import mark_key_invalid, record_refused_key
from storefront.emails.kinds import KIND_GROUPS, KINDS
from storefront.emails.kinds.disputes import STAGES as DISPUTE_EMAILS
from storefront.emails.kinds.subscriptions import card_about
from storefront.emails.kinds.variables import moment, variables_of
from storefront.emails.layout import RenderedEmail
from storefront.emails.mail_server import is_configured, server_in_force, settings_problem
from storefront.emails.outbox import (
    change_recipient,
    drop,
    drop_sent_notice,
    drop_unpaid_order_reminder,
    requeue,
    write,
    write_trial_ending_notice,
    write_unpaid_order_reminder,
)
from storefront.emails.password_notice import write_password_notice
from storefront.emails.rendering import current_text, preview, render
from storefront.emails.retention import delete_old_outages, delete_old_texts
from storefront.emails.sign_in_notices import write_sign_in_notice, write_two_step_notice
from storefront.emails.signed_links import (
    PAY_KEY_LIFETIME,
    EmailChangeRequest,
    is_valid_pay_key,
    make_pay_key,
    read_email_change_token,
    read_undo_token,
)
from storefront.emails.team_links import (
    read_invitation_token,
    read_password_token,
    write_invitation,
    write_password_link,
)
from storefront.emails.trial_sending import send_preview, send_test
from storefront.emails.unsubscribing import read_unsubscribe_token, subscribe_again, unsubscribe, unsubscribe_url
from storefront.emails.urls import invitation_url, pay_url

__all__ = [
    "DISPUTE_EMAILS",
    "KINDS",
    "KIND_GROUPS",
    "PAY_KEY_LIFETIME",
    "AccountAccess",
    "EmailChangeRequest",
    "RenderedEmail",
    "account_access",
    "card_about",
    "change_recipient",
    "check_domain",
    "current_outage",
    "current_text",
    "custom_text",
    "default_text",
    "delete_custom_text",
    "delete_old_outages",
    "delete_old_texts",
    "drop",
    "drop_sent_notice",
    "drop_unpaid_order_reminder",
    "invitation_url",
    "is_configured",
    "is_postable",
    "is_valid_pay_key",
    "make_account_token",
    "make_pay_key",
    "mark_key_invalid",
    "moment",
    "pay_url",
    "preview",
    "read_email_change_token",
    "read_invitation_token",
    "read_password_token",
    "read_undo_token",
    "read_unsubscribe_token",
    "record_refused_key",
    "render",
    "requeue",
    "retry_failed",
    "save_custom_text",
    "send_again",
    "send_due",
    "send_preview",
    "send_test",
    "sender_domain",
    "server_in_force",
    "settings_problem",
    "subscribe_again",
    "unsubscribe",
    "unsubscribe_url",
    "variables_of",
    "write",
    "write_invitation",
    "write_password_link",
    "write_password_notice",
    "write_sign_in_notice",
    "write_trial_ending_notice",
    "write_two_step_notice",
    "write_unpaid_order_reminder",
]
