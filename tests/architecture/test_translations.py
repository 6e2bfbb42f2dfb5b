"""Translations follow the typography of their language."""

import re

import pytest

from tools.translations import forms_of, po_of, read_catalog

TRANSLATED = ("uk", "ru")


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_follow_the_typography_of_the_language(language: str) -> None:
    messages = [message for message in read_catalog(po_of(language), language) if message.id]
    forms = [form for message in messages for form in forms_of(message)]
    assert [form for form in forms if UNTIDY.search(form)] == []


# English or straight quotation marks and apostrophes, three dots, a hyphen as a dash, a capital letter for "you", a
# full stop after a date, which ends in one ("24 лист. 2026 р.").
UNTIDY = re.compile(
    r"""[“”„]|"[а-яіїєґ]|[а-яіїєґ]"|[а-яіїєґ]['ʼ`][а-яіїєґ]|\.\.\.| - |[а-яіїєґё,] (Ви|Вы|Вас|Вам|Ваш\w*)\b"""
    r"""|(?:%\(day\)s|\{due\})\**\.(?!\w)"""
)
