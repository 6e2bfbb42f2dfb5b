"""Where a merchant's calls to Stripe go, and where its pages load Stripe.js from. Nothing else decides this.

A live merchant uses Stripe's own addresses, or for rehearsals and tests those of this machine. Keys and cards of test
mode may go to any other server over https, such as a simulator.
"""

from storefront.config import DEFAULTS, Config
from storefront.models import Merchant
from storefront.runtime import current
from storefront.web_addresses import is_at_stripe, is_encrypted, is_on_this_machine


def api_address(key: str, own: str | None = None) -> str:
    """The Stripe API for this key. `own` is the address in the merchant's row, else the configured one counts."""
    return _allowed(_is_test_key(key), own, current().config.stripe_api_base, "STRIPE_API_BASE")


def js_address(merchant: Merchant) -> str:
    """Stripe.js for the merchant's pages."""
    return _allowed(not merchant.is_live, merchant.js_url, current().config.stripe_js_url, "STRIPE_JS_URL")


def api_address_of(merchant: Merchant) -> str:
    """The Stripe API for the merchant's calls and its pages."""
    return api_address(merchant.publishable_key, merchant.api_base)


def foreign_addresses(merchant: Merchant) -> list[str]:
    """Those of the merchant's two addresses that are not Stripe's own."""
    return [address for address in (api_address_of(merchant), js_address(merchant)) if not is_at_stripe(address)]


def foreign_variables(config: Config) -> dict[str, str]:
    """The variables that name another server than Stripe's own, with their values."""
    named = {"STRIPE_API_BASE": config.stripe_api_base, "STRIPE_JS_URL": config.stripe_js_url}
    return {name: address for name, address in named.items() if not is_at_stripe(address)}


def _is_test_key(key: str) -> bool:
    """Whether no money can be moved with the key. An unknown kind of key counts as live."""
    return key.startswith(("pk_test_", "sk_test_", "rk_test_"))


def _allowed(is_test: bool, own: str | None, configured: str, variable: str) -> str:
    wanted = own if own and is_test else configured
    if is_at_stripe(wanted) or is_on_this_machine(wanted) or (is_test and is_encrypted(wanted)):
        return wanted
    return DEFAULTS[variable]
