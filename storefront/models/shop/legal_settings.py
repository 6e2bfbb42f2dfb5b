"""The shop's own legal texts, and whether customers must agree to them at checkout."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from storefront.db import db
from storefront.models.shop.eu_countries import is_in_eu_or_eea
from storefront.models.shop.shop_setting import ShopSetting

LEGAL = "legal"
# What pages read of them, as columns of a query. `LegalSettings.from_columns` takes their values.
LEGAL_COLUMNS = (
    f"(SELECT value FROM shop_setting WHERE name = '{LEGAL}')",  # noqa: S608
    "EXISTS (SELECT 1 FROM offer WHERE withdrawal_days > 0)",
    "EXISTS (SELECT 1 FROM offer WHERE kind <> 'one_off')",
)


class LegalText(StrEnum):
    """The texts, in the order in which pages name them. The values are in addresses and rows and never change."""

    TERMS = "terms"
    PRIVACY = "privacy"
    REFUNDS = "refunds"

    @property
    def setting(self) -> str:
        """The name of the setting with the text in each language: {language: Markdown}."""
        return f"{LEGAL}_{self.value}"


@dataclass(frozen=True)
class LegalSettings:
    """What pages and checkout need to know. The texts themselves are read by their own pages.

    `texts` are those that exist. `has_withdrawal` and `has_subscriptions`: whether the shop sells something that can be
    withdrawn from, or a subscription.
    """

    texts: tuple[LegalText, ...] = ()
    wants_consent: bool = False
    has_withdrawal: bool = False
    has_subscriptions: bool = False

    @property
    def asks_consent(self) -> bool:
        """Whether checkout asks for consent. Without a text there is nothing to agree to."""
        return self.wants_consent and bool(self.texts)

    @classmethod
    def from_columns(cls, values: Sequence[Any], country: str) -> "LegalSettings":
        """From the values of LEGAL_COLUMNS, for a shop of this country."""
        stored, withdrawable, recurring = values
        return _from_columns(stored, bool(withdrawable), bool(recurring), country)

    @staticmethod
    def read_texts() -> dict[LegalText, dict[str, str]]:
        """All texts: {text: {language: Markdown}}, without empty ones. One query."""
        names = {text.setting: text for text in LegalText}
        found: dict[LegalText, dict[str, str]] = {text: {} for text in LegalText}
        rows = ShopSetting.select().where(ShopSetting.name.in_(list(names)))
        return found | {names[row.name]: dict(row.value) for row in rows}

    @staticmethod
    def save(texts: Mapping[LegalText, Mapping[str, str]], wants_consent: bool) -> None:
        """Store the texts and whether consent is asked for."""
        kept = {text: {language: words for language, words in texts[text].items() if words} for text in texts}
        with db.atomic():
            for text, languages in kept.items():
                ShopSetting.store(text.setting, languages)
            existing = [text.value for text in LegalText if kept.get(text)]
            ShopSetting.store(LEGAL, {"texts": existing, "consent": wants_consent})


# Each page asks for them, and they hardly ever change.
@lru_cache(maxsize=64)
def _from_columns(stored: str | None, withdrawable: bool, recurring: bool, country: str) -> LegalSettings:
    found = json.loads(stored) if stored else {}
    texts = tuple(text for text in LegalText if text.value in found.get("texts", ()))
    has_withdrawal = withdrawable or is_in_eu_or_eea(country)
    return LegalSettings(texts, bool(found.get("consent")), has_withdrawal, recurring)
