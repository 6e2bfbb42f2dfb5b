"""Folded copies of the texts that lists are searched by."""

from peewee import Database, TextField
from playhouse.migrate import SchemaMigrator

from storefront.i18n import fold

COLUMNS = {"shop_order": ("email", "name"), "letter": ("recipient", "subject")}
BATCH = 500


def up(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(
        *(
            migrator.add_column(table, f"{column}_folded", TextField(default=""))
            for table, columns in COLUMNS.items()
            for column in columns
        )
    )
    for table, (first, second) in COLUMNS.items():
        _fill(db, table, first, second)


def _fill(db: Database, table: str, first: str, second: str) -> None:
    mark = db.param
    update = f"UPDATE {table} SET {first}_folded = {mark}, {second}_folded = {mark} WHERE id = {mark}"  # noqa: S608
    last = 0
    while True:
        rows = db.execute_sql(  # type: ignore[no-untyped-call]  # Peewee's own method has no annotations
            f"SELECT id, {first}, {second} FROM {table} WHERE id > {mark} ORDER BY id LIMIT {BATCH}",  # noqa: S608
            (last,),
        ).fetchall()
        if not rows:
            return
        for row_id, first_text, second_text in rows:
            db.execute_sql(update, (fold(first_text), fold(second_text), row_id))  # type: ignore[no-untyped-call]
        last = rows[-1][0]


def down(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(
        *(migrator.drop_column(table, f"{column}_folded") for table, columns in COLUMNS.items() for column in columns)
    )
