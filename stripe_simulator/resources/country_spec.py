"""`GET /v1/country_specs`: what an account of a country can charge."""

from stripe_simulator import accounts
from stripe_simulator.call import Call
from stripe_simulator.currencies import CHARGEABLE
from stripe_simulator.errors import invalid
from stripe_simulator.resources.listing import page
from stripe_simulator.store import Json

EURO = "AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK".split()
OTHERS = dict(
    pair.split(":")
    for pair in """AE:aed AU:aud BR:brl CA:cad CH:chf CZ:czk DK:dkk GB:gbp GI:gbp HK:hkd HU:huf IN:inr
    JP:jpy LI:chf MX:mxn MY:myr NO:nok NZ:nzd PL:pln RO:ron SE:sek SG:sgd TH:thb US:usd""".split()
)
COUNTRIES = dict(sorted({**dict.fromkeys(EURO, "eur"), **OTHERS}.items()))
NEEDED = ["business_profile.url", "business_type", "external_account", "tos_acceptance.date", "tos_acceptance.ip"]


def retrieve(call: Call) -> Json:
    country = call.ids["id"]
    if country not in COUNTRIES:
        words = f"Country '{country}' is unknown. Try using a 2-character country code that's supported by Stripe."
        raise invalid(words, param="country", code="country_unsupported")
    return spec(country)


def listed(call: Call) -> Json:
    return page(call, [spec(country) for country in COUNTRIES], "/v1/country_specs")


def spec(country: str) -> Json:
    currency = COUNTRIES[country]
    return {
        "id": country,
        "object": "country_spec",
        "default_currency": currency,
        "supported_bank_account_currencies": {currency: [country]},
        "supported_payment_currencies": chargeable_in(country),
        "supported_payment_methods": ["card", "stripe"],
        "supported_transfer_countries": list(COUNTRIES),
        "verification_fields": {
            "company": {"additional": [], "minimum": [*NEEDED, "company.name"]},
            "individual": {"additional": [], "minimum": [*NEEDED, "individual.first_name", "individual.last_name"]},
        },
    }


def chargeable_in(country: str) -> list[str]:
    """The currencies accounts of a country can charge, its own first."""
    own = COUNTRIES[country]
    refused = {code for one in accounts.ACCOUNTS if one.country == country for code in one.not_chargeable}
    return [own, *sorted(CHARGEABLE - refused - {own})]
