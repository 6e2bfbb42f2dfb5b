"""The countries of the EU and the EEA, where online contracts with consumers can be withdrawn from."""

EEA_ONLY = frozenset({"IS", "LI", "NO"})
IN_EU_OR_EEA = (
    frozenset(
        {
            *("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT"),
            *("LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"),
        }
    )
    | EEA_ONLY
)


def is_in_eu(country: str) -> bool:
    """Whether a country (ISO 3166 alpha-2, upper case, "" for none) is a member state of the EU."""
    return country in IN_EU_OR_EEA - EEA_ONLY


def is_in_eu_or_eea(country: str) -> bool:
    """Whether a country (ISO 3166 alpha-2, upper case, "" for none) is in the EU or the EEA."""
    return country in IN_EU_OR_EEA
