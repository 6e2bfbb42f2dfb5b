"""Findings of the doctor as text, for the admin page and the command line."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import format_datetime
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from storefront.models import Merchant, StripeRefusal
from storefront.operations import Finding
from storefront.web.admin.labels.emails import mail_problem
from storefront.web.admin.labels.merchants import stripe_elsewhere
from storefront.web.admin.labels.stripe_errors import merchant_check_problem, webhook_registration_problem
from storefront.web.admin.labels.stripe_refusals import stripe_refusal
from storefront.web.admin.labels.webhooks import endpoint_problem
from storefront.web.support import file_size

GRADES: Mapping[str, Any] = {"green": _l("OK"), "amber": _l("Action needed"), "red": _l("Failed")}

FINDINGS: Mapping[str, Any] = {
    # the whole shop
    "https": _l("The shop’s address uses https: %(address)s"),
    "http": _l(
        "The shop’s address %(address)s doesn’t use https. That is fine for testing. Before you take real "
        "payments, set up https and PUBLIC_URL."
    ),
    "stripe_elsewhere": _l(
        "%(variable)s is %(address)s, which isn’t Stripe’s own address. That is fine for testing. Remove the "
        "variable before you take real payments."
    ),
    "webhook_networks": _l(
        "WEBHOOK_ALLOW_NETWORKS is %(networks)s, so outgoing webhooks may reach these private addresses. Remove the "
        "variable unless your own programs run there."
    ),
    "backups_unscheduled": _l(
        "No daily backups. Set BACKUP_URL to a folder on another disk or to an object store, or run flask --app wsgi "
        "backup regularly yourself."
    ),
    "backup_awaited": _l("Daily backups go to %(place)s. The first one is made within an hour."),
    "backup_made": _l("Last backup: %(at)s, in %(place)s"),
    "backup_failed": _l("The daily backup to %(place)s failed: %(words)s. The shop tries again every hour."),
    "backup_late": _l("The last backup in %(place)s was made at %(at)s. Check that the background worker runs."),
    "version": _l("Version %(version)s"),
    "version_newest": _l("Version %(version)s, the newest release"),
    "version_newer": _l(
        "Version %(newest)s is available. This is %(version)s. CHANGELOG.md says what is new, docs/upgrade.md how to "
        "upgrade."
    ),
    "releases_unreachable": _l(
        "The list of releases at RELEASES_URL can’t be read: %(words)s. The shop tries again every hour."
    ),
    "endpoints_disabled": _l("Webhook endpoints that were disabled because deliveries failed: %(names)s"),
    "telegram_unreadable": _l(
        "The token of the Telegram bot can’t be decrypted with the current ENCRYPTION_KEYS. Enter it again under "
        "Settings → Notifications."
    ),
    "telegram_off": _l(
        "Telegram refused the bot or the chat, so messages are turned off. Correct it under Settings → Notifications."
    ),
    "telegram_failing": _l("Messages to Telegram have failed since %(at)s. The shop tries again."),
    "endpoints_unreadable": _l(
        "The signing secrets of these webhook endpoints can’t be decrypted with the current ENCRYPTION_KEYS, so "
        "nothing is delivered there. Rotate the secrets under Settings → Webhooks: %(names)s"
    ),
    "disk_enough": _l("Disk space available: %(size)s"),
    "disk_low": _l("The disk is nearly full: %(size)s left. Free up space, or new orders can’t be saved."),
    "uploads_usable": _l("Uploaded files work: %(place)s"),
    "uploads_unusable": _l(
        "Uploaded files can’t be stored in %(place)s, so images can’t be added or shown: %(words)s. Check "
        "UPLOADS_URL and the AWS_ variables, or the folder’s permissions."
    ),
    "queue_reachable": _l("Queue running"),
    "queue_unreachable": _l("The queue can’t be reached. Check REDIS_URL, or the permissions of INSTANCE_DIR."),
    "schema_current": _l("Database schema up to date"),
    "schema_behind": _l("The database schema is out of date. Run: flask --app wsgi migrate (%(names)s)"),
    "database_unreachable": _l("The database can’t be reached: %(words)s"),
    "database_writable": _l("Database writable"),
    "database_connections_few": _l(
        "PostgreSQL allows %(allowed)s connections, but the shop on this host may need %(needed)s. Raise "
        "max_connections or lower WEB_CONCURRENCY; otherwise pages may be slow."
    ),
    "searches_slow": _l(
        "Searches read whole tables, because this PostgreSQL database lacks the extension pg_trgm. Ask its "
        "administrator to run CREATE EXTENSION pg_trgm in it, then run: flask --app wsgi rebuild-counters"
    ),
    "database_read_only": _l("The database can’t be written: %(words)s"),
    "proxies_untrusted": _l(
        "Requests come through a proxy that the shop doesn’t trust, so all customers seem to have the same "
        "IP address and share its limits. Set TRUSTED_PROXIES to %(proxies)s (now %(trusted)s). Last seen: "
        "%(at)s."
    ),
    "proxies_missing": _l(
        "Requests come through fewer proxies than TRUSTED_PROXIES says, so customers’ IP addresses can be "
        "forged. Set it to %(proxies)s (now %(trusted)s). Last seen: %(at)s."
    ),
    "worker_alive": _l("Background worker running, last seen %(at)s"),
    "worker_silent": _l(
        "The background worker was last seen at %(at)s. Start it (python -m storefront worker). Without it, "
        "emails aren’t sent and open payments aren’t checked."
    ),
    "worker_never": _l(
        "The background worker has never run. Start it (python -m storefront worker). Without it, emails "
        "aren’t sent and open payments aren’t checked."
    ),
    "mail_configured": _l("Email is set up and working"),
    "mail_missing": _l(
        "Email isn’t set up, so nothing is sent. You can read the emails under Emails. Set SMTP_URL and MAIL_FROM."
    ),
    "mail_failing": _l("Emails that couldn’t be sent: %(count)s. See Emails for the reasons."),
    "mail_misconfigured": _l("Emails can’t be sent: %(answer)s"),
    "mail_server_away": _l(
        "The mail server has been unavailable since %(at)s: %(answer)s. Waiting emails will be sent when it is back."
    ),
    "spf_ok": _l("%(name)s has an SPF record: %(found)s"),
    "spf_missing": _l(
        "%(name)s has no SPF record, so emails may be rejected or land in spam. Add a TXT record for %(name)s: "
        "%(record)s"
    ),
    "spf_several": _l(
        "%(name)s has more than one SPF record (%(found)s), so none counts. Replace them with one TXT record: "
        "%(record)s"
    ),
    "spf_provider_missing": _l(
        "The SPF record of %(name)s doesn’t allow your mail server: %(found)s. Change the TXT record to: %(record)s"
    ),
    "spf_unknown": _l("The SPF record of %(name)s couldn’t be looked up. Check the server’s DNS or DNS_SERVER."),
    "dmarc_ok": _l("The domain has a DMARC record: %(found)s"),
    "dmarc_missing": _l(
        "The domain has no DMARC record, so large mailbox providers may reject emails. Add a TXT record for "
        "%(name)s: %(record)s"
    ),
    "dmarc_several": _l(
        "There is more than one DMARC record (%(found)s), so none counts. Keep one TXT record for %(name)s: %(record)s"
    ),
    "dmarc_unknown": _l("The DMARC record %(name)s couldn’t be looked up. Check the server’s DNS or DNS_SERVER."),
    "admins_unreachable": _l(
        "Mail servers reject the addresses of these admins, so they get no email from the shop: %(names)s"
    ),
    "second_factor_unreadable": _l(
        "The codes of these admins’ authenticator apps can’t be checked with the current ENCRYPTION_KEYS: %(names)s. "
        "Restore the old encryption key. Otherwise they sign in with a recovery code and set the app up again, or "
        "you run “flask --app wsgi reset-two-step”."
    ),
    "files_missing": _l(
        "Files that offers deliver are missing (%(count)s): %(names)s. Copy them to %(place)s from the host or the "
        "backup that has them, or replace them in the offers."
    ),
    "images_missing": _l(
        "Offers with missing image files (%(count)s): %(names)s. Copy the files to %(place)s from the host "
        "that has them, or upload the images again."
    ),
    "logo_missing": _l(
        "The logo’s file is missing. Copy it to %(place)s, or upload the logo again in Settings → Shop."
    ),
    "no_merchants": _l("No Stripe account is connected, so nothing can be sold yet."),
    # one merchant
    "merchant_not_checked": _l(
        "This account’s data can’t be read (%(error)s). The other accounts were checked. See the log for details."
    ),
    "merchant_elsewhere": "%(addresses)s",
    "keys_readable": _l("Keys can be decrypted"),
    "keys_unreadable": _l(
        "The keys can’t be decrypted with the current ENCRYPTION_KEYS. Restore the old encryption key, or "
        "enter the secret key again."
    ),
    "keys_valid": _l("Keys verified: same Stripe account (%(mode)s, checked %(at)s)"),
    "pair_unverified": _l(
        "Couldn’t verify that both keys belong to the same account. Compare them with the keys in Stripe."
    ),
    "check_failed": _l("The last check failed: %(problem)s"),
    "check_unanswered": _l("Stripe didn’t answer the last check: %(problem)s Check again."),
    "charges_enabled": _l("Can accept payments"),
    "charges_disabled": _l("This account can’t accept payments. Finish setup in Stripe."),
    "charges_unknown": _l(
        "Can’t tell whether this account can accept payments: the restricted key doesn’t have permission to "
        "read the account."
    ),
    "currencies_fit": _l("Supports the currencies of its offers: %(currencies)s"),
    "currencies_refused": _l(
        "Doesn’t support these currencies of published offers: %(currencies)s. Change those offers."
    ),
    "currencies_unknown": _l("Supported currencies are unknown; Stripe decides with each payment."),
    "endpoint_registered": _l("Webhook registered"),
    "endpoint_by_hand": _l("Webhook added manually"),
    "endpoint_missing": _l(
        "Webhook not registered %(words)s. Payments are still found, but later. Register it again on the "
        "webhook page, or add it manually there."
    ),
    "endpoint_moved": _l("The shop’s address has changed; the webhook should be at %(address)s."),
    "endpoint_as_registered": _l("The webhook in Stripe has the right address, events and API version"),
    "wallets_ready": _l("Wallets on %(domain)s: %(wallets)s"),
    "wallets_none": _l("The Stripe account has no wallets turned on"),
    "wallets_unregistered": _l(
        "The shop’s domain couldn’t be registered for Apple Pay and Google Pay: %(words)s. Press Check connection to "
        "try again; cards work all the same."
    ),
    "events_arrive": _l("Last event received %(at)s, delivered in %(seconds)s s"),
    "events_slow": _l("Last event received %(at)s, delivered in %(seconds)s s. Send a test event on the webhook page."),
    "events_never": _l("No events received yet. Send a test event on the webhook page."),
    "events_waiting": _l("Events not handled yet: %(count)s. See the webhook page for the reasons."),
    "clock_right": _l("Clock in sync with Stripe (%(seconds)s s apart)"),
    "clock_wrong": _l(
        "This server’s clock is %(seconds)s s off from Stripe’s. Turn on time synchronization (NTP): if it "
        "differs by more than 5 minutes, events are rejected."
    ),
    "clock_unknown": _l("Stripe didn’t send its time"),
    "endpoint_lost": "%(merchant)s",
    "stripe_refuses": "%(refusal)s",
    "stripe_not_checked": _l("Couldn’t check with Stripe: %(words)s"),
}


def finding_text(finding: Finding) -> str:
    """What was found and, if something is to be done, what. The code itself if it has no text."""
    if finding.code not in FINDINGS:
        return finding.code
    values = {name: _value_text(name, value) for name, value in finding.detail.items()}
    if finding.code == "endpoint_missing" and values["words"]:
        values["words"] = f"({values['words'].rstrip('.')})"
    # An empty value leaves a double space, or a space before the full stop.
    return " ".join((str(FINDINGS[finding.code]) % values).replace(" .", ".").split())


def finding_grade(grade: str) -> str:
    """Name of a finding's grade."""
    return str(GRADES[grade])


def _value_text(name: str, value: object) -> str:
    if isinstance(value, StripeRefusal):
        return stripe_refusal(value)
    if isinstance(value, Merchant):
        return endpoint_problem(value)
    if isinstance(value, datetime):
        return f"{format_datetime(value, 'medium', rebase=False)} UTC"
    if name == "addresses" and isinstance(value, list):
        return stripe_elsewhere(value)
    if name == "size" and isinstance(value, int):
        return file_size(value)
    if name == "answer":
        return mail_problem(str(value)).rstrip(".")
    if name == "problem":
        return merchant_check_problem(str(value))
    if name == "mode":
        return _("live mode") if value == "live" else _("test mode")
    if name == "words" and value:
        return webhook_registration_problem(str(value))
    return "—" if value is None else str(value)
