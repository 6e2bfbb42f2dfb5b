"""Reads the parameters that source code sends to Stripe, and compares them with stripe-python's TypedDicts.

A call is `client.v1.<service>.<verb>(…, params, options)`, or `name.<verb>(…)` after `name = client.v1.<service>`. Its
parameters may be a dict display, a variable with items added later, another function's result, or a function's argument
that its callers in the same module give. Another function may come from another module of the gateway.
"""

import ast
import inspect
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, Union, get_args, get_origin

import stripe
import typing_extensions
from stripe import _request_options
from stripe import params as all_params

from tests.architecture.source import ROOT

OPTIONS = frozenset(_request_options.RequestOptions.__annotations__)
TYPE_NAMES = {**vars(_request_options), "StripeContext": object}
CLIENT = stripe.StripeClient("sk_test_lint", http_client=stripe.RequestsClient())

Function = ast.FunctionDef | ast.Module


@dataclass(frozen=True)
class Sent:
    """One parameter of a call: the expression of its value, None if the name alone is known."""

    name: str
    value: ast.expr
    scope: Function


@dataclass
class StripeCalls:
    """The calls in one module. `faults` says what is wrong with them, each with its line; `seen` counts the calls."""

    tree: ast.Module
    seen: int = 0

    def faults(self) -> Iterator[str]:
        for scope in self._functions():
            services = dict(self._services(scope))
            for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call)):
                method = self._method(call, services)
                if method is not None:
                    self.seen += 1
                    yield from self._check_call(call, method, scope)

    def _functions(self) -> list[ast.FunctionDef]:
        return [node for node in self.tree.body if isinstance(node, ast.FunctionDef)]

    def _imported(self) -> Iterator[ast.FunctionDef]:
        """The functions of the gateway's modules that this one imports from."""
        for node in self.tree.body:
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("storefront.stripe_gateway."):
                path = ROOT / f"{(node.module or '').replace('.', '/')}.py"
                if path.exists():
                    yield from StripeCalls(ast.parse(path.read_text()))._functions()

    def _services(self, scope: ast.FunctionDef) -> Iterator[tuple[str, str]]:
        """Variables that hold a service, such as `refunds = client.v1.refunds`."""
        for node in ast.walk(scope):
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(node, ast.Assign) and isinstance(target, ast.Name) and _service_name(node.value):
                yield target.id, _service_name(node.value)

    def _method(self, call: ast.Call, services: dict[str, str]) -> Any:
        """The method of stripe-python that is called, None for other calls."""
        if not isinstance(call.func, ast.Attribute):
            return None
        owner = call.func.value
        service = services.get(owner.id) if isinstance(owner, ast.Name) else _service_name(owner)
        return getattr(getattr(CLIENT.v1, service), call.func.attr) if service else None

    def _check_call(self, call: ast.Call, method: Any, scope: ast.FunctionDef) -> Iterator[str]:
        names = list(inspect.signature(method).parameters)
        place = names.index("params")
        if any(keyword.arg is None for keyword in call.keywords) or any(
            isinstance(one, ast.Starred) for one in call.args
        ):
            yield f"line {call.lineno}: arguments that can't be read"
            return
        given = call.args[place] if len(call.args) > place else None
        given = next((keyword.value for keyword in call.keywords if keyword.arg == "params"), given)
        typed_dict = _params_of(method)
        if given is None:
            given = ast.Dict(keys=[], values=[], lineno=call.lineno, col_offset=0)
        yield from self._check_dict(given, typed_dict, scope, call.lineno, "")

    def _check_dict(self, given: ast.expr, typed_dict: Any, scope: Function, line: int, prefix: str) -> Iterator[str]:
        try:
            variants = self._variants(given, scope)
        except Unreadable as found:
            yield f"line {line}: {prefix or 'params'} can't be read: {found}"
            return
        fields = _fields_of(typed_dict)
        for sent in variants:
            names = {one.name for one in sent}
            for name in sorted(names - set(fields)):
                yield f"line {line}: {typed_dict.__name__} has no parameter {prefix}{name}"
            for name in sorted(set(typed_dict.__required_keys__) - OPTIONS - names):
                yield f"line {line}: {typed_dict.__name__} needs the parameter {prefix}{name}"
            for one in sent:
                if one.name in fields:
                    yield from self._check_value(one.value, fields[one.name], one.scope, line, f"{prefix}{one.name}")

    def _check_value(self, value: ast.expr, hint: Any, scope: Function, line: int, name: str) -> Iterator[str]:
        hints = _members(hint)
        dicts = [member for member in hints if typing_extensions.is_typeddict(member)]
        lists = [get_args(member)[0] for member in hints if get_origin(member) is list]
        if isinstance(value, ast.IfExp):
            for branch in (value.body, value.orelse):
                yield from self._check_value(branch, hint, scope, line, name)
        elif isinstance(value, ast.Constant):
            if fault := _fault_of_constant(value.value, hints):
                yield f"line {line}: {value.value!r} {fault} {name}"
        elif isinstance(value, ast.Dict) and not dicts and not any(map(_is_free, hints)):
            yield f"line {line}: {name} is no hash"
        elif isinstance(value, ast.List) and not lists:
            yield f"line {line}: {name} is no list"
        elif isinstance(value, ast.List):
            for item in value.elts:
                yield from self._check_value(item, lists[0], scope, line, name)
        elif dicts:
            yield from self._check_dict(value, dicts[0], scope, line, f"{name}.")

    def _variants(self, given: ast.expr, scope: Function) -> list[list[Sent]]:
        """All sets of parameters that the expression can be. Raises Unreadable."""
        if isinstance(given, ast.Dict):
            return self._of_display(given, scope)
        if isinstance(given, ast.Name):
            return self._of_variable(given.id, scope)
        if isinstance(given, ast.Call) and isinstance(given.func, ast.Name):
            name = given.func.id
            function = next((one for one in [*self._functions(), *self._imported()] if one.name == name), None)
            if function is not None:
                returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
                return [variant for value in returned for variant in self._variants(value, function)]
        raise Unreadable(ast.unparse(given))

    def _of_display(self, given: ast.Dict, scope: Function) -> list[list[Sent]]:
        variants: list[list[Sent]] = [[]]
        for key, value in zip(given.keys, given.values, strict=True):
            if key is None:
                inner = self._variants(value, scope)
                variants = [before + more for before in variants for more in inner]
            elif isinstance(key, ast.Constant) and isinstance(key.value, str):
                variants = [[*before, Sent(key.value, value, scope)] for before in variants]
            else:
                raise Unreadable(f"the key {ast.unparse(key)}")
        return variants

    def _of_variable(self, name: str, scope: Function) -> list[list[Sent]]:
        """The value that is assigned to the variable, with all items that are added to it anywhere in the function."""
        assigned, added = [], []
        for node in ast.walk(scope):
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
                for target in targets:
                    if isinstance(target, ast.Name) and target.id == name:
                        assigned.append(node.value)
                    elif isinstance(target, ast.Subscript) and ast.unparse(target.value) == name:
                        if not (isinstance(target.slice, ast.Constant) and isinstance(target.slice.value, str)):
                            raise Unreadable(f"the key {ast.unparse(target.slice)}")
                        added.append(Sent(target.slice.value, node.value, scope))
            elif _changes_otherwise(node, name):
                raise Unreadable(ast.unparse(node))
        variants = [variant for value in assigned for variant in self._variants(value, scope)]
        if not assigned:
            variants = self._of_argument(name, scope)
        return [variant + added for variant in variants]

    def _of_argument(self, name: str, scope: Function) -> list[list[Sent]]:
        """What the module's own calls of the function give for its argument."""
        if not isinstance(scope, ast.FunctionDef) or name not in (names := [one.arg for one in scope.args.args]):
            raise Unreadable(name)
        variants = []
        for caller in self._functions():
            for call in (node for node in ast.walk(caller) if isinstance(node, ast.Call)):
                if isinstance(call.func, ast.Name) and call.func.id == scope.name:
                    variants += self._variants(call.args[names.index(name)], caller)
        if not variants:
            raise Unreadable(f"{name}, which no caller in the module gives")
        return variants


class Unreadable(Exception):
    """Parameters in a form that this module does not understand."""


def _service_name(node: ast.expr) -> str:
    """`refunds` for `….v1.refunds`, else ""."""
    owner = node.value if isinstance(node, ast.Attribute) else None
    is_service = isinstance(owner, ast.Attribute) and owner.attr == "v1"
    return node.attr if is_service and isinstance(node, ast.Attribute) else ""


def _params_of(method: Any) -> Any:
    """The TypedDict of a method's parameters."""
    hint = str(inspect.signature(method).parameters["params"].annotation)
    name = hint.replace("typing.", "").replace("Optional[", "").strip("]'\"").removeprefix("ForwardRef('").strip("')\"")
    return getattr(all_params, name)


def _fields_of(typed_dict: Any) -> dict[str, Any]:
    hints = typing_extensions.get_type_hints(typed_dict, localns=TYPE_NAMES)
    return {name: hint for name, hint in hints.items() if name not in OPTIONS}


def _fault_of_constant(value: object, hints: tuple[Any, ...]) -> str:
    """What is wrong with a constant, "" if nothing. stripe-python adds `str` to closed lists, for later versions."""
    allowed = {one for member in hints if get_origin(member) is Literal for one in get_args(member)}
    if value is None or value in allowed:
        return ""
    if allowed - {""} and isinstance(value, str):
        return "is no value of"
    return "" if type(value) in hints else "has the wrong type for"


def _changes_otherwise(node: ast.AST, name: str) -> bool:
    """Whether the node changes the variable in a way that can't be read, such as `name.update(…)`."""
    if isinstance(node, ast.AugAssign):
        return ast.unparse(node.target).partition("[")[0] == name
    return isinstance(node, ast.Call) and ast.unparse(node.func).startswith(f"{name}.")


def _members(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) in (Union, types.UnionType):
        return tuple(inner for member in get_args(hint) for inner in _members(member))
    return (hint,)


def _is_free(hint: Any) -> bool:
    """Whether it is a hash with any keys, such as metadata."""
    return get_origin(hint) is dict or getattr(get_origin(hint) or hint, "__name__", "") == "UntypedStripeObject"
