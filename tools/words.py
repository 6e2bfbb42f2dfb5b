"""Refuse words that our texts don't use, second names for one thing, and straight quotes (`make check`).

Reads messages and both translations, what commands print, the documents for shop owners, and their translations.
The tables are in words.toml; docs/style.md and docs/glossary.md say more. `--report` doesn't fail.
"""

import argparse
import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tools.translations import LANGUAGES, ROOT, forms_of, po_of, read_catalog

TABLES = Path(__file__).with_suffix(".toml")
STRAIGHT = {
    "en": re.compile(r"""\w'\w|\w'(?=\s|$)|"|\.\.\."""),
    "uk": re.compile(r"""'|"|[“”]"""),
    "ru": re.compile(r"""'|"|[“”]"""),
}
CODE = re.compile(r"`[^`]*`|\{\w*\}|%\(\w+\)s|https?://\S+")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
# Calls whose texts a person reads on the command line.
SPOKEN = {"echo", "ClickException", "UsageError", "BackupError", "MoveError", "ConfigError", "command_error"}


@dataclass(frozen=True)
class Tables:
    """What words.toml says."""

    content: dict[str, dict]

    @classmethod
    def read(cls) -> "Tables":
        return cls(tomllib.loads(TABLES.read_text()))

    @cached_property
    def exempt(self) -> dict[str, set[str]]:
        return {language: set(texts) for language, texts in self.content["exempt"].items()}

    @cached_property
    def rules(self) -> dict[str, list[tuple[re.Pattern[str], str]]]:
        """{language: [(what is refused, what to write instead)]}."""
        return {
            language: [
                (re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE), instead)
                for table in ("banned", "names")
                for words, instead in self.content[language][table].items()
            ]
            for language in ("en", *LANGUAGES)
        }

    @cached_property
    def document_rules(self) -> re.Pattern[str]:
        return re.compile(rf"(?<![\w-])(?:{'|'.join(self.content['documents']['words'])})(?!\w)", re.IGNORECASE)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--report", action="store_true", help="print what was found, and don't fail")
    report = parser.parse_args().report
    found = list(findings(Tables.read()))
    print(*found, sep="\n", end="\n" if found else "")
    print(
        f"{len(found)} findings (docs/style.md, docs/glossary.md, tools/words.toml)" if found else "no word is refused"
    )
    return 1 if found and not report else 0


def findings(tables: Tables) -> Iterator[str]:
    """Everything that is refused in the project, one line each."""
    for language, text in messages():
        yield from problems(tables, language, text)
    for language, text in guide_translations():
        yield from problems(tables, language, text)
    for place, text in command_texts():
        yield from (f"{place}: {problem}" for problem in problems(tables, "en", text, typography=False))
    for name in tables.content["documents"]["files"]:
        yield from document_problems(tables, name, (ROOT / name).read_text())


def messages() -> Iterator[tuple[str, str]]:
    """(language, text) of every message and every translation; a text with plural forms once for each."""
    for language in LANGUAGES:
        for message in read_catalog(po_of(language), language):
            if message.id:
                if language == LANGUAGES[0]:
                    ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
                    yield from (("en", text) for text in dict.fromkeys(ids))
                yield from ((language, text) for text in dict.fromkeys(forms_of(message)) if text)


def guide_translations() -> Iterator[tuple[str, str]]:
    """(language, text) of every translation of the documentation."""
    for language in LANGUAGES:
        for path in sorted((ROOT / "docs" / "locale" / language).rglob("*.po")):
            yield from ((language, message.string) for message in read_catalog(path, language) if message.id)


def command_texts() -> Iterator[tuple[str, str]]:
    """(file and line, text) of what commands print, refuse with and say about their options."""
    for path in sorted((ROOT / "storefront").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _name(node.func) in SPOKEN:
                parts = [*node.args]
            elif isinstance(node, ast.keyword) and node.arg == "help":
                parts = [node.value]
            else:
                continue
            for part in parts:
                words = [str(one.value) for one in ast.walk(part) if isinstance(one, ast.Constant)]
                yield f"{path.relative_to(ROOT)}:{part.lineno}", " ".join(words)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def problems(tables: Tables, language: str, text: str, *, typography: bool = True) -> Iterator[str]:
    """What is refused in one text, one line each."""
    if text in tables.exempt[language]:
        return
    prose = CODE.sub(" … ", text)
    curly = prose.replace("'", "’")
    for pattern, instead in tables.rules[language]:
        if match := pattern.search(curly):
            yield f"{language}: “{match[0]}” (better: {instead}): {text!r}"
    if typography and (match := STRAIGHT[language].search(prose)):
        yield f"{language}: straight or foreign quotation mark, or three dots ({match[0]}): {text!r}"


def document_problems(tables: Tables, name: str, text: str) -> Iterator[str]:
    """What is refused in a document, with the number of the line. Code is not looked at."""
    prose = FENCED.sub(lambda block: "\n" * block[0].count("\n"), text)
    for number, line in enumerate(prose.splitlines(), start=1):
        for match in tables.document_rules.finditer(CODE.sub("", line)):
            yield f"{name}:{number}: “{match[0]}”"


if __name__ == "__main__":
    sys.exit(main())
