"""The documentation site: `build` it in three languages, or `update` the catalogs of the shop owners' guides.

`update` (part of `make translations`) takes the changed texts of the English guides into docs/locale. `build`
(`make docs`, part of `make check`) writes docs/_site. It fails at every warning, among them a text of a guide that has
no translation.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from docs.conf import guides
from tools.translations import LANGUAGES, ROOT, read_catalog

LOCALE = ROOT / "docs" / "locale"
SITE = ROOT / "docs" / "_site"
# Such as `draft`, `published`: the same in every language.
CODE_ONLY = re.compile(r"`[^`]+`(, `[^`]+`)*")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=("build", "update"))
    return update() if parser.parse_args().verb == "update" else build()


def build() -> int:
    """Build the site of each language. Returns the exit code: 1 if one has warnings."""
    codes = [sphinx("html", "en", SITE), *(sphinx("html", language, SITE / language) for language in LANGUAGES)]
    return max(codes)


def sphinx(builder: str, language: str, target: Path, *more: str) -> int:
    command = [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going", "-b", builder]
    return subprocess.run([*command, "-D", f"language={language}", *more, "docs", target], cwd=ROOT).returncode


def update() -> int:
    """Take changed texts into the catalogs, and drop those that the guides no longer have. Returns the exit code."""
    with TemporaryDirectory() as folder:
        code = sphinx("gettext", "en", Path(folder), "-t", "guides")
        for page in ("index", *guides()):
            with (Path(folder) / f"{page}.pot").open("rb") as file:
                template = read_po(file)
            for language in LANGUAGES:
                update_catalog(catalog_of(language, page), language, template)
    return code


def catalog_of(language: str, page: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{page}.po"


def update_catalog(path: Path, language: str, template: Catalog) -> None:
    """Bring one catalog up to date with its page. Changed texts keep their translation, marked as fuzzy."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists():
        catalog = read_catalog(path, language)
    else:
        catalog = Catalog(locale=language, header_comment=f"# docs/{path.stem}.md", fuzzy=False)
    catalog.update(template, update_header_comment=False, update_creation_date=False)
    for message in catalog:
        if message.id and CODE_ONLY.fullmatch(message.id):
            message.string = message.id
    with path.open("wb") as file:
        write_po(file, catalog, ignore_obsolete=True, include_previous=True)


if __name__ == "__main__":
    sys.exit(main())
