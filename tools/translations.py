"""Translation catalogs: `update` them from the source, or `check` them (`make translations`, `make check`).

The compiled catalogs are committed, so that running the shop needs no build step.
"""

import argparse
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parent.parent
TRANSLATIONS = ROOT / "storefront" / "translations"
LANGUAGES = ("uk", "ru")
BRACES = re.compile(r"\{\w*\}")
EXTRACT = "extract --no-location --sort-output --project storefront -F babel.cfg -k _l -c For-translators".split()


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
    """Update the catalogs from the source. New messages have to be translated by hand."""
    for language in LANGUAGES:
        exists = po_of(language).exists()
        verb = (
            ["update", "--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date"] if exists else ["init"]
        )
        pybabel(*verb, "-i", str(template), "-d", str(TRANSLATIONS), "-l", language)
        compile_catalog(language)
    return check(template)


def check(template: Path) -> int:
    """Print the problems of all catalogs. Return the exit code: 1 if there are any."""
    wanted = read_catalog(template, "en")
    problems = [problem for language in LANGUAGES for problem in problems_of(language, wanted)]
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{len(wanted)} messages, complete in {' and '.join(LANGUAGES)}")
    return 1 if problems else 0


def problems_of(language: str, wanted: Catalog) -> Iterator[str]:
    """Problems of one language's catalog, one line each."""
    if not po_of(language).exists():
        yield f"{language}: there is no catalog yet (make translations)"
        return
    existing = read_catalog(po_of(language), language)
    known = {key_of(message): message for message in existing if message.id}
    for message in wanted:
        if message.id and key_of(message) not in known:
            yield f"{language}: missing: {message.id!r}"
    needed = {key_of(message) for message in wanted}
    for key, message in known.items():
        if key not in needed:
            yield f"{language}: not in the source any more: {message.id!r}"
        yield from (f"{language}: {problem}: {message.id!r}" for problem in problems_of_message(message, existing))
    yield from (f"{language}: obsolete: {message.id!r}" for message in existing.obsolete.values())
    if compiled_messages(language) != finished_messages(existing):
        yield f"{language}: the compiled catalog is missing or older than its source (make translations)"


def problems_of_message(message: Message, catalog: Catalog) -> Iterator[str]:
    """Problems of one translation."""
    forms = forms_of(message)
    if not all(forms) or (message.pluralizable and len(forms) != catalog.num_plurals):
        yield "untranslated"
        return
    if message.fuzzy:
        yield "fuzzy"
    yield from (f"placeholders differ ({error})" for error in message.check(catalog))
    source = message.id[-1] if message.pluralizable else message.id
    if any(set(BRACES.findall(form)) != set(BRACES.findall(source)) for form in forms):
        yield "placeholders in braces differ"


def key_of(message: Message) -> tuple[str, str | None]:
    # Babel reads the context from a compiled catalog as bytes.
    context = message.context.decode() if isinstance(message.context, bytes) else message.context
    return (message.id[0] if isinstance(message.id, (list, tuple)) else message.id, context)


def po_of(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def read_catalog(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def finished_messages(catalog: Catalog) -> dict[object, object]:
    """{message key: translations} of the finished messages. The compiled catalog must have the same."""
    finished = [message for message in catalog if message.id and not message.fuzzy and any(forms_of(message))]
    return {key_of(message): forms_of(message) for message in finished}


def forms_of(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, (list, tuple)) else (message.string,)


def compiled_messages(language: str) -> dict[object, object] | None:
    path = po_of(language).with_suffix(".mo")
    if not path.exists():
        return None
    with path.open("rb") as file:
        return finished_messages(read_mo(file))


def compile_catalog(language: str) -> None:
    """Write the .mo file if its messages have changed. (Its header has a date, so it would change each time.)"""
    catalog = read_catalog(po_of(language), language)
    if compiled_messages(language) != finished_messages(catalog):
        with po_of(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)


if __name__ == "__main__":
    sys.exit(main())
