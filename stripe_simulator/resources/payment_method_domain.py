"""Payment method domains: where a shop's pages may show the buttons of wallets."""

import re

from stripe_simulator import account_settings
from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.ids import new_id
from stripe_simulator.resources.pagination import paginate_stored
from stripe_simulator.store import Json

KIND = "payment_method_domain"
METHODS = ("amazon_pay", "apple_pay", "google_pay", "klarna", "link", "paypal")
HOST = re.compile(r"[a-z0-9.-]{1,253}")


def create(call: Call) -> Json:
    """Register a domain; one that is registered already is returned. Raises StripeError 400 for what is no domain."""
    name = call.params["domain_name"]
    if not HOST.fullmatch(name):
        raise invalid(f"The domain name {name} is not valid.", param="domain_name")
    found = next((one for one in call.store.all(call.realm, KIND) if one["domain_name"] == name), None)
    domain = found or {
        "id": new_id("pmd", call.realm.account.id),
        "object": KIND,
        "created": call.now,
        "domain_name": name,
        "livemode": call.realm.livemode,
    }
    return call.save(domain | {"enabled": call.params.get("enabled", True)} | statuses(call))


def statuses(call: Call) -> Json:
    """The field of each payment method: active for the wallets of the account's settings."""
    active = account_settings.read(call.store, call.realm.account)["wallets"]
    inactive = {"status": "inactive", "status_details": {"error_message": "The account doesn't have it."}}
    return {name: {"status": "active", "status_details": None} if name in active else inactive for name in METHODS}


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def update(call: Call) -> Json:
    domain = retrieve(call)
    return call.save(domain | {"enabled": call.params.get("enabled", domain["enabled"])})


def validate(call: Call) -> Json:
    """Check the payment methods of the domain again."""
    return call.save(retrieve(call) | statuses(call))


def list_all(call: Call) -> Json:
    """Filters: domain_name, enabled."""
    return paginate_stored(call, KIND, "/v1/payment_method_domains", "domain_name", "enabled")
