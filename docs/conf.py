"""Sphinx's configuration of the documentation site: `make docs` builds it."""

from storefront.config import VERSION

project = "Storefront"
author = "the authors of Storefront"
version = release = VERSION
extensions = ["myst_parser"]
exclude_patterns = ["_site"]
html_theme = "furo"
html_title = f"Storefront {VERSION}"
html_show_copyright = False
html_copy_source = False
# Links to headings, as GitHub writes their names.
myst_heading_anchors = 3
# Code blocks without a language are commands and addresses.
highlight_language = "text"
