"""Metadata: up to 50 free key-value pairs on most objects (docs.stripe.com/api/metadata)."""

from stripe_simulator.errors import invalid

MOST, LONGEST_KEY, LONGEST_VALUE = 50, 40, 500


def merged(old: dict[str, str], given: dict[str, str] | str | None) -> dict[str, str]:
    """`old` with what was given; an empty value removes a key, an empty string removes all of them.

    Raises StripeError 400 when there are too many, or a key or value is too long.
    """
    if given is None:
        return old
    if isinstance(given, str):
        return {}
    for key, value in given.items():
        check_length("keys", key, LONGEST_KEY, key)
        check_length("values", value, LONGEST_VALUE, key)
    new = {key: value for key, value in {**old, **given}.items() if value != ""}
    if len(new) > MOST:
        raise invalid(f"You can only have up to {MOST} metadata keys; you tried to have {len(new)}.", param="metadata")
    return new


def check_length(what: str, text: str, longest: int, key: str) -> None:
    if len(text) > longest:
        words = f"Metadata {what} can have up to {longest} characters, but you passed in one with {len(text)}."
        raise invalid(words, param=f"metadata[{key}]")
