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

GRADES: Mapping[str, Any] = {"green": _l("Well"), "amber": _l("To do"), "red": _l("Broken")}

FINDINGS: Mapping[str, Any] = {
    # the whole shop
    "https": _l("The shop’s address is encrypted: %(address)s"),
    "http": _l(
        "The shop’s address %(address)s is not encrypted. That is fine for trying out; before real money is paid, "
        "serve it over https and set PUBLIC_URL."
    ),
    "stripe_elsewhere": _l(
        "%(variable)s is %(address)s, which is not Stripe’s own address. That is fine for trying out. Remove the "
        "variable before you take real payments."
    ),
    "disk_enough": _l("There is room on the disk: %(megabytes)s MB."),
    "disk_low": _l("The disk is nearly full: %(megabytes)s MB are left. Make room, or orders can’t be written down."),
    "uploads_usable": _l("Uploaded files can be written, read and deleted: %(place)s."),
    "uploads_unusable": _l(
        "Uploaded files can’t be stored in %(place)s, so images can’t be added or shown: %(words)s. Check UPLOADS_URL "
        "and the AWS_ variables, or the rights of the folder."
    ),
    "queue_reachable": _l("The queue answers."),
    "queue_unreachable": _l(
        "The queue can’t be reached. Look at REDIS_URL, or at the rights of the instance directory."
    ),
    "schema_current": _l("The database has this version’s tables."),
    "schema_behind": _l("The database is of an older version. Run: flask --app wsgi migrate (%(names)s)"),
    "database_unreachable": _l("The database can’t be reached: %(words)s"),
    "database_writable": _l("The database can be written."),
    "database_connections_few": _l(
        "PostgreSQL allows %(allowed)s connections, but the shop on this host may need %(needed)s. Raise "
        "max_connections, or lower WEB_CONCURRENCY: otherwise pages have to wait."
    ),
    "searches_slow": _l(
        "Searches read whole tables, because this PostgreSQL database lacks the extension pg_trgm. Ask its "
        "administrator to run CREATE EXTENSION pg_trgm in it, then run: flask --app wsgi rebuild-counters"
    ),
    "database_read_only": _l("The database can’t be written: %(words)s"),
    "proxies_untrusted": _l(
        "Requests come through a proxy that the shop doesn’t trust, so all buyers seem to have one address, and the "
        "limits of one address stop them all. Set TRUSTED_PROXIES to %(proxies)s (now %(trusted)s). Last seen: %(at)s."
    ),
    "proxies_missing": _l(
        "Requests come through fewer proxies than TRUSTED_PROXIES says, so the buyers’ addresses can’t be believed. "
        "Set it to %(proxies)s (now %(trusted)s). Last seen: %(at)s."
    ),
    "worker_alive": _l("The worker was seen at %(at)s."),
    "worker_silent": _l(
        "The worker was last seen at %(at)s. Start it (python -m storefront worker): without it no letters go out "
        "and nobody asks Stripe about open payments."
    ),
    "worker_never": _l(
        "No worker was ever seen. Start it (python -m storefront worker): without it no letters go out "
        "and nobody asks Stripe about open payments."
    ),
    "mail_configured": _l("A mail server is set up, and it takes the letters."),
    "mail_missing": _l("No mail server is set up: letters are kept under Emails. Set SMTP_URL and MAIL_FROM."),
    "mail_failing": _l("Emails that could not be sent: %(count)s. See the reasons under Emails."),
    "mail_misconfigured": _l("Emails can’t be sent: %(answer)s"),
    "mail_server_away": _l(
        "The mail server has been unavailable since %(at)s, and emails are waiting: %(answer)s. They "
        "will be sent when it is back."
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
        "Mail servers don’t accept the addresses of these admins, so the shop’s emails don’t reach them: %(names)s"
    ),
    "images_missing": _l(
        "Offers whose image files are missing (%(count)s): %(names)s. Copy the uploaded files from the host that has "
        "them to %(place)s, or upload the images again."
    ),
    "logo_missing": _l(
        "The logo’s file is missing. Copy it to %(place)s, or upload the logo again in Settings → Shop."
    ),
    "no_merchants": _l("No Stripe account is connected: nothing can be sold yet."),
    # one merchant
    "merchant_not_checked": _l(
        "The data of this account can’t be read (%(error)s). The other accounts were checked. See the log for details."
    ),
    "merchant_elsewhere": "%(addresses)s",
    "keys_readable": _l("Its keys can be read with the present ENCRYPTION_KEYS."),
    "keys_unreadable": _l(
        "Its keys can’t be read with the present ENCRYPTION_KEYS. Bring the old key back, or enter the secret "
        "key again."
    ),
    "keys_valid": _l("Stripe knows both keys, and they are of one account (%(mode)s, asked at %(at)s)."),
    "pair_unverified": _l(
        "Stripe did not say whether both keys are of one account. Compare them with those at Stripe."
    ),
    "check_failed": _l("The last check failed: %(problem)s"),
    "check_unanswered": _l("Stripe did not answer the last check: %(problem)s Check again."),
    "charges_enabled": _l("Stripe lets it take payments."),
    "charges_disabled": _l("Stripe does not let it take payments. Finish its registration at Stripe."),
    "charges_unknown": _l("Whether it may take payments isn’t known: its restricted key may not read the account."),
    "currencies_fit": _l("It can charge the currencies of its offers: %(currencies)s."),
    "currencies_refused": _l(
        "It can’t charge currencies of its published offers: %(currencies)s. Change those offers."
    ),
    "currencies_unknown": _l("Which currencies it can charge isn’t known; Stripe decides with each payment."),
    "endpoint_registered": _l("Its webhook is registered with the shop’s address."),
    "endpoint_by_hand": _l("Its webhook was made by hand."),
    "endpoint_missing": _l(
        "Its webhook is not registered %(words)s. Payments are found by asking Stripe, only later. "
        "Register it again on the webhook’s page, or make one by hand there."
    ),
    "endpoint_moved": _l("The shop’s address has changed; its webhook should be at %(address)s."),
    "endpoint_as_registered": _l("Stripe has its webhook with our address, events and API version."),
    "events_arrive": _l("The last event came at %(at)s and took %(seconds)s s."),
    "events_slow": _l("The last event came at %(at)s and took %(seconds)s s. Send a test on the webhook’s page."),
    "events_never": _l("No event has ever arrived. Send a test on the webhook’s page."),
    "events_waiting": _l("Events that could not be handled yet: %(count)s. The webhook’s page says why."),
    "clock_right": _l("This server’s clock agrees with Stripe’s (%(seconds)s s apart)."),
    "clock_wrong": _l(
        "This server’s clock is %(seconds)s s away from Stripe’s. Set it (NTP): beyond five minutes "
        "no event is believed."
    ),
    "clock_unknown": _l("Stripe did not tell the time."),
    "endpoint_lost": "%(merchant)s",
    "stripe_refuses": "%(refusal)s",
    "stripe_not_checked": _l("Stripe could not be asked: %(words)s"),
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
    if name == "answer":
        return mail_problem(str(value)).rstrip(".")
    if name == "problem":
        return merchant_check_problem(str(value))
    if name == "mode":
        return _("live mode") if value == "live" else _("test mode")
    if name == "words" and value:
        return webhook_registration_problem(str(value))
    return "—" if value is None else str(value)
