"""Checks a request's parameters against stripe-python's own TypedDicts and gives them their types.

Those TypedDicts are generated from Stripe's specification: an unknown name, a missing one or a value
of the wrong type is refused here the way Stripe refuses it.
"""

import types
from collections.abc import Callable
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

import typing_extensions
from stripe import _request_options

from stripe_simulator.errors import StripeError, invalid

# The client's own options stand in the same TypedDicts as the parameters, but are not sent.
OPTIONS = frozenset(_request_options.RequestOptions.__annotations__)
NAMES = {**vars(_request_options), "StripeContext": object}


@cache
def fields_of(params: type) -> dict[str, Any]:
    """Name → annotation of one TypedDict's parameters."""
    hints = typing_extensions.get_type_hints(params, localns=NAMES)
    return {name: hint for name, hint in hints.items() if name not in OPTIONS}


def check(params: dict[str, Any], typed_dict: type, prefix: str = "") -> dict[str, Any]:
    """The same parameters with typed values. `prefix` is the name of the hash they stand in.

    Raises StripeError 400: `parameter_unknown`, `parameter_missing`, or `Invalid integer: abc` and its like.
    """
    fields = fields_of(typed_dict)
    for name in params:
        if name not in fields:
            full = named(prefix, name)
            raise invalid(f"Received unknown parameter: {full}", param=full, code="parameter_unknown")
    required: frozenset[str] = getattr(typed_dict, "__required_keys__", frozenset())
    for name in sorted(required - OPTIONS):
        if name not in params:
            full = named(prefix, name)
            raise invalid(f"Missing required param: {full}.", param=full, code="parameter_missing")
    return {name: typed(value, fields[name], named(prefix, name)) for name, value in params.items()}


def named(prefix: str, name: str) -> str:
    return f"{prefix}[{name}]" if prefix else name


def typed(value: Any, hint: Any, name: str) -> Any:
    """One value as its annotation wants it."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return one_of(value, get_args(hint), name)
    if origin is Literal:
        return literal(value, get_args(hint), name)
    if origin is list:
        return list_of(value, get_args(hint)[0], name)
    if origin is dict or is_free_hash(hint):
        return hash_of(value, name)
    if typing_extensions.is_typeddict(hint):
        return typed_hash(value, hint, name)
    scalar: Callable[[Any, str], Any] = SCALARS.get(hint, as_string)
    return scalar(value, name)


def one_of(value: Any, hints: tuple[Any, ...], name: str) -> Any:
    """A union: the first member that takes the value; else the error of the member nearest in shape.

    `Literal["a", "b"] | str` is how stripe-python leaves room for values of later versions. This
    version has only those listed, so there the `str` doesn't count.
    """
    if has_closed_list(hints):
        hints = tuple(hint for hint in hints if hint is not str)
    errors: list[tuple[bool, StripeError]] = []
    for hint in hints:
        try:
            return typed(value, hint, name)
        except StripeError as error:
            errors.append((suits(value, hint), error))
    raise max(enumerate(errors), key=lambda item: (item[1][0], item[0]))[1][1]


def has_closed_list(hints: tuple[Any, ...]) -> bool:
    return any(get_origin(hint) is Literal and set(get_args(hint)) != {""} for hint in hints)


def suits(value: Any, hint: Any) -> bool:
    """Whether a value has the outer shape of an annotation, so that its error is the useful one."""
    if isinstance(value, dict):
        return typing_extensions.is_typeddict(hint) or get_origin(hint) is dict or is_free_hash(hint)
    if isinstance(value, list):
        return get_origin(hint) is list
    return not (get_origin(hint) is Literal and set(get_args(hint)) == {""}) and get_origin(hint) is not list


def literal(value: Any, allowed: tuple[Any, ...], name: str) -> Any:
    if isinstance(value, str) and value in allowed:
        return value
    words = ", ".join(str(one) for one in allowed[:-1])
    words = f"{words}, or {allowed[-1]}" if words else str(allowed[-1])
    raise invalid(f"Invalid {name}: must be one of {words}", param=name)


def list_of(value: Any, hint: Any, name: str) -> list[Any]:
    if value == "":
        return []
    if not isinstance(value, list):
        raise invalid("Invalid array", param=name)
    return [typed(one, hint, f"{name}[{index}]") for index, one in enumerate(value)]


def hash_of(value: Any, name: str) -> dict[str, str]:
    """Free key-value pairs (metadata). A key may be a number, which reads like a list."""
    if isinstance(value, list):
        value = {str(index): one for index, one in enumerate(value)}
    if not isinstance(value, dict):
        raise invalid("Invalid hash", param=name)
    return {key: as_string(one, f"{name}[{key}]") for key, one in value.items()}


def typed_hash(value: Any, hint: type, name: str) -> dict[str, Any]:
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
