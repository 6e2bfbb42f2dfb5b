"""`GET /v1/country_specs`: the currencies that accounts of a country can charge."""

from stripe_simulator import accounts
from stripe_simulator.api.call import Call
from stripe_simulator.currencies import SUPPORTED_CURRENCIES
from stripe_simulator.errors import invalid
from stripe_simulator.resources.pagination import paginate
from stripe_simulator.store import Json

EURO = "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK".split()
OTHERS = dict(
    pair.split(":")
    for pair in """AE:aed AU:aud BR:brl CA:cad CH:chf CZ:czk DK:dkk GB:gbp GI:gbp HK:hkd HU:huf IN:inr
    JP:jpy LI:chf MX:mxn MY:myr NO:nok NZ:nzd PL:pln RO:ron SE:sek SG:sgd TH:thb US:usd""".split()
)
COUNTRIES = dict(sorted({**dict.fromkeys(EURO, "eur"), **OTHERS}.items()))
REQUIRED_FIELDS = [
    "business_profile.url",
    "business_type",
    "external_account",
    "tos_acceptance.date",
    "tos_acceptance.ip",
]


def retrieve(call: Call) -> Json:
    country = call.ids["id"]
    if country not in COUNTRIES:
        message = f"Country '{country}' is unknown. Try using a 2-character country code that's supported by Stripe."
        raise invalid(message, param="country", code="country_unsupported")
    return country_spec_object(country)


def list_all(call: Call) -> Json:
    return paginate(call, [country_spec_object(country) for country in COUNTRIES], "/v1/country_specs")


def country_spec_object(country: str) -> Json:
    currency = COUNTRIES[country]
    return {
        "id": country,
        "object": "country_spec",
        "default_currency": currency,
        "supported_bank_account_currencies": {currency: [country]},
        "supported_payment_currencies": supported_currencies(country),
        "supported_payment_methods": ["card", "stripe"],
        "supported_transfer_countries": list(COUNTRIES),
        "verification_fields": {
            "company": {"additional": [], "minimum": [*REQUIRED_FIELDS, "company.name"]},
            "individual": {
                "additional": [],
                "minimum": [*REQUIRED_FIELDS, "individual.first_name", "individual.last_name"],
            },
        },
    }


def supported_currencies(country: str) -> list[str]:
    """Return the currencies that accounts of a country can charge, the country's own first."""
    own = COUNTRIES[country]
    unsupported = {code for one in accounts.ACCOUNTS if one.country == country for code in one.unsupported_currencies}
    return [own, *sorted(SUPPORTED_CURRENCIES - unsupported - {own})]
