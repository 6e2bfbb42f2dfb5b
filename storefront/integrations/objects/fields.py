"""Objects as JSON values, and their types as JSON Schema (draft 2020-12, which OpenAPI 3.1 uses)."""

from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

_PLAIN: dict[object, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
}


def to_json(value: Any) -> Any:
    """A value of our object types as JSON. Times are in UTC, as in 2026-11-29T17:20:44Z."""
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [to_json(one) for one in value]
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return str(value) if isinstance(value, StrEnum) else value


def description_of(kind: type) -> str:
    """The first paragraph of the type's docstring, on one line."""
    return " ".join((kind.__doc__ or "").partition("\n\n")[0].split())


def schema_of(kind: type) -> dict[str, Any]:
    """The schema of a dataclass. Every field is required; other dataclasses are in `#/components/schemas`."""
    hints = get_type_hints(kind, include_extras=True)
    return {
        "type": "object",
        "description": description_of(kind),
        "properties": {name: _schema(hint) for name, hint in hints.items()},
        "required": list(hints),
        "additionalProperties": False,
    }


def schema_name(kind: type) -> str:
    """The name of a type in the description: without the prefix that keeps it apart from our rows."""
    return kind.__name__.removeprefix("Api")


def _schema(hint: Any) -> dict[str, Any]:
    if get_origin(hint) is Annotated:
        base, words = get_args(hint)
        return {**_schema(base), "description": words}
    if isinstance(hint, UnionType):
        (base,) = (one for one in get_args(hint) if one is not NoneType)
        return {"anyOf": [_schema(base), {"type": "null"}]}
    if get_origin(hint) is list:
        return {"type": "array", "items": _schema(get_args(hint)[0])}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"type": "string", "enum": [str(one) for one in hint]}
    if is_dataclass(hint):
        return {"$ref": f"#/components/schemas/{schema_name(hint)}"}  # type: ignore[arg-type]  # is_dataclass: also instances
    return dict(_PLAIN[hint])
