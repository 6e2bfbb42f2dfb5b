"""Makes the many applications of a test process cheap: what is the same in all of them is made once.

A shop makes one application when it starts. Each test makes one, and would spend most of its time on parsing the same
routes and on reading the same templates.
"""

from collections.abc import Callable
from threading import RLock
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Map, Rule, RuleFactory
from werkzeug.routing.matcher import StateMachineMatcher

from storefront.models.shop import admin, password_hashing


def make_apps_quick() -> None:
    """Call this before the first application is made."""
    Rule._compile_builder = _build_later  # type: ignore[method-assign]
    Flask.url_map_class = SharedMap
    # A quarter of a second for each sign-in. Processes of a shop that a test starts hash at full cost.
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    password_hashing._hasher = cheap
    admin.DUMMY_HASH = cheap.hash("nobody’s password")


# Werkzeug compiles two functions for each route, and most tests build the URLs of a few routes only.
_compile_builder = Rule._compile_builder


def _build_later(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """A function that compiles the rule's own builder when the first URL is built."""

    def build(rule: Rule, *values: Any, **more: Any) -> tuple[str, str]:
        builder = _compile_builder(rule, append_unknown).__get__(rule, None)
        setattr(rule, "_build_unknown" if append_unknown else "_build", builder)
        built: tuple[str, str] = builder(*values, **more)
        return built

    return build


class SharedMap(Map):
    """Routes that are parsed when the first one is needed, once for all applications that have the same routes."""

    _parsed: "dict[object, SharedMap]" = {}
    _lock = RLock()

    def __init__(self, *values: Any, **more: Any) -> None:
        self._waiting: list[Rule] = []
        super().__init__(*values, **more)

    def add(self, rulefactory: RuleFactory) -> None:
        if not self._waiting:
            # What is parsed may be shared: with one more route this map needs its own.
            self._waiting = [_copy(rule) for rule in self._rules]
            self._matcher, self._rules_by_endpoint = StateMachineMatcher(self.merge_slashes), {}
        self._waiting.extend(rulefactory.get_rules(self))
        self._remap = True

    def update(self) -> None:
        with self._lock:
            if self._waiting:
                self._parse()
        super().update()

    def _parse(self) -> None:
        key = (self.host_matching, *self.converters.items(), *map(_key, self._waiting))
        known = self._parsed.setdefault(key, self)
        if known is self:
            for rule in self._waiting:
                super().add(rule)
        self._waiting = []
        self._matcher, self._rules_by_endpoint = known._matcher, known._rules_by_endpoint


def _key(rule: Rule) -> tuple[object, ...]:
    methods = frozenset(rule.methods or ())
    details = (rule.defaults, rule.redirect_to, rule.build_only, rule.alias, rule.host, rule.subdomain)
    automatic = getattr(rule, "provide_automatic_options", None)
    return rule.rule, rule.endpoint, methods, rule.strict_slashes, rule.websocket, automatic, repr(details)


def _copy(rule: Rule) -> Rule:
    copied = rule.empty()
    if hasattr(rule, "provide_automatic_options"):
        copied.provide_automatic_options = rule.provide_automatic_options
    return copied


class TemplateCode(BytecodeCache):
    """The compiled templates of all applications, in memory."""

    def __init__(self) -> None:
        self._compiled: dict[str, tuple[str, Any]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self._compiled.get(bucket.key, ("", None))
        if checksum == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.checksum, bucket.code
