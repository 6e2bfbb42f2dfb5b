"""Exports of lists: one table, sent as CSV or as a spreadsheet for Excel, with the columns that were chosen."""

from storefront.web.admin.shared.exports.choosing import chosen_columns, export_page
from storefront.web.admin.shared.exports.sending import send_chosen, send_list
from storefront.web.admin.shared.exports.tables import Column, ColumnKind, Table, Value

__all__ = ["Column", "ColumnKind", "Table", "Value", "chosen_columns", "export_page", "send_chosen", "send_list"]
