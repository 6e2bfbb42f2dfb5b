"""The text of a page as people read it, including attributes such as `aria-label`."""

import json
import re
from html.parser import HTMLParser

SPOKEN = ("aria-label", "title", "placeholder", "alt", "data-copied", "data-show", "data-hide", "data-unreachable")
# Not shown, or the same in every language: scripts, styles, codes, names of Stripe's products.
SILENT = ("script", "style", "code")
VOID = ("area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr")

ADDRESSES = re.compile(r"\S+@\S+|https?://\S+|/\w[\w/.-]*|\b\w+\.\w+\.com\b")
# Names, formats and keys that are the same in every language. Words in capitals are codes and abbreviations.
SAME = frozenset(
    """Storefront Stripe Billing Setup Intents Webhooks Developers keys sandbox Markdown Excel JavaScript Ctrl Secure
    English Telegram myshop BotFather newbot userinfobot RawDataBot backup
    Test flask app wsgi create admin migrate python storefront worker https Visa Mastercard""".split()
)
LATIN = re.compile(r"(?<![\w_])[A-Za-z][a-z]{2,}(?![\w_])")


class Page(HTMLParser):
    """`language`: the `lang` of <html>. `words`: each text in it. `switch`: the text of the language switch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.language = ""
        self.words: list[str] = []
        self.switch = ""
        self._open: list[tuple[str, bool, bool]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if tag == "html":
            self.language = values.get("lang") or ""
        silent, switch = self._open[-1][1:] if self._open else (False, False)
        silent = silent or tag in SILENT or (values.get("lang") or self.language) != self.language
        switch = switch or values.get("class") == "language-switch"
        if not silent:
            self.words += [values[name] or "" for name in SPOKEN if name in values]
        if tag not in VOID:
            self._open.append((tag, silent, switch))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        silent, switch = self._open[-1][1:] if self._open else (False, False)
        text = " ".join(data.split())
        if switch:
            self.switch = f"{self.switch} {text}".strip()
        elif text and not silent:
            self.words.append(text)


def english_in(words: list[str]) -> set[str]:
    """English words: Latin letters, neither part of an address nor the same in every language."""
    return {found for piece in words for found in LATIN.findall(ADDRESSES.sub(" ", piece))} - SAME


def script_words(html: str) -> list[str]:
    """The texts that the page passes to static/js/checkout.js."""
    found = re.search(r'<script type="application/json" id="messages">(.*?)</script>', html, re.S)
    assert found, "the page has no words for its script"
    words = json.loads(found[1])
    return [*words.pop("codes").values(), *words.pop("missing", {}).values(), *words.values()]
