"""`GET /v1/account`: the account a key belongs to."""

from stripe_simulator import statement_descriptors
from stripe_simulator.accounts import Account
from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.store import Json

MISSING_REQUIREMENTS = ["business_profile.url", "external_account", "tos_acceptance.date", "tos_acceptance.ip"]


def retrieve_current(call: Call) -> Json:
    return account_object(call.realm.account)


def retrieve(call: Call) -> Json:
    """Retrieve an account by id; only the key's own, because Connect is not simulated."""
    account = call.realm.account
    if call.ids["id"] != account.id:
        message = (
            f"The provided key does not have access to account '{call.ids['id']}' (or that account does not exist)."
        )
        raise invalid(message, code="account_invalid", status=403)
    return account_object(account)


def account_object(account: Account) -> Json:
    """Return the account as Stripe shows it to its owner."""
    active = account.charges_enabled
    return {
        "id": account.id,
        "object": "account",
        "business_profile": business_profile(account),
        "business_type": "individual" if active else None,
        "capabilities": dict.fromkeys(["card_payments", "transfers"], "active" if active else "inactive"),
        "charges_enabled": active,
        "controller": {"type": "account"},
        "country": account.country,
        "created": account.created,
        "default_currency": account.currency,
        "details_submitted": active,
        "email": account.email,
        "external_accounts": {
            "object": "list",
            "data": [],
            "has_more": False,
            "url": f"/v1/accounts/{account.id}/external_accounts",
        },
        "future_requirements": requirements([]),
        "metadata": {},
        "payouts_enabled": active,
        "requirements": requirements([] if active else MISSING_REQUIREMENTS),
        "settings": settings(account),
        "tos_acceptance": {"date": account.created if active else None, "ip": None, "user_agent": None},
        "type": "standard",
    }


def business_profile(account: Account) -> Json:
    return {
        "mcc": None,
        "name": account.name,
        "product_description": None,
        "support_address": None,
        "support_email": account.email,
        "support_phone": None,
        "support_url": None,
        "url": None,
    }


def requirements(due: list[str]) -> Json:
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": due,
        "disabled_reason": "requirements.past_due" if due else None,
        "errors": [],
        "eventually_due": due,
        "past_due": due,
        "pending_verification": [],
    }


def settings(account: Account) -> Json:
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_payments": {
            "decline_on": {"avs_failure": False, "cvc_failure": True},
            "statement_descriptor_prefix": statement_descriptors.prefix(account),
            "statement_descriptor_prefix_kana": None,
            "statement_descriptor_prefix_kanji": None,
        },
        "dashboard": {"display_name": account.name, "timezone": "Etc/UTC"},
        "payments": {
            "statement_descriptor": statement_descriptors.full_descriptor(account, None),
            "statement_descriptor_kana": None,
            "statement_descriptor_kanji": None,
        },
        "sepa_debit_payments": {},
    }
