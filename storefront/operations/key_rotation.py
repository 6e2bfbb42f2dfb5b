"""Encrypts all secrets again with the newest of ENCRYPTION_KEYS, so that the older keys can be removed."""

from collections import Counter
from collections.abc import Iterator

from peewee import Field

from storefront import encryption
from storefront.db import db
from storefront.errors import SecretUnreadable
from storefront.models import ALL, KeptForm

# Rows of one transaction: others can write in between.
BATCH = 200


def rotate_keys() -> tuple[int, dict[str, int]]:
    """Encrypt again what is not encrypted with the newest key. Return how many secrets were, and the unreadable ones.

    The latter are numbers by column, such as `merchant.secret_key_encrypted`: they stay as they are. The shop may run
    meanwhile, and the command may be repeated.
    """
    rotated, unreadable = 0, Counter[str]()
    for field in encrypted_columns():
        for batch in _batches(field):
            with db.atomic():
                for row_id, token in batch:
                    try:
                        rotated += _rotate(field, row_id, token)
                    except SecretUnreadable:
                        unreadable[f"{field.model._meta.table_name}.{field.column_name}"] += 1
    return rotated, dict(unreadable)


def encrypted_columns() -> list[Field]:
    """The columns that hold secrets. Their names end in `_encrypted`, but for one that is older than this rule."""
    fields = [field for model in ALL for field in model._meta.sorted_fields]
    return [field for field in fields if field.name.endswith("_encrypted") or field is KeptForm.sealed]


def _batches(field: Field) -> Iterator[list[tuple[int, str]]]:
    """(row id, token) of all rows that have a secret, in lists of at most BATCH."""
    model, last = field.model, 0
    query = model.select(model.id, field).where(field.is_null(False), field != "").order_by(model.id).limit(BATCH)
    while batch := [tuple(row) for row in query.where(model.id > last).tuples()]:
        yield batch
        last = batch[-1][0]


def _rotate(field: Field, row_id: int, token: str) -> int:
    """1 if the secret was encrypted again; 0 if that is not needed, or if it was replaced meanwhile."""
    again = encryption.encrypt_again(token)
    if again is None:
        return 0
    unchanged = (field.model.id == row_id) & (field == token)
    return int(field.model.update({field: again}).where(unchanged).execute())
