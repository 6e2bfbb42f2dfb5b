"""Writes the audit log. Whoever changes something in the admin, by a command or with a token is its actor.

The web sets the actor of a request (`begin_auditing`), the command line that of a command (`acting_as`). Each row that
is then changed through its record is recorded, in the transaction that changes it: no page has to think of it.
"""

import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from typing import Any

from peewee import DoesNotExist, Model

from storefront.models import (
    HIDDEN_VALUE,
    ActorKind,
    ApiToken,
    AuditAction,
    AuditEntry,
    AuditKind,
    RowChange,
    ShopSetting,
    current_observer,
    now,
    observe,
    observed_by,
    subscriber_network,
)
from storefront.team.audit_changes import Change, changes_of_row
from storefront.team.audited_table import NOT_AUDITED, UNKNOWN, AuditedTable
from storefront.team.audited_tables import AUDITED

MAX_LABEL = 200
# Of one object in one request, as of an offer whose license keys are uploaded.
MAX_CHANGES = 200


@dataclass(frozen=True)
class Actor:
    """`who` is an admin's email, a token's name, or the user who runs a command. `address` is an IP address or ""."""

    kind: ActorKind
    who: str
    address: str = ""

    @property
    def columns(self) -> dict[str, str]:
        """What an entry says about the actor. Of an IPv6 address it has the network."""
        address = subscriber_network(self.address) if self.address else ""
        return {"actor": self.kind, "who": self.who[:255], "address": address[:50]}


@dataclass
class Recorder:
    """Records what one actor changes: an entry for each object of a request, with all that was changed of it."""

    actor: Actor
    request: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    _entries: dict[tuple[AuditKind, int], int] = field(default_factory=dict)

    def observes(self, model: type[Model]) -> bool:
        """Whether changes of this table are recorded."""
        return model._meta.table_name not in NOT_AUDITED

    def changed(self, model: type[Model], changes: list[RowChange], more: int) -> None:
        """Record changes of rows. Of many rows it records only how many they were."""
        name = str(model._meta.table_name)
        if more:
            self._write(AuditAction.CHANGED, _table_of(model).kind, 0, "", [["", f"{name}.rows", None, more]])
        for change in changes:
            self._record(name, change)

    def _record(self, name: str, change: RowChange) -> None:
        table, row = _table_of(type(change.row)), change.row
        owner = _owner(row)
        if isinstance(row, ShopSetting):
            fields = changes_of_row(table, change, "")
            if fields:
                self._write(AuditAction.CHANGED, table.kind, 0, "", fields)
            return
        part = "" if owner is row else f"{name}:{_label(row)}"
        fields = changes_of_row(table, change, part)
        action = AuditAction.CHANGED
        if not part:
            action = AuditAction.CREATED if change.before is None else action
            action = AuditAction.DELETED if change.after is None else action
        # An email that the shop writes by itself is no change of anybody's; one of an order stands in its entry.
        is_notice = action == AuditAction.CREATED and table.kind == AuditKind.EMAIL
        if (fields or action != AuditAction.CHANGED) and not is_notice:
            own = _table_of(type(owner))
            label = _label(owner) or (name if own is UNKNOWN else "")
            self._write(action, own.kind, owner.id, label, fields)

    def _write(self, action: AuditAction, kind: AuditKind, object_id: int, label: str, changes: list[Change]) -> None:
        """Add to the entry of this object, or write one. What was rolled back since is not there any more."""
        key = (kind, object_id)
        earlier = AuditEntry.get_or_none(AuditEntry.id == self._entries.get(key, 0), AuditEntry.request == self.request)
        if earlier is not None and action == AuditAction.CHANGED:
            earlier.change(_merged(earlier.changes, changes))
            return
        entry = AuditEntry.write(
            **self.actor.columns,
            action=action,
            kind=kind,
            object_id=object_id,
            label=label[:MAX_LABEL],
            changes=changes[:MAX_CHANGES],
            request=self.request,
        )
        self._entries[key] = entry.id


def begin_auditing(actor: Actor | None) -> None:
    """Record what this thread changes from now on as this actor's; None ends it."""
    observe(None if actor is None else Recorder(actor))


def acting_as(actor: Actor) -> AbstractContextManager[None]:
    """Record what the block changes as this actor's."""
    return observed_by(Recorder(actor))


@contextmanager
def unaudited() -> Iterator[None]:
    """The block records nothing: `record` then says in one entry what it did."""
    with observed_by(None):
        yield


def record(actor: Actor, action: AuditAction, kind: AuditKind, object_id: int = 0, label: str = "") -> None:
    """Write an entry about something that can't be told from rows."""
    AuditEntry.write(**actor.columns, action=action, kind=kind, object_id=object_id, label=label[:MAX_LABEL])


def record_as_current(action: AuditAction, kind: AuditKind, label: str) -> None:
    """The same about what the current actor does; nothing without one, as in the worker."""
    recorder = current_observer()
    if isinstance(recorder, Recorder):
        record(recorder.actor, action, kind, label=label)


def record_token(token: ApiToken, action: AuditAction, address: str) -> None:
    """Record that a program has used this token, or was refused: once a day for each token."""
    day = now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    of_token = (AuditEntry.kind == AuditKind.API_TOKEN) & (AuditEntry.object_id == token.id)
    today = of_token & (AuditEntry.action == action) & (AuditEntry.created_at >= day)
    if not AuditEntry.select(AuditEntry.id).where(today).exists():
        actor = Actor(ActorKind.TOKEN, token.name, address)
        record(actor, action, AuditKind.API_TOKEN, token.id, token.name)


def delete_old_entries(days: int, most: int) -> int:
    """Delete entries that are older than so many days, at most `most`. Return how many."""
    old = AuditEntry.created_at < now() - timedelta(days=days)
    query = AuditEntry.select(AuditEntry.id).where(old).order_by(AuditEntry.created_at).limit(most)
    found = [entry.id for entry in query]
    return int(AuditEntry.delete().where(AuditEntry.id.in_(found)).execute())


def erase_entries(kind: AuditKind, object_ids: list[int]) -> None:
    """Forget names and values in the entries of these objects. That something was changed, and when, stays."""
    _erase((AuditEntry.kind == kind) & AuditEntry.object_id.in_(object_ids))


def erase_customer_entries(addresses: tuple[str, ...]) -> None:
    """The same for entries that name a customer by one of these addresses, in lower case."""
    _erase((AuditEntry.kind == AuditKind.CUSTOMER) & AuditEntry.label.in_(addresses))


def _erase(which: Any) -> None:
    AuditEntry.update(label="", changes=[], search_text="").where(which).execute()


def _table_of(model: type[Model]) -> AuditedTable:
    return AUDITED.get(model._meta.table_name, UNKNOWN)


def _label(row: Any) -> str:
    try:
        return _table_of(type(row)).label_of(row)
    except DoesNotExist:
        # What its name is made of was deleted before it.
        return ""


def _owner(row: Any) -> Any:
    """The object that a row belongs to: its own row unless it is a part of another one that exists."""
    field = _table_of(type(row)).owner
    try:
        found = getattr(row, field) if field else None
    except DoesNotExist:
        found = None
    return row if found is None else _owner(found)


def _merged(earlier: list[Change], later: list[Change]) -> list[Change]:
    """The changes of both: of a field that was changed twice its first and its last value."""
    found = {(part, name): [part, name, before, after] for part, name, before, after in earlier}
    for part, name, before, after in later:
        first = found[part, name][2] if (part, name) in found else before
        found[part, name] = [part, name, first, after]
    kept = [change for change in found.values() if change[2] != change[3] or change[2] == HIDDEN_VALUE]
    return kept[:MAX_CHANGES]
