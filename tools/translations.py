"""Translations: `update` after words changed, `check` that nothing is missing (`make translations`, `make check`).

The compiled catalogues are committed: serving needs no build step.
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
    """Bring the catalogues to the words in the source; new ones are left for a person to translate."""
    for language in LANGUAGES:
        exists = po_of(language).exists()
        verb = (
            ["update", "--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date"] if exists else ["init"]
        )
        pybabel(*verb, "-i", str(template), "-d", str(TRANSLATIONS), "-l", language)
        compile_catalogue(language)
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
    if compiled_words(language) != words(have):
        yield f"{language}: the compiled catalogue is missing or older than its source (make translations)"


def flaws(message: Message, catalog: Catalog) -> Iterator[str]:
    """What is wrong with one translation."""
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
    # Babel reads a context out of a compiled catalogue as bytes.
    context = message.context.decode() if isinstance(message.context, bytes) else message.context
    return (message.id[0] if isinstance(message.id, (list, tuple)) else message.id, context)


def po_of(language: str) -> Path:
    return TRANSLATIONS / language / "LC_MESSAGES" / "messages.po"


def catalogue(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def words(catalog: Catalog) -> dict[object, object]:
    """{message: its translation}: what a compiled catalogue must agree in with its source."""
    ready = [message for message in catalog if message.id and not message.fuzzy and any(forms_of(message))]
    return {key_of(message): forms_of(message) for message in ready}


def forms_of(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, (list, tuple)) else (message.string,)


def compiled_words(language: str) -> dict[object, object] | None:
    path = po_of(language).with_suffix(".mo")
    if not path.exists():
        return None
    with path.open("rb") as file:
        return words(read_mo(file))


def compile_catalogue(language: str) -> None:
    """Write the .mo file, unless the one there says the same: its header holds a date."""
    catalog = catalogue(po_of(language), language)
    if compiled_words(language) != words(catalog):
        with po_of(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, catalog)


if __name__ == "__main__":
    sys.exit(main())
