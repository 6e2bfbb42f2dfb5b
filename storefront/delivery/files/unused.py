"""Deleting the bytes of files that nothing refers to any more, and what unfinished uploads have left."""

from datetime import timedelta

from peewee import PostgresqlDatabase

from storefront import offers, settings
from storefront.db import db
from storefront.delivery.files.uploading import RESUMABLE, file_key
from storefront.models import Deliverable, Delivery, Download, FileUpload, Order, StoredFile, now


def delete_unused_files(most: int) -> int:
    """Delete the bytes of up to `most` files that have been unused for the time in the settings. Return their number.

    A file is in use while an offer has it, or an earlier customer may still get it.
    """
    days = settings.current().unused_files_kept_days
    if not days:
        return 0
    deleted = 0
    for file in Deliverable.files_without_offer():
        if any(map(_may_be_downloaded, Deliverable.select().where(Deliverable.file == file))):
            file.mark_unused(None)
        elif file.unused_since is None:
            file.mark_unused(now())
        elif file.unused_since < now() - timedelta(days=days) and deleted < most:
            _delete(file)
            deleted += 1
    return deleted


def delete_abandoned_uploads(most: int) -> int:
    """Delete the parts of up to `most` uploads that nobody has continued, and what killed processes have left."""
    store, abandoned = offers.upload_store(), FileUpload.abandoned(now() - RESUMABLE, most)
    for upload in abandoned:
        store.drop_parts(upload.public_id)
        upload.delete_instance()
    store.drop_old_parts(2 * RESUMABLE.total_seconds())
    return len(abandoned)


def _may_be_downloaded(removed: Deliverable) -> bool:
    """Whether a customer may still have what an offer does not deliver any more."""
    newer = Deliverable.replacing(removed)
    if newer is not None and newer.for_earlier:
        return False
    sold = Delivery.select().join(Order).where(Order.offer == removed.offer_id, Delivery.given_at >= removed.created_at)
    return bool(sold.where(Delivery.given_at <= removed.removed_at).exists())


def _delete(file: StoredFile) -> None:
    """Delete the bytes, unless another file has the same, and the row, unless the history of downloads names it."""
    with db.atomic():
        if isinstance(db.obj, PostgresqlDatabase):
            # An upload of the same bytes waits. On SQLite the transaction holds the lock of the whole database.
            db.execute_sql("LOCK TABLE stored_file IN SHARE ROW EXCLUSIVE MODE")
        if not Deliverable.files_without_offer().where(StoredFile.id == file.id).exists():
            return
        if not file.has_twin():
            offers.upload_store().delete(file_key(file.hash))
        named = Deliverable.select().where(Deliverable.file == file).exists()
        if named or Download.select().where(Download.file == file).exists():
            file.mark_deleted()
        else:
            file.delete_instance()
