"""Metadata: up to 50 free key-value pairs on most objects (docs.stripe.com/api/metadata)."""

from stripe_simulator.errors import invalid

MAX_KEYS, MAX_KEY_LENGTH, MAX_VALUE_LENGTH = 50, 40, 500


def merge_metadata(old: dict[str, str], given: dict[str, str] | str | None) -> dict[str, str]:
    """Merge the given metadata into `old`; an empty value removes a key, an empty string removes all keys.

    Raises StripeError 400 when there are too many keys, or a key or value is too long.
    """
    if given is None:
        return old
    if isinstance(given, str):
        return {}
    for key, value in given.items():
        check_length("keys", key, MAX_KEY_LENGTH, key)
        check_length("values", value, MAX_VALUE_LENGTH, key)
    new = {key: value for key, value in {**old, **given}.items() if value != ""}
    if len(new) > MAX_KEYS:
        raise invalid(
            f"You can only have up to {MAX_KEYS} metadata keys; you tried to have {len(new)}.", param="metadata"
        )
    return new


def check_length(what: str, text: str, maximum: int, key: str) -> None:
    if len(text) > maximum:
        message = f"Metadata {what} can have up to {maximum} characters, but you passed in one with {len(text)}."
        raise invalid(message, param=f"metadata[{key}]")
