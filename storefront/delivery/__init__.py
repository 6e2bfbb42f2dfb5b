"""Delivery: what customers are given for what they paid, and until when they may have it."""

from storefront.delivery.access import NoAccess, access_obstacle
from storefront.delivery.delivered import NOTHING, Delivered, Item, delivered, delivered_by_order
from storefront.delivery.editing import (
    MAX_DELIVERABLES,
    DeliverableFields,
    add_deliverable,
    change_deliverable,
    move_deliverable,
    remove_deliverable,
    remove_free_keys,
    replace_file,
    set_access_end,
)
from storefront.delivery.files.downloading import (
    LinkProblem,
    LinkRefused,
    count_download,
    file_of_link,
    make_link_token,
)
from storefront.delivery.files.file_names import clean_file_name, disposition
from storefront.delivery.files.unused import delete_abandoned_uploads, delete_unused_files
from storefront.delivery.files.uploading import (
    PART_BYTES,
    UploadIncomplete,
    WrongOffset,
    add_part,
    begin_upload,
    file_key,
    finish_upload,
    is_file_key,
    max_file_bytes,
    store_file,
)
from storefront.delivery.giving import give, give_option, lists_to_report
from storefront.delivery.keys import AddedKeys, add_keys, hold_keys, read_keys
from storefront.delivery.new_offers import UNKNOWN_OPTION, NewDeliverable, save_new_offer

__all__ = [
    "MAX_DELIVERABLES",
    "NOTHING",
    "PART_BYTES",
    "UNKNOWN_OPTION",
    "AddedKeys",
    "DeliverableFields",
    "Delivered",
    "Item",
    "LinkProblem",
    "LinkRefused",
    "NewDeliverable",
    "NoAccess",
    "UploadIncomplete",
    "WrongOffset",
    "access_obstacle",
    "add_deliverable",
    "add_keys",
    "add_part",
    "begin_upload",
    "change_deliverable",
    "clean_file_name",
    "count_download",
    "delete_abandoned_uploads",
    "delete_unused_files",
    "delivered",
    "delivered_by_order",
    "disposition",
    "file_key",
    "file_of_link",
    "finish_upload",
    "give",
    "give_option",
    "hold_keys",
    "is_file_key",
    "lists_to_report",
    "make_link_token",
    "max_file_bytes",
    "move_deliverable",
    "read_keys",
    "remove_deliverable",
    "remove_free_keys",
    "replace_file",
    "save_new_offer",
    "set_access_end",
    "store_file",
]
