"""Exports of lists: one table, sent as CSV or as a spreadsheet for Excel, with the columns that were chosen."""

from storefront.web.admin.shared.exports.choosing import chosen_columns
from storefront.web.admin.shared.exports.list_exports import ListExport, export_blueprint
from storefront.web.admin.shared.exports.sending import send_list
from storefront.web.admin.shared.exports.tables import Column, ColumnKind, Table, Value

__all__ = ["Column", "ColumnKind", "ListExport", "Table", "Value", "chosen_columns", "export_blueprint", "send_list"]
