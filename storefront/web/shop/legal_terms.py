"""What customers read about the law before they pay: the consent to the shop's terms, and the right of withdrawal."""

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from storefront.models import LegalSettings, LegalText

TERMS, PRIVACY, REFUNDS = LegalText


def consent_words(legal: LegalSettings) -> str:
    """The text of the checkbox, as the order keeps it."""
    return _sentence(legal).format_map(_names())


def consent_with_links(legal: LegalSettings) -> Markup:
    """The same for the page. The links open in a new tab: what is typed into the form stays."""
    link = Markup('<a href="{}" target="_blank" rel="noopener">{}</a>')
    links = {name: link.format(url_for("legal.show", text=name), words) for name, words in _names().items()}
    return Markup.escape(_sentence(legal)).format_map(links)


def withdrawal_sentence(days: int, no_withdrawal_reason: str) -> str:
    """For how many days the customer can withdraw, or why they can't; "" if there is nothing to say."""
    if days:
        return ngettext(
            "You can withdraw from the contract within %(num)s day.",
            "You can withdraw from the contract within %(num)s days.",
            days,
        )
    if not no_withdrawal_reason:
        return ""
    return _("There is no right of withdrawal: %(reason)s", reason=no_withdrawal_reason)


def _names() -> dict[str, str]:
    """The names of the texts inside the sentences."""
    return {TERMS.value: _("terms of sale"), PRIVACY.value: _("privacy policy"), REFUNDS.value: _("refund policy")}


def _sentence(legal: LegalSettings) -> str:
    sentences: dict[tuple[LegalText, ...], str] = {
        (TERMS, PRIVACY, REFUNDS): _("I agree to the {terms} and the {refunds}, and I have read the {privacy}."),
        (TERMS, PRIVACY): _("I agree to the {terms}, and I have read the {privacy}."),
        (PRIVACY, REFUNDS): _("I agree to the {refunds}, and I have read the {privacy}."),
        (TERMS, REFUNDS): _("I agree to the {terms} and the {refunds}."),
        (TERMS,): _("I agree to the {terms}."),
        (REFUNDS,): _("I agree to the {refunds}."),
        (PRIVACY,): _("I have read the {privacy}."),
    }
    return sentences[legal.texts]
