"""Translations: `update` after words changed, `check` that nothing is missing (`make translations`, `make check`).

The compiled catalogues are committed: serving needs no build step.
"""

import argparse
import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "storefront" / "translations"
LANGUAGES = ("uk", "ru")
EXTRACT = [
    "extract",
    "--no-location",
    "--sort-output",
    "--omit-header",
    "-F",
    "babel.cfg",
    "-k",
    "_l",
    "-c",
    "For translators:",
]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("verb", choices=("check", "update"))
    with TemporaryDirectory() as folder:
        template = Path(folder) / "messages.pot"
        pybabel(*EXTRACT, "-o", str(template), ".")
        return update(template) if parser.parse_args().verb == "update" else check(template)


def pybabel(*arguments: str) -> None:
    """Run pybabel, quiet unless it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", *arguments], cwd=ROOT, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(f"pybabel {arguments[0]} failed:\n{done.stderr}")


def update(template: Path) -> int:
    """Bring the catalogues to the words in the source; new ones are left for a person to translate."""
    for language in LANGUAGES:
        exists = po_of(language).exists()
        verb = ["update", "--no-fuzzy-matching", "--ignore-obsolete", "--omit-header"] if exists else ["init"]
        pybabel(*verb, "-i", str(template), "-d", str(TRANSLATIONS), "-l", language)
        po_of(language).with_suffix(".mo").write_bytes(compiled(catalogue(po_of(language), language)))
    return check(template)


def check(template: Path) -> int:
    """The exit code: 1 when a catalogue lacks something, each lack on a line of its own."""
    wanted = catalogue(template, "en")
    problems = [problem for language in LANGUAGES for problem in problems_of(language, wanted)]
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{len(wanted)} messages, complete in {' and '.join(LANGUAGES)}")
    return 1 if problems else 0


def problems_of(language: str, wanted: Catalog) -> Iterator[str]:
    """What is wrong with one language, as lines."""
    if not po_of(language).exists():
        yield f"{language}: there is no catalogue yet (make translations)"
        return
    have = catalogue(po_of(language), language)
    known = {key_of(message): message for message in have if message.id}
    for message in wanted:
        if message.id and key_of(message) not in known:
            yield f"{language}: missing: {message.id!r}"
    needed = {key_of(message) for message in wanted}
    for key, message in known.items():
        if key not in needed:
            yield f"{language}: not in the source any more: {message.id!r}"
        yield from (f"{language}: {problem}: {message.id!r}" for problem in flaws(message, have))
    yield from (f"{language}: obsolete: {message.id!r}" for message in have.obsolete.values())
    if not po_of(language).with_suffix(".mo").exists():
        yield f"{language}: not compiled (make translations)"
    elif po_of(language).with_suffix(".mo").read_bytes() != compiled(have):
        yield f"{language}: the compiled catalogue is older than its source (make translations)"


def flaws(message: Message, catalog: Catalog) -> Iterator[str]:
    """What is wrong with one translation."""
    forms = message.string if isinstance(message.string, (list, tuple)) else (message.string,)
    if not all(forms) or (message.pluralizable and len(forms) != catalog.num_plurals):
        yield "untranslated"
        return
    if message.fuzzy:
        yield "fuzzy"
    yield from (f"placeholders differ ({error})" for error in message.check(catalog))


def key_of(message: Message) -> tuple[str, str | None]:
    return (message.id[0] if isinstance(message.id, (list, tuple)) else message.id, message.context)


def po_of(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def catalogue(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def compiled(catalog: Catalog) -> bytes:
    """The .mo file of a catalogue, without what changes by itself."""
    file = io.BytesIO()
    write_mo(file, catalog)
    return file.getvalue()


if __name__ == "__main__":
    sys.exit(main())
