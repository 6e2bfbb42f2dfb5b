"""Translations outside of pages: catalogs, billing intervals, card brands, reasons of declined cards."""
