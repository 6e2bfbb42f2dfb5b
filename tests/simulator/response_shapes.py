"""Checks every object from the simulator against the annotations of stripe-python's resource classes."""

import ast
import importlib
import inspect
import sys
import types
from decimal import Decimal
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, ClassVar, Literal, Union, get_args, get_origin

import stripe
import typing_extensions
from stripe._object_classes import get_object_class

# A publishable key sees only a part of an intent (typed by @stripe/stripe-js), without these fields.
HIDDEN_FROM_BROWSERS = {
    f"payment_intent.{name}: missing" for name in ("amount_capturable", "amount_received", "metadata")
}
ENVELOPE = {"object", "data", "has_more", "url"}
# CPython 3.11 keeps one depth counter for building syntax trees in all threads: two at a time raise SystemError.
PARSE_LOCK = Lock()


def shape_errors(body: Any, path: str = "") -> list[str]:
    """Return the errors of a response: unknown or missing fields, wrong types, values outside a Literal."""
    if not isinstance(body, dict):
        return [f"{path}: not an object"]
    if "error" in body and "object" not in body:
        return errors_of_error_object(body["error"], path)
    if body.get("object") == "list":
        return errors_of_list(body, Any, path)
    return errors_of_resource(body, path)


def errors_of_error_object(error: dict[str, Any], path: str) -> list[str]:
    faults = [f"{path}error: no {name}" for name in ("type", "message") if name not in error]
    for name in ("payment_intent", "setup_intent", "payment_method"):
        if name in error:
            faults += errors_of_resource(error[name], f"{path}error.{name}")
    return faults


def errors_of_resource(body: dict[str, Any], path: str) -> list[str]:
    """Check an object that has an `object` field."""
    if body.get("deleted") is True:
        extra = set(body) - {"id", "object", "deleted"}
        return [f"{path}: a deleted object with {sorted(extra)}"] if extra else []
    cls = get_object_class("V1", body["object"])
    faults = errors_of_fields(body, cls, path or body["object"])
    if body["object"] == "event":
        faults += errors_of_resource(body["data"]["object"], f"{body['type']}.data.object")
    return faults


def errors_of_fields(body: dict[str, Any], cls: type, path: str) -> list[str]:
    fields = fields_of(cls)
    faults = [f"{path}.{name}: no such field" for name in body if name not in fields]
    for name, hint in fields.items():
        if name in body:
            faults += errors_of_value(body[name], hint, f"{path}.{name}")
        elif type(None) not in get_args(hint):
            faults.append(f"{path}.{name}: missing")
    return faults


def errors_of_list(body: dict[str, Any], hint: Any, path: str) -> list[str]:
    faults = [] if set(body) == ENVELOPE else [f"{path}: a list with {sorted(body)}"]
    for index, one in enumerate(body["data"]):
        place = f"{path}.data[{index}]"
        faults += errors_of_resource(one, place) if hint is Any else errors_of_value(one, hint, place)
    return faults


def errors_of_value(value: Any, hint: Any, path: str) -> list[str]:
    """Check one value against one annotation."""
    origin, args = get_origin(hint), get_args(hint)
    if hint is Any:
        return []
    if hint is Decimal:
        # Decimal numbers are sent as text.
        hint = str
    if origin in (Union, types.UnionType):
        return errors_of_union(value, args, path)
    if origin is Literal:
        return [] if value in args else [f"{path}: {value!r} is none of {args}"]
    if origin is list:
        if not isinstance(value, list):
            return [f"{path}: {value!r} is not a list"]
        return [fault for index, one in enumerate(value) for fault in errors_of_value(one, args[0], f"{path}[{index}]")]
    return errors_of_class(value, hint, origin, args, path)


def errors_of_class(value: Any, hint: Any, origin: Any, args: tuple[Any, ...], path: str) -> list[str]:
    cls = origin or hint
    if not issubclass(cls, dict) and cls.__module__.startswith("stripe"):
        if not isinstance(value, dict):
            return [f"{path}: {value!r} is not a hash"]
        if cls is stripe.ListObject:
            return errors_of_list(value, args[0] if args else Any, path)
        if cls.__name__ == "UntypedStripeObject":
            inner = args[0] if args else Any
            return [fault for name, one in value.items() for fault in errors_of_value(one, inner, f"{path}.{name}")]
        return errors_of_fields(value, cls, path)
    good = isinstance(value, cls) and not (cls is not bool and isinstance(value, bool))
    if cls is float:
        good = isinstance(value, int | float) and not isinstance(value, bool)
    return [] if good else [f"{path}: {value!r} is not {cls.__name__}"]


def errors_of_union(value: Any, hints: tuple[Any, ...], path: str) -> list[str]:
    """Check a union. `Literal[...] | str` allows values of later versions; this version has only the listed ones."""
    if any(get_origin(hint) is Literal for hint in hints):
        hints = tuple(hint for hint in hints if hint is not str)
    if value is None and type(None) in hints:
        return []
    found = [errors_of_value(value, hint, path) for hint in hints if hint is not type(None)]
    return min(found, key=len) if found else [f"{path}: {value!r} should be null"]


@cache
def fields_of(cls: type) -> dict[str, Any]:
    """Map fields to annotations of a resource class, with the names that its module imports only for type checkers."""
    fields: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("stripe") and not base.__module__.endswith("_stripe_object"):
            fields |= typing_extensions.get_type_hints(base, localns=TypeNames(base.__module__))
    return {
        name: hint for name, hint in fields.items() if not name.startswith("_") and get_origin(hint) is not ClassVar
    }


class TypeNames(dict[str, Any]):
    """The names that the annotations of a module use."""

    def __init__(self, module: str) -> None:
        super().__init__(type_checking_imports(module))

    def __missing__(self, name: str) -> Any:
        if hasattr(stripe, name):
            return getattr(stripe, name)
        raise KeyError(name)


@cache
def type_checking_imports(module: str) -> dict[str, Any]:
    """Return the names imported under `if TYPE_CHECKING:`."""
    with PARSE_LOCK:
        tree = ast.parse(Path(inspect.getfile(sys.modules[module])).read_text())
    blocks = [
        node for node in ast.walk(tree) if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
    ]
    found: dict[str, Any] = {}
    for statement in (one for block in blocks for one in block.body if isinstance(one, ast.ImportFrom)):
        source = importlib.import_module(statement.module or "stripe")
        found |= {alias.asname or alias.name: getattr(source, alias.name) for alias in statement.names}
    return found
