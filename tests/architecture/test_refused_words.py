"""`tools/words.py` refuses what docs/style.md and docs/glossary.md exclude."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.source import ROOT
from tools.words import Tables, document_problems, messages, problems

TABLES = Tables.read()


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The letter goes out in a moment."),
        ("en", "It ends by itself."),
        ("en", "Whoever opens this link can pay."),
        ("en", "Ask Stripe again"),
        ("en", "Subscription cancelled"),
        ("en", "Try it anew"),
        ("en", "The buyer sees this."),
        ("en", "It can't be paid"),
        ("en", "Wait..."),
        ("uk", "Поверніться пізніше або запитайте продавця."),
        ("uk", "Це заповнювачі."),
        ("ru", "Здесь никого не ждут."),
        ("ru", "Это подстановки."),
    ],
)
def test_a_text_that_does_not_follow_the_style_is_refused(language: str, text: str) -> None:
    assert list(problems(TABLES, language, text))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Use up to 60 small Latin letters, digits and hyphens."),
        ("en", "It can’t be paid: {letter}"),
        ("en", "Add new merchant"),
        ("en", "Instalments"),
        ("uk", "Лист буде надіслано повторно."),
        ("ru", "Письмо отправлено."),
    ],
)
def test_a_text_that_follows_the_style_passes(language: str, text: str) -> None:
    assert not list(problems(TABLES, language, text))


def test_every_word_that_the_glossary_excludes_is_refused() -> None:
    things = (ROOT / "docs" / "glossary.md").read_text().split("## Things")[1].split("## States")[0]
    excluded = [words.strip() for words in re.findall(r"\|([^|]*)\|$", things, re.MULTILINE)[2:] if words.strip()]
    assert len(excluded) > 8
    assert [words for words in excluded if not list(problems(TABLES, "en", f"About the {words}"))] == []


def test_every_exempt_text_is_one_of_the_messages() -> None:
    existing = set(messages())
    exempt = {(language, text) for language, texts in TABLES.exempt.items() for text in texts}
    assert exempt - existing == set()


def test_documents_are_read_without_their_code() -> None:
    text = "Fine.\n```\nletter\n```\nA `letter` and a letter.\n"
    assert list(document_problems(TABLES, "README.md", text)) == ["README.md:5: “letter”"]


def test_the_command_fails_for_a_new_message_and_names_it(tmp_path: Path) -> None:
    for name in ("docs", "tools", "storefront/translations"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("pictures", "__pycache__"))
    shutil.copy(ROOT / "README.md", tmp_path)
    catalog = tmp_path / "storefront/translations/uk/LC_MESSAGES/messages.po"
    catalog.write_text(catalog.read_text() + '\nmsgid "Whoever reads this letter"\nmsgstr "Лист"\n')
    command = [sys.executable, "-m", "tools.words"]
    refused = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert refused.returncode == 1 and "Whoever reads this letter" in refused.stdout, refused.stdout + refused.stderr
    assert subprocess.run([*command, "--report"], cwd=tmp_path, capture_output=True).returncode == 0
