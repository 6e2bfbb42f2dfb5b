"""Sphinx's configuration of the documentation site: `make docs` builds it.

The English site has every page. The Ukrainian and the Russian one (`-D language=uk`) have the first steps and the
guides for shop owners. What they lack, they link to in the English site, the folder above theirs.
"""

import re
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util import logging

from storefront.config import VERSION

DOCS = Path(__file__).resolve().parent
LANGUAGES = {"en": "English", "uk": "Українська", "ru": "Русский"}

project = "Storefront"
author = "the authors of Storefront"
version = release = VERSION
extensions = ["myst_parser"]
exclude_patterns = ["_site", "locale"]
templates_path = ["_templates"]
html_theme = "furo"
html_title = f"Storefront {VERSION}"
html_show_copyright = False
html_copy_source = False
html_static_path = ["_static"]
html_css_files = ["languages.css"]
# Links to headings, as GitHub writes their names.
myst_heading_anchors = 3
# Code blocks without a language are commands and addresses.
highlight_language = "text"
# A catalog for each page. No line numbers in them, so that a change of one sentence is a change of a few lines.
locale_dirs = ["locale"]
gettext_compact = False
gettext_uuid = False
gettext_location = False
# The list of pages in index.md names every page of the English site.
suppress_warnings = ["toc.excluded"]


def guides() -> list[str]:
    """The names of the guides for shop owners, as index.md lists them."""
    lists = dict(re.findall(r":caption: (.+)\n:maxdepth: 1\n\n((?:[\w./-]+\n)+)", (DOCS / "index.md").read_text()))
    return lists["For shop owners"].split()


def all_pages() -> set[str]:
    return {str(path.relative_to(DOCS).with_suffix("")) for path in DOCS.glob("**/*.md")}


def pages_of(language: str) -> set[str]:
    """The names of the pages in the site of this language."""
    walk = f"walk.{language}"
    if language == "en":
        return {walk} | {page for page in all_pages() if not page.startswith("walk.")}
    return {walk, "index", *guides()}


def choose_pages(app: Sphinx, config: Config) -> None:
    """Leave the pages of other languages out of the site. The tag `guides` chooses what is translated."""
    chosen = {"index", *guides()} if app.tags.has("guides") else pages_of(config.language)
    config.exclude_patterns += [f"{page}.*" for page in sorted(all_pages() - chosen)]


def link_to_english_pages(app: Sphinx, tree: nodes.document) -> None:
    """Turn links to pages that this site lacks into links to the English site. The names of pages are checked there."""
    for link in list(tree.findall(addnodes.pending_xref)):
        target = link["reftarget"]
        if link.get("refdomain") == "doc" and target not in app.env.found_docs and target in pages_of("en"):
            anchor = f"#{link['reftargetid']}" if link["reftargetid"] else ""
            address = f"../{target}.html{anchor}"
            link.replace_self(nodes.reference("", "", *link.children, refuri=address, hreflang="en"))


def refuse_missing_translations(app: Sphinx, tree: nodes.document) -> None:
    """Warn of texts that have no translation, also because their English text has changed since."""
    if app.config.language == "en" or app.env.current_document.docname.startswith("walk."):
        return
    for node in tree.findall(nodes.Element):
        # Sphinx doesn't say this of captions, and looks images up that come out of a translated paragraph already.
        unknown = isinstance(node, (addnodes.toctree, nodes.image))
        if node.get("translated") is False and not unknown:
            logging.getLogger(__name__).warning("not translated: %s", node.astext(), location=node)


def offer_languages(app: Sphinx, page: str, _template: str, context: dict[str, Any], _tree: object) -> None:
    """Give the template `languages`: (code, name, address) of this page, or of the start of the site that lacks it."""
    top = "../" * (page.count("/") + (app.config.language != "en"))
    context["languages"] = []
    for code, name in LANGUAGES.items():
        there = re.sub(r"^walk\.\w+$", f"walk.{code}", page)
        there = there if there in pages_of(code) else "index"
        folder = "" if code == "en" else f"{code}/"
        context["languages"].append((code, name, f"{top}{folder}{there}.html"))


def setup(app: Sphinx) -> None:
    if app.config.language != "en":
        app.tags.add("translated")
    app.connect("config-inited", choose_pages)
    app.connect("doctree-read", refuse_missing_translations)
    app.connect("doctree-read", link_to_english_pages)
    app.connect("html-page-context", offer_languages)
