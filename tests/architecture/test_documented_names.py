"""Commands, addresses and labels that the documentation names are those of the product."""

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po
from flask import Flask
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from docs.conf import guides
from tests.architecture.source import ROOT
from tools.documentation import catalog_of
from tools.translations import LANGUAGES, forms_of, po_of, read_catalog

PAGES = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"])
# Here bold text is a label of the product, or the first words of a point.
PAGES_WITH_LABELS = [
    page
    for page in ROOT.glob("docs/*.md")
    if page.stem not in ("style", "glossary", "defects", "performance", "architecture", "contributing")
]
# The same in every language, or the words of another program: Stripe's Dashboard, the simulator, the demo.
STRIPE_LABELS = {"Payment method domains", "Balance transaction sources"}
OTHER_LABELS = STRIPE_LABELS | {
    *("Stripe", "CSV", "SVG", "PNG", "SPF", "DMARC"),
    "Subscriptions",
    "Bank asks",
    "A box of colours",
}
# Folders of the server, and a command of Telegram.
OTHER_PATHS = ("/etc/", "/var/", "/proc/", "/newbot")


def read(pages: list[Path]) -> str:
    return "\n".join(page.read_text() for page in pages)


def test_the_commands_of_the_documentation_exist(app: Flask) -> None:
    named = re.findall(r"flask --app wsgi ([a-z][\w-]*)((?: --[\w-]+)*)", read(PAGES))
    assert len(named) > 20
    for name, options in named:
        command = app.cli.commands.get(name)
        assert isinstance(command, click.Command), f"flask --app wsgi {name}"
        known = {option for parameter in command.params for option in parameter.opts}
        assert set(options.split()) <= known, f"flask --app wsgi {name}{options}"


def test_every_command_is_in_the_reference(app: Flask) -> None:
    reference = (ROOT / "docs" / "reference.md").read_text()
    own = {name for name, command in app.cli.commands.items() if command.callback.__module__.startswith("storefront")}
    assert own
    assert not {name for name in own if not re.search(rf"(wsgi |/ `){name}\b", reference)}


def test_the_make_targets_and_modules_of_the_documentation_exist() -> None:
    text = read(PAGES)
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z][\w-]*)", text))
    assert {"run", "test", "check"} <= named <= targets
    modules = set(re.findall(r"python3? -m ([\w.]+)", text))
    assert not [name for name in sorted(modules) if not importlib.util.find_spec(name)]


def test_the_addresses_of_the_documentation_are_served(app: Flask) -> None:
    named = set(re.findall(r"`(/[^`\s]*)`", read(PAGES)))
    own = {address for address in named if not address.startswith(OTHER_PATHS)}
    assert len(own) > 10
    assert not [address for address in sorted(own) if not is_served(app, address)]


def is_served(app: Flask, address: str) -> bool:
    path = re.sub(r"<\w+>", "1", address.partition("?")[0])
    if path.endswith("/"):
        return any(rule.rule.startswith(path) for rule in app.url_map.iter_rules())
    try:
        app.url_map.bind("shop.example.com").match(path)
    except (MethodNotAllowed, RequestRedirect):
        return True
    except NotFound:
        return any(rule.rule.endswith(path) for rule in app.url_map.iter_rules())
    return True


@pytest.mark.parametrize("language", ["en", "uk", "ru"])
def test_the_labels_of_the_documentation_are_those_of_the_product(language: str) -> None:
    labels = product_labels(language)
    pages = [page for page in PAGES_WITH_LABELS if language == (page.stem.partition(".")[2] or "en")]
    unknown = [
        f"{page.name}: {part}"
        for page in sorted(pages)
        for label in bold_texts(page.read_text())
        for part in label.split(" → ")
        if part not in labels | OTHER_LABELS
    ]
    assert pages
    assert not unknown


def product_labels(language: str) -> set[str]:
    """All texts of the product in this language."""
    folder = "uk" if language == "en" else language
    with (ROOT / "storefront" / "translations" / folder / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalog = read_po(file)
    texts = (message.id if language == "en" else message.string for message in catalog)
    return {one for text in texts for one in ([text] if isinstance(text, str) else text)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["index", *guides()])
def test_a_translated_guide_has_the_labels_code_and_links_of_the_english_one(language: str, page: str) -> None:
    labels = product_translations(language)
    messages = [message for message in read_catalog(catalog_of(language, page), language) if message.id]
    assert messages
    assert not [message.id for message in messages if not message.string or message.fuzzy]
    assert not [
        f"{message.string}: {problem}"
        for message in messages
        for problem in translation_problems(message.id, message.string, labels, language)
    ]


def product_translations(language: str) -> dict[str, set[str]]:
    """{a text of the product, with straight apostrophes as the guides have them: how it is translated}."""
    found: dict[str, set[str]] = {}
    for message in read_catalog(po_of(language), language):
        ids = message.id if isinstance(message.id, (list, tuple)) else (message.id,)
        for text in ids:
            found.setdefault(text.replace("’", "'"), set()).update(forms_of(message))
    return found


def label_parts(text: str) -> set[str]:
    return {part for label in re.findall(r"\*\*([^*]+)\*\*", text) for part in label.split(" → ")}


def translation_problems(english: str, text: str, labels: dict[str, set[str]], language: str) -> Iterator[str]:
    parts, translated = label_parts(english), label_parts(text)
    for part in parts:
        expected = labels.get(part.replace("’", "'"), set())
        # What Stripe's Dashboard calls so as well stays English beside its other names.
        stays = part in translated and parts & STRIPE_LABELS
        if expected and not expected & translated and not stays:
            yield f"“{part}” is {' or '.join(sorted(expected))}"
    here = english.replace("-en.png)", f"-{language}.png)")
    for what, pattern in (("code", r"`[^`]+`"), ("links", r"\]\([^)]*\)"), ("bold texts", r"\*\*[^*]+(\*\*)")):
        if sorted(re.findall(pattern, here)) != sorted(re.findall(pattern, text)):
            yield f"other {what} than in {english}"


def bold_texts(markdown: str) -> list[str]:
    """The texts in bold, without those that a point of a list or a paragraph begins with."""
    text = re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"(^ *(?:[-*]|\d+\.) |\n\n)\*\*[^*]+\*\*(?! →)", r"\1", text, flags=re.MULTILINE)
    return [" ".join(found.split()) for found in re.findall(r"\*\*([^*]+)\*\*", text)]
