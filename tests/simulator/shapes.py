"""Holds every object the simulator returns against the annotations of stripe-python's resource classes."""

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

# Stripe shows a publishable key only part of an intent (@stripe/stripe-js types it); these are not in it.
HIDDEN_FROM_BROWSERS = {
    f"payment_intent.{name}: missing" for name in ("amount_capturable", "amount_received", "metadata")
}
ENVELOPE = {"object", "data", "has_more", "url"}
# CPython 3.11 counts the depth of a tree it builds once for all threads: two at a time end in a SystemError.
ONE_TREE = Lock()


def faults_in(body: Any, path: str = "") -> list[str]:
    """What is wrong in an answer: unknown or missing fields, wrong types, values outside a Literal."""
    if not isinstance(body, dict):
        return [f"{path}: not an object"]
    if "error" in body and "object" not in body:
        return faults_of_error(body["error"], path)
    if body.get("object") == "list":
        return faults_of_list(body, Any, path)
    return faults_of_named(body, path)


def faults_of_error(error: dict[str, Any], path: str) -> list[str]:
    faults = [f"{path}error: no {name}" for name in ("type", "message") if name not in error]
    for name in ("payment_intent", "setup_intent", "payment_method"):
        if name in error:
            faults += faults_of_named(error[name], f"{path}error.{name}")
    return faults


def faults_of_named(body: dict[str, Any], path: str) -> list[str]:
    """An object that says what it is."""
    if body.get("deleted") is True:
        extra = set(body) - {"id", "object", "deleted"}
        return [f"{path}: a deleted object with {sorted(extra)}"] if extra else []
    cls = get_object_class("V1", body["object"])
    faults = faults_of_object(body, cls, path or body["object"])
    if body["object"] == "event":
        faults += faults_of_named(body["data"]["object"], f"{body['type']}.data.object")
    return faults


def faults_of_object(body: dict[str, Any], cls: type, path: str) -> list[str]:
    fields = fields_of(cls)
    faults = [f"{path}.{name}: no such field" for name in body if name not in fields]
    for name, hint in fields.items():
        if name in body:
            faults += faults_of(body[name], hint, f"{path}.{name}")
        elif type(None) not in get_args(hint):
            faults.append(f"{path}.{name}: missing")
    return faults


def faults_of_list(body: dict[str, Any], hint: Any, path: str) -> list[str]:
    faults = [] if set(body) == ENVELOPE else [f"{path}: a list with {sorted(body)}"]
    for index, one in enumerate(body["data"]):
        place = f"{path}.data[{index}]"
        faults += faults_of_named(one, place) if hint is Any else faults_of(one, hint, place)
    return faults


def faults_of(value: Any, hint: Any, path: str) -> list[str]:
    """One value against one annotation."""
    origin, args = get_origin(hint), get_args(hint)
    if hint is Any:
        return []
    if hint is Decimal:
        # Numbers of any precision travel as text.
        hint = str
    if origin in (Union, types.UnionType):
        return faults_of_union(value, args, path)
    if origin is Literal:
        return [] if value in args else [f"{path}: {value!r} is none of {args}"]
    if origin is list:
        if not isinstance(value, list):
            return [f"{path}: {value!r} is not a list"]
        return [fault for index, one in enumerate(value) for fault in faults_of(one, args[0], f"{path}[{index}]")]
    return faults_of_class(value, hint, origin, args, path)


def faults_of_class(value: Any, hint: Any, origin: Any, args: tuple[Any, ...], path: str) -> list[str]:
    cls = origin or hint
    if not issubclass(cls, dict) and cls.__module__.startswith("stripe"):
        if not isinstance(value, dict):
            return [f"{path}: {value!r} is not a hash"]
        if cls is stripe.ListObject:
            return faults_of_list(value, args[0] if args else Any, path)
        if cls.__name__ == "UntypedStripeObject":
            inner = args[0] if args else Any
            return [fault for name, one in value.items() for fault in faults_of(one, inner, f"{path}.{name}")]
        return faults_of_object(value, cls, path)
    good = isinstance(value, cls) and not (cls is not bool and isinstance(value, bool))
    if cls is float:
        good = isinstance(value, int | float) and not isinstance(value, bool)
    return [] if good else [f"{path}: {value!r} is not {cls.__name__}"]


def faults_of_union(value: Any, hints: tuple[Any, ...], path: str) -> list[str]:
    """`Literal[...] | str` leaves room for later versions; of this version only the listed values exist."""
    if any(get_origin(hint) is Literal for hint in hints):
        hints = tuple(hint for hint in hints if hint is not str)
    if value is None and type(None) in hints:
        return []
    found = [faults_of(value, hint, path) for hint in hints if hint is not type(None)]
    return min(found, key=len) if found else [f"{path}: {value!r} should be null"]


@cache
def fields_of(cls: type) -> dict[str, Any]:
    """Field → annotation of a resource class, with the names its module imports only for type checkers."""
    fields: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("stripe") and not base.__module__.endswith("_stripe_object"):
            fields |= typing_extensions.get_type_hints(base, localns=Names(base.__module__))
    return {
        name: hint for name, hint in fields.items() if not name.startswith("_") and get_origin(hint) is not ClassVar
    }


class Names(dict[str, Any]):
    """The names a module's annotations use."""

    def __init__(self, module: str) -> None:
        super().__init__(imported_for_types(module))

    def __missing__(self, name: str) -> Any:
        if hasattr(stripe, name):
            return getattr(stripe, name)
        raise KeyError(name)


@cache
def imported_for_types(module: str) -> dict[str, Any]:
    """What stands under `if TYPE_CHECKING:`."""
    with ONE_TREE:
        tree = ast.parse(Path(inspect.getfile(sys.modules[module])).read_text())
    blocks = [
        node for node in ast.walk(tree) if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
    ]
    found: dict[str, Any] = {}
    for statement in (one for block in blocks for one in block.body if isinstance(one, ast.ImportFrom)):
        source = importlib.import_module(statement.module or "stripe")
        found |= {alias.asname or alias.name: getattr(source, alias.name) for alias in statement.names}
    return found
