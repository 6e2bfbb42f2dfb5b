"""Validates parameters against the TypedDicts of stripe-python and converts them to their types.

The TypedDicts are generated from Stripe's specification. Unknown names, missing names and values of the wrong type are
refused with Stripe's errors.
"""

import types
from collections.abc import Callable
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

import typing_extensions
from stripe import _request_options

from stripe_simulator.errors import StripeError, invalid

# The client's own options are in the same TypedDicts as the parameters, but are not sent.
CLIENT_OPTIONS = frozenset(_request_options.RequestOptions.__annotations__)
TYPE_NAMES = {**vars(_request_options), "StripeContext": object}


@cache
def fields_of(params: type) -> dict[str, Any]:
    """Map the parameter names of a TypedDict to their annotations."""
    hints = typing_extensions.get_type_hints(params, localns=TYPE_NAMES)
    return {name: hint for name, hint in hints.items() if name not in CLIENT_OPTIONS}


def check(params: dict[str, Any], typed_dict: type, prefix: str = "") -> dict[str, Any]:
    """Return the parameters with typed values. `prefix` is the name of the hash that contains them.

    Raises StripeError 400: `parameter_unknown`, `parameter_missing`, or a message such as `Invalid integer: abc`.
    """
    fields = fields_of(typed_dict)
    for name in params:
        if name not in fields:
            full = full_name(prefix, name)
            raise invalid(f"Received unknown parameter: {full}", param=full, code="parameter_unknown")
    required: frozenset[str] = getattr(typed_dict, "__required_keys__", frozenset())
    for name in sorted(required - CLIENT_OPTIONS):
        if name not in params:
            full = full_name(prefix, name)
            raise invalid(f"Missing required param: {full}.", param=full, code="parameter_missing")
    return {name: convert(value, fields[name], full_name(prefix, name)) for name, value in params.items()}


def full_name(prefix: str, name: str) -> str:
    return f"{prefix}[{name}]" if prefix else name


def convert(value: Any, hint: Any, name: str) -> Any:
    """Convert one value to the type of its annotation."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return convert_union(value, get_args(hint), name)
    if origin is Literal:
        return check_literal(value, get_args(hint), name)
    if origin is list:
        return convert_list(value, get_args(hint)[0], name)
    if origin is dict or is_free_hash(hint):
        return convert_hash(value, name)
    if typing_extensions.is_typeddict(hint):
        return convert_typed_dict(value, hint, name)
    scalar: Callable[[Any, str], Any] = SCALARS.get(hint, as_string)
    return scalar(value, name)


def convert_union(value: Any, hints: tuple[Any, ...], name: str) -> Any:
    """Convert to the first union member that accepts the value, or raise the error of the member with the same shape.

    stripe-python writes `Literal["a", "b"] | str` to allow values of later versions. This version has only the listed
    values, so `str` is ignored there.
    """
    if has_closed_list(hints):
        hints = tuple(hint for hint in hints if hint is not str)
    errors: list[tuple[bool, StripeError]] = []
    for hint in hints:
        try:
            return convert(value, hint, name)
        except StripeError as error:
            errors.append((matches_shape(value, hint), error))
    raise max(enumerate(errors), key=lambda item: (item[1][0], item[0]))[1][1]


def has_closed_list(hints: tuple[Any, ...]) -> bool:
    return any(get_origin(hint) is Literal and set(get_args(hint)) != {""} for hint in hints)


def matches_shape(value: Any, hint: Any) -> bool:
    """Whether a value has the outer shape of an annotation; the error of that member is the useful one."""
    if isinstance(value, dict):
        return typing_extensions.is_typeddict(hint) or get_origin(hint) is dict or is_free_hash(hint)
    if isinstance(value, list):
        return get_origin(hint) is list
    return not (get_origin(hint) is Literal and set(get_args(hint)) == {""}) and get_origin(hint) is not list


def check_literal(value: Any, allowed: tuple[Any, ...], name: str) -> Any:
    if isinstance(value, str) and value in allowed:
        return value
    message = ", ".join(str(one) for one in allowed[:-1])
    message = f"{message}, or {allowed[-1]}" if message else str(allowed[-1])
    raise invalid(f"Invalid {name}: must be one of {message}", param=name)


def convert_list(value: Any, hint: Any, name: str) -> list[Any]:
    if value == "":
        return []
    if not isinstance(value, list):
        raise invalid("Invalid array", param=name)
    return [convert(one, hint, f"{name}[{index}]") for index, one in enumerate(value)]


def convert_hash(value: Any, name: str) -> dict[str, str]:
    """Return free key-value pairs (metadata). Keys may be numbers, which are decoded as a list."""
    if isinstance(value, list):
        value = {str(index): one for index, one in enumerate(value)}
    if not isinstance(value, dict):
        raise invalid("Invalid hash", param=name)
    return {key: as_string(one, f"{name}[{key}]") for key, one in value.items()}


def convert_typed_dict(value: Any, hint: type, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise invalid("Invalid object", param=name)
    return check(value, hint, name)


def is_free_hash(hint: Any) -> bool:
    return getattr(get_origin(hint) or hint, "__name__", "") == "UntypedStripeObject"


def as_string(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise invalid("Invalid string: must be a string", param=name)
    return value


def as_integer(value: Any, name: str) -> int:
    text = as_string(value, name)
    digits = text.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()):
        raise invalid(f"Invalid integer: {text}", param=name, code="parameter_invalid_integer")
    return int(text)


def as_number(value: Any, name: str) -> float:
    try:
        return float(as_string(value, name))
    except ValueError:
        raise invalid(f"Invalid decimal: {value}", param=name) from None


def as_boolean(value: Any, name: str) -> bool:
    text = as_string(value, name)
    if text not in ("true", "false"):
        raise invalid(f"Invalid boolean: {text}", param=name)
    return text == "true"


SCALARS: dict[Any, Callable[[Any, str], Any]] = {
    int: as_integer,
    float: as_number,
    bool: as_boolean,
    str: as_string,
}
