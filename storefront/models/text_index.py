"""Indexes for searches by any part of a text: FTS5 with trigrams on SQLite, pg_trgm on PostgreSQL.

Both index the folded texts of a record (`FoldsText`) and find rows that may contain what is searched for; the query
compares the texts themselves.
"""

from dataclasses import dataclass
from typing import Any

from peewee import SQL, Expression, PostgresqlDatabase, fn

from storefront.db import Derived, Trigger, db

# pg_trgm indexes letters and digits only; which letters it knows depends on the locale of the database. So the index
# of PostgreSQL has other characters as ASCII letters and digits. Several share one: the query compares the texts.
_CYRILLIC = ("абвгдежзийклмнопрстуфхцчшщъыьэюяєіїґ", "abvgdejziqklmnoprstufxc234085967wyhg")
_OTHERS = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_FROM = _CYRILLIC[0] + _OTHERS
_TO = _CYRILLIC[1] + "".join(str(number % 10) for number in range(len(_OTHERS)))
_ASCII = str.maketrans(_FROM, _TO)


@dataclass(frozen=True)
class TextIndex:
    """An index of text columns that are never NULL. Its entries have the ids of the table's rows.

    On SQLite `name` is an FTS5 table that stores no texts.
    """

    name: str
    table: str
    columns: tuple[str, ...]

    @property
    def definitions(self) -> tuple[Derived, Derived]:
        """What keeps it in step on each database."""
        return self.sqlite, self.postgresql

    def trigrams(self, folded: str) -> list[str]:
        """The distinct parts of three characters of a folded text, in order: what FTS5 looks up."""
        return list(dict.fromkeys(folded[at : at + 3] for at in range(len(folded) - 2)))

    def postgresql_condition(self, folded: str, columns: tuple[Any, ...]) -> Any:
        """The condition that the index of PostgreSQL answers. `columns` are the table's in the query.

        The text is part of the statement: with a parameter PostgreSQL would at times plan for an average text.
        """
        text = columns[0]
        for column in columns[1:]:
            text = text.concat(SQL("E'\\n'")).concat(column)
        translated = fn.TRANSLATE(text, *(SQL(_literal(characters).replace("%", "%%")) for characters in (_FROM, _TO)))
        # All quotes and wildcards are mapped. The driver reads a percent sign that is written twice as one.
        return Expression(translated, "LIKE", SQL(_literal(f"%%{folded.translate(_ASCII)}%%")))

    @property
    def sqlite(self) -> Derived:
        """What keeps it in step on SQLite."""
        columns = ", ".join(self.columns)
        new, old = (", ".join(f"{row}.{column}" for column in self.columns) for row in ("NEW", "OLD"))
        add = f"INSERT INTO {self.name} (rowid, {columns}) VALUES (NEW.id, {new})"  # noqa: S608
        remove = f"INSERT INTO {self.name} ({self.name}, rowid, {columns}) VALUES ('delete', OLD.id, {old})"  # noqa: S608
        changed = " OR ".join(f"NEW.{column} <> OLD.{column}" for column in self.columns)
        return Derived(
            self.name,
            (
                Trigger(f"{self.name}_insert", self.table, "insert", (add,)),
                Trigger(f"{self.name}_update", self.table, "update", (remove, add), self.columns, changed),
                Trigger(f"{self.name}_delete", self.table, "delete", (remove,)),
            ),
            (
                f"DROP TABLE IF EXISTS {self.name}",
                f"CREATE VIRTUAL TABLE {self.name} USING fts5({columns}, content='', columnsize=0, detail=none,"
                " tokenize='trigram case_sensitive 1')",
                f"INSERT INTO {self.name} (rowid, {columns}) SELECT id, {columns} FROM {self.table}",  # noqa: S608
                f"INSERT INTO {self.name} ({self.name}) VALUES ('optimize')",  # noqa: S608
            ),
            dialects=("sqlite",),
            tables=(self.name,),
        )

    @property
    def postgresql_index(self) -> str:
        """The name of the index on PostgreSQL."""
        return f"derived_{self.name}"

    @property
    def postgresql(self) -> Derived:
        """What keeps it in step on PostgreSQL."""
        text = " || E'\\n' || ".join(self.columns)
        index = self.postgresql_index
        return Derived(
            self.name,
            (),
            (
                # Without the extension searches find the same, and take as long as reading the table.
                "DO $$ BEGIN CREATE EXTENSION IF NOT EXISTS pg_trgm; EXCEPTION WHEN OTHERS THEN NULL; END $$",
                f"DO $$ BEGIN DROP INDEX IF EXISTS {index};"
                " IF EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') THEN"
                f" CREATE INDEX {index} ON {self.table} USING gin"
                f" (translate({text}, {_literal(_FROM)}, {_literal(_TO)}) gin_trgm_ops)"
                # In kilobytes. A search reads all entries that are not sorted in yet.
                " WITH (gin_pending_list_limit = 128); END IF; END $$",
                f"ANALYZE {self.table}",
            ),
            dialects=("postgresql",),
        )


def _literal(text: str) -> str:
    """A text as a constant of SQL."""
    return "'" + text.replace("'", "''") + "'"


ORDER_TEXTS = TextIndex("order_search", "shop_order", ("email_folded", "name_folded", "details_folded"))
CUSTOMER_TEXTS = TextIndex("customer_search", "customer", ("search_text",))
EMAIL_TEXTS = TextIndex("letter_search", "letter", ("recipient_folded", "subject_folded", "title_folded"))
OFFER_TEXTS = TextIndex("offer_search", "offer", ("title_folded", "slug"))
REQUEST_TEXTS = TextIndex("payment_request_search", "payment_request", ("title_folded", "name_folded", "email_folded"))
AUDIT_TEXTS = TextIndex("audit_search", "audit_entry", ("search_text",))
_ALL = (ORDER_TEXTS, CUSTOMER_TEXTS, EMAIL_TEXTS, OFFER_TEXTS, REQUEST_TEXTS, AUDIT_TEXTS)


def lacks_text_indexes() -> bool:
    """Whether searches read whole tables: PostgreSQL had no extension pg_trgm when the indexes were to be made."""
    if not isinstance(db.obj, PostgresqlDatabase):
        return False
    names = [texts.postgresql_index for texts in _ALL]
    marks = ", ".join(db.param for _ in names)
    found = f"SELECT COUNT(*) FROM pg_indexes WHERE schemaname = 'public' AND indexname IN ({marks})"  # noqa: S608
    return int(db.execute_sql(found, names).fetchone()[0]) < len(names)


# Indexes of expressions, which no model declares: a migration or a derived definition makes them.
INDEXES_OF_EXPRESSIONS = (
    "offer_in_order",
    "offer_of_mode_in_order",
    "subscription_by_amount",
    "subscription_of_offer_by_amount",
    *(texts.postgresql_index for texts in _ALL),
)
