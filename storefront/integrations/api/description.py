"""The description of the API in OpenAPI 3.1, made of the definitions that make the answers."""

from dataclasses import fields, is_dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from storefront.integrations.api.resources import MODES, MOST_ROWS, RESOURCES, USUAL_ROWS, Resource
from storefront.integrations.objects.fields import description_of, schema_name, schema_of

_ERROR = {
    "type": "object",
    "description": "What is wrong with a request.",
    "properties": {
        "error": {
            "type": "object",
            "properties": {"code": {"type": "string"}, "message": {"type": "string"}},
            "required": ["code", "message"],
        }
    },
    "required": ["error"],
}
_ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Send it as If-None-Match: 304 if nothing changed."}}


def api_description(version: str, address: str) -> dict[str, Any]:
    """The document. `address` is the shop's."""
    schemas = {"Error": _ERROR}
    for resource in RESOURCES.values():
        for kind in _types(resource.kind):
            schemas[schema_name(kind)] = schema_of(kind)
    paths: dict[str, Any] = {}
    for name, resource in RESOURCES.items():
        paths[f"/api/v1/{name}"] = {"get": _list(name, resource)}
        paths[f"/api/v1/{name}/{{id}}"] = {"get": _one(name, resource)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Shop API", "version": version, "description": "Reads what the shop knows."},
        "servers": [{"url": address}],
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "description": "Settings → API"}},
        },
    }


def _list(name: str, resource: Resource) -> dict[str, Any]:
    limit = {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": USUAL_ROWS}
    parameters = [
        {"name": "limit", "in": "query", "schema": limit, "description": "Objects of a page."},
        {
            "name": "cursor",
            "in": "query",
            "schema": {"type": "string"},
            "description": "next_cursor of the page before; without it, the first page.",
        },
    ]
    if resource.mode is not None:
        parameters.append({"name": "mode", "in": "query", "schema": {"type": "string", "enum": list(MODES)}})
    page = {
        "type": "object",
        "properties": {
            "data": {"type": "array", "items": _reference(resource.kind)},
            "next_cursor": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
        "required": ["data", "next_cursor"],
        "additionalProperties": False,
    }
    return {
        "operationId": f"list_{name}",
        "summary": f"All {resource.words}, newest first",
        "parameters": parameters,
        "responses": _responses(page, "400"),
    }


def _one(name: str, resource: Resource) -> dict[str, Any]:
    given = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    return {
        "operationId": f"get_{name}",
        "summary": f"One of the {resource.words}",
        "description": description_of(resource.kind),
        "parameters": [given],
        "responses": _responses(_reference(resource.kind), "404"),
    }


def _responses(schema: dict[str, Any], *errors: str) -> dict[str, Any]:
    words = {"400": "A parameter is not valid", "404": "There is none with this id"}
    words |= {"401": "The token is missing or doesn’t work", "429": "Too many requests: wait as Retry-After says"}
    found: dict[str, Any] = {
        "200": {"description": "Found", "headers": _ETAG, "content": {"application/json": {"schema": schema}}},
        "304": {"description": "Unchanged since the answer with this ETag"},
    }
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for status in sorted({*errors, "401", "429"}):
        found[status] = {"description": words[status], "content": error}
    return found


def _reference(kind: type) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{schema_name(kind)}"}


def _types(kind: type) -> list[type]:
    """The type and those of its fields, at any depth."""
    found = [kind]
    hints = get_type_hints(kind, include_extras=True)
    for field in fields(kind):
        found += [one for part in _parts(hints[field.name]) for one in _types(part)]
    return found


def _parts(hint: Any) -> list[Any]:
    if is_dataclass(hint):
        return [hint]
    inner = get_args(hint)[:1] if get_origin(hint) is Annotated else get_args(hint)
    return [part for one in inner for part in _parts(one)]
