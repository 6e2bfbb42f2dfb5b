"""Which permission each address of the admin needs. One that is not in the table is for Owners only.

A new endpoint gets its place here; a test names those that have none.
"""

from flask import Flask, make_response, render_template, request
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import team
from storefront.team import Permission
from storefront.web.admin.shared import wants_fragment

# Endpoints without "admin.", one by one: neither a method nor an address says what a person sees there.
TABLE: dict[Permission, str] = {
    Permission.ACCOUNT: """
        account.end_all account.end_one account.show modes.update passkeys.create passkeys.new passkeys.remove
        password_confirmations.create password_confirmations.new passwords.edit passwords.update sign_out.create
        two_step.ask_removal two_step.begin two_step.confirm two_step.edit two_step.renew_codes two_step.turn_off
    """,
    Permission.READ: """
        abandoned_checkouts.index custom_texts.edit custom_texts.index custom_texts.preview customers.index
        customers.show dashboard.show doctor.show documents.index documents.pdf documents.show email_settings.domain
        email_settings.show emails.index emails.show found_payments.index guide.stripe limit_settings.edit
        offer_funnels.show offer_payment_systems.index offer_sharing.qr_code offer_sharing.sheet offers.edit
        offers.index orders.index orders.show patterns.show payment_request_actions.qr_code payment_requests.index
        payouts.index payouts.show
        promo_codes.edit promo_codes.index rehearsals.show settings.index shop_settings.edit start.show
        subscription_queues.authentication subscription_queues.card subscriptions.actions subscriptions.index
        subscriptions.show
    """,
    Permission.SECRET_LINKS: "customer_account_links.show emails.show_html subscription_pay_links.show",
    Permission.EXPORT: """
        customer_data.show customer_exports.create customer_exports.new customer_exports.show document_archives.show
        offer_exports.create offer_exports.new offer_exports.show order_evidence.show
        order_exports.create order_exports.new order_exports.show packing_lists.create packing_lists.show
        payout_exports.months payout_exports.payout payout_exports.transactions
        subscription_exports.create subscription_exports.new subscription_exports.show
    """,
    Permission.CHANGE: """
        abandoned_checkouts.create address_erasures.create address_erasures.new custom_texts.ask_to_restore
        custom_texts.check custom_texts.preview_typed custom_texts.restore custom_texts.update customer_emails.create
        customer_emails.new customer_erasures.create customer_erasures.new customer_notes.create doctor.create
        doctor.send_test_email document_corrections.create document_corrections.new document_decisions.edit
        document_decisions.update document_numbers.edit document_numbers.update email_settings.send_test
        emails.retry_failed emails.send_again emails.send_chosen file_uploads.add file_uploads.begin file_uploads.show
        found_payments.confirm_dismissal found_payments.create_order found_payments.dismiss limit_settings.update
        offer_archivals.create offer_archivals.create_many offer_archivals.restore offer_deliverables.confirm_removal
        offer_deliverables.create offer_deliverables.edit offer_deliverables.move offer_deliverables.new
        offer_deliverables.remove offer_deliverables.remove_unused_keys offer_deliverables.set_access_end
        offer_deliverables.update offer_duplicates.create offer_files.create offer_files.new offer_files.new_version
        offer_files.replace_file offer_imports.create offer_imports.new offer_imports.save offer_imports.template
        offer_previews.create offer_previews.create_new offer_price_changes.create offer_price_changes.new
        offer_redirects.confirm_renewal offer_redirects.renew offer_redirects.show offers.create offers.new
        offers.update order_deliveries.create order_notes.create order_notes.delete order_refreshes.create
        order_refunds.closed order_refunds.create order_refunds.new order_withdrawals.create outside_payments.create
        outside_payments.new outside_refunds.create outside_refunds.new payment_request_actions.cancel
        payment_request_actions.confirm_cancel
        payment_request_actions.remind payment_request_actions.repeat payment_requests.create payment_requests.new
        promo_codes.create promo_codes.new promo_codes.switch promo_codes.update rehearsals.confirm_removal
        rehearsals.create rehearsals.dispute rehearsals.finish_waiting rehearsals.remove rehearsals.renew
        request_outside_payments.create request_outside_payments.new shipments.closed shipments.create_several
        shipments.edit shipments.undo shipments.update shop_settings.confirm_logo_removal shop_settings.remove_logo
        shop_settings.update start.note_sharing start.set_visibility subscription_cancellations.create
        subscription_cancellations.new subscription_pauses.create subscription_pauses.new subscription_plans.create
        subscription_plans.keep subscription_plans.new subscription_prices.create subscription_prices.new
        subscription_reactivations.create subscription_refreshes.create subscription_refunds.create
        subscription_refunds.new subscription_reminders.create subscription_resumptions.create
        subscription_trials.create subscription_trials.new
    """,
    Permission.MERCHANTS: """
        merchant_checks.create merchant_disconnections.create merchant_disconnections.new merchant_offer_moves.create
        merchant_offer_moves.new merchant_previous_keys.go_back merchant_previous_keys.remove
        merchant_webhooks.save_signing_secret merchant_webhooks.show
        merchant_webhooks.use_own_endpoint merchants.closed merchants.create merchants.disconnecting merchants.edit
        merchants.index merchants.new merchants.show merchants.update settings.payment_systems
        subscription_imports.create subscription_imports.create_all subscription_imports.progress
        subscription_imports.show subscription_imports.stop webhook_tests.create webhook_tests.show
    """,
    Permission.TEAM: """
        team.change_role team.confirm_removal team.index team.invite team.remove team.send_again team.withdraw
    """,
    Permission.API_TOKENS: "api_tokens.create api_tokens.index api_tokens.revoke",
    Permission.WEBHOOKS: """
        webhook_deliveries.resend webhook_deliveries.show webhook_endpoints.confirm_removal webhook_endpoints.create
        webhook_endpoints.index webhook_endpoints.new webhook_endpoints.remove webhook_endpoints.rotate_secret
        webhook_endpoints.show webhook_endpoints.show_secret webhook_endpoints.switch webhook_endpoints.update
    """,
    Permission.NOTIFICATIONS: """
        notifications.confirm_removal notifications.edit notifications.remove notifications.update
    """,
    Permission.AUDIT_LOG: "audit.index audit.show audit_exports.new audit_exports.show",
    Permission.LEGAL_TEXTS: "legal_settings.edit legal_settings.update",
}
PERMISSION_OF = {f"admin.{name}": permission for permission, names in TABLE.items() for name in names.split()}


def init_app(app: Flask) -> None:
    """Let templates ask what the person may do: `may('change')`, `may_open('admin.offers.new')`."""
    app.jinja_env.globals["may"] = may
    app.jinja_env.globals["may_open"] = lambda endpoint: may(permission_of(endpoint))


def permission_of(endpoint: str) -> Permission:
    """The permission that the endpoint needs."""
    return PERMISSION_OF.get(endpoint, Permission.OTHER)


def may(permission: str) -> bool:
    """Whether the person who is signed in has the permission."""
    return team.may(current_user.role, Permission(permission))


def require_permission() -> Response | None:
    """Before each page: refuse what the role of the person may not do. The role is that of the database now."""
    needed = permission_of(request.endpoint or "")
    if may(needed):
        return None
    template = "admin/session/_refused.html" if wants_fragment() else "admin/session/refused.html"
    response = make_response(render_template(template, needed=needed, owners=team.is_for_owners(needed)), 403)
    if wants_fragment():
        response.headers.update({"HX-Retarget": "#page-alert", "HX-Reswap": "innerHTML"})
    return response
