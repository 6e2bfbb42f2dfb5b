"""How a kind of counter follows the rows of a table: the SQL of its triggers and of computing it again."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from storefront.db import Trigger
from storefront.models.counters.zone_offset import LOCAL_DAY

_COLUMNS = "kind, subject, day, mode, currency, status, number, amount"
_UPSERT = (
    " ON CONFLICT (kind, subject, day, mode, currency, status)"
    " DO UPDATE SET number = number + excluded.number, amount = amount + excluded.amount"
)
DIALECTS = "sqlite", "postgresql"


class Days(Enum):
    """What a daily kind is counted by."""

    UTC = "day in UTC"
    LOCAL = "day in the shop's time zone"
    MONTH = "month in the shop's time zone"


_DAYS = {
    Days.UTC: {
        "sqlite": "substr({row}.{column}, 1, 10)",
        "postgresql": "COALESCE(to_char({row}.{column}, 'YYYY-MM-DD'), '')",
    },
    Days.LOCAL: LOCAL_DAY,
    Days.MONTH: {dialect: f"substr({LOCAL_DAY[dialect]}, 1, 7)" for dialect in DIALECTS},
}


def one_of(values: Iterable[str]) -> str:
    """A list for SQL's IN. The values are codes of this program."""
    return "(" + ", ".join(f"'{value}'" for value in sorted(values)) + ")"


@dataclass(frozen=True)
class Counted:
    """Rows of `table` that are counted as one kind. The expressions are SQL in which `{row}` is the row.

    `columns` are those that the expressions use. `merchant` is the id of the row's merchant, whose mode is counted;
    "" if the kind has no modes. `day` is the name of a column, and `days` are those that are counted by. `name`
    is that of the triggers, for a kind that counts several tables.
    """

    kind: str
    table: str
    columns: tuple[str, ...]
    where: str = "true"
    merchant: str = ""
    status: str = "''"
    currency: str = "''"
    subject: str = "0"
    day: str = ""
    days: Days = Days.UTC
    number: str = "1"
    amount: str = "0"
    name: str = ""

    def triggers(self) -> tuple[Trigger, ...]:
        """Triggers that follow each row."""
        name = self.name or self.kind
        old, new = self.where.format(row="OLD"), self.where.format(row="NEW")
        differs = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in self.columns)
        changed = f"({differs}) AND (({old}) OR ({new}))"
        return (
            Trigger(f"{name}_insert", self.table, "insert", self._changes(("NEW", 1)), when=new),
            Trigger(f"{name}_delete", self.table, "delete", self._changes(("OLD", -1)), when=old),
            Trigger(
                f"{name}_update",
                self.table,
                "update",
                self._changes(("OLD", -1), ("NEW", 1)),
                columns=self.columns,
                when=changed,
            ),
        )

    def mode_changes(self) -> dict[str, tuple[str, ...]]:
        """{dialect: statements} that count the rows of a merchant (OLD, NEW) in its new mode."""
        of_merchant = f"{self.merchant.format(row='t')} = NEW.id"
        return {
            dialect: (
                self.sums(dialect, of_merchant, sign=-1, mode="OLD.mode"),
                self.sums(dialect, of_merchant, mode="NEW.mode"),
            )
            for dialect in DIALECTS
        }

    def sums(self, dialect: str, which: str = "true", sign: int = 1, mode: str = "", status: str = "") -> str:
        """A statement that adds (`sign` -1: subtracts) the sums of the rows `t` of which `which` is true."""
        values = [
            *self._key("t", dialect, mode, status),
            f"{sign} * SUM({self.number})",
            f"{sign} * SUM({self.amount})",
        ]
        return (
            f"INSERT INTO counter ({_COLUMNS}) SELECT {', '.join(values)} FROM {self.table} AS t"
            f" WHERE ({self.where}) AND ({which}) GROUP BY 2, 3, 4, 5, 6"
        ).format(row="t") + (_UPSERT if dialect == "sqlite" else "")

    def _changes(self, *changes: tuple[str, int]) -> dict[str, tuple[str, ...]]:
        return {dialect: tuple(self._change(row, sign, dialect) for row, sign in changes) for dialect in DIALECTS}

    def _change(self, row: str, sign: int, dialect: str) -> str:
        """A statement that adds the row NEW, or subtracts the row OLD."""
        values = [*self._key(row, dialect), f"{sign} * ({self.number})", f"{sign} * ({self.amount})"]
        select = f"SELECT {', '.join(values)} WHERE {self.where}".format(row=row)
        return f"INSERT INTO counter ({_COLUMNS}) {select}" + (_UPSERT if dialect == "sqlite" else "")

    def _key(self, row: str, dialect: str, mode: str = "", status: str = "") -> list[str]:
        day = _DAYS[self.days][dialect].format(row=row, column=self.day) if self.day else "''"
        of_merchant = f"COALESCE((SELECT mode FROM merchant WHERE id = {self.merchant}), '')" if self.merchant else "''"
        return [f"'{self.kind}'", self.subject, day, mode or of_merchant, self.currency, status or self.status]
