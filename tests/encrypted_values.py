"""Finds encrypted values in the database, whatever their table and column."""

import re

from storefront import db

# A Fernet token: its version, and the first bytes of its time until the year 2106.
_TOKEN = re.compile(r"gAAAAA[\w=-]+")


def encrypted_values() -> dict[str, str]:
    """Every encrypted value, by its place: `merchant.secret_key_encrypted 1` for the first row of that table."""
    found = {}
    for table in db.db.get_tables():
        # The rows of text indexes can't be read like those of other tables.
        if "_search" in table:
            continue
        names = [column.name for column in db.db.get_columns(table)]
        for number, row in enumerate(db.db.execute_sql(f'SELECT * FROM "{table}"').fetchall(), 1):
            for name, value in zip(names, row, strict=True):
                for token in _TOKEN.findall(value) if isinstance(value, str) else ():
                    found[f"{table}.{name} {number}"] = token
    return found
