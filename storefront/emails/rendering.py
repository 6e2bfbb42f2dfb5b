"""Renders an email: fills the variables of its text and the rows below it, in one language."""

from collections.abc import Sequence

from storefront import i18n
from storefront.emails import custom_texts, delivered_items, greeting, layout, urls
from storefront.emails.delivered_items import EmailItem
from storefront.emails.kinds import KINDS, facts, variables
from storefront.emails.layout import RenderedEmail
from storefront.emails.unsubscribing import unsubscribe_url
from storefront.models import Email, ShopProfile


def render(email: Email, language: str) -> RenderedEmail:
    """Render a queued email in `language` (uk, en, ru), with the owner's text or else the default one."""
    # An email to the owner in the customer's language doesn't change the language of the admin.
    page_language = "" if KINDS[email.kind].for_owner and email.language else language
    link = urls.link_url(KINDS[email.kind].link, email, page_language)
    values = variables.values(email, language) | facts.values_for_rows(email, language) | {"link": link}
    topic = KINDS[email.kind].topic
    if topic:
        values["unsubscribe"] = unsubscribe_url(email.recipient, topic, language)
    items: list[EmailItem] = []
    if KINDS[email.kind].delivers:
        items = delivered_items.items_of(email, language, urls.link_url("order", email, language))
    custom = custom_texts.custom_text(email.kind, language)
    return _render(email.kind, language, values, custom, items, free=variables.is_free(email))


def kept_parts(email: Email, rendered: RenderedEmail) -> dict[str, str]:
    """What is kept of the email: not the text whose link opens an account of the admin."""
    return {**vars(rendered), **({"text": "", "html": ""} if KINDS[email.kind].opens_admin else {})}


def preview(kind: str, language: str, text: tuple[str, str] | None = None) -> RenderedEmail:
    """Render an email of this kind with example values, with `text` (subject, body) or else its current text.

    Raises FieldErrors, as `save_custom_text` does, for a `text` that can't be saved.
    """
    sample = variables.sample_values(kind, language)
    sample |= facts.sample_values_for_rows(sample, language, variables.SAMPLE_DAY)
    sample["link"] = urls.sample_link_url(KINDS[kind].link, language)
    if KINDS[kind].topic:
        sample["unsubscribe"] = urls.sample_link_url("unsubscribe", language)
    if text is None:
        return _render(kind, language, sample, custom_texts.custom_text(kind, language))
    subject, body = text[0], custom_texts.with_plain_breaks(text[1])
    custom_texts.check_text(subject, body)
    is_default = (subject, body) == custom_texts.default_text(kind, language)
    return _render(kind, language, sample, None if is_default else (subject, body))


def current_text(kind: str, language: str) -> tuple[str, str]:
    """Return (subject, body) of this kind in `language`: the owner's text or else the default one."""
    return custom_texts.custom_text(kind, language) or custom_texts.default_text(kind, language)


def _render(
    kind_name: str,
    language: str,
    values: dict[str, str],
    custom: tuple[str, str] | None,
    items: Sequence[EmailItem] = (),
    *,
    free: bool = False,
) -> RenderedEmail:
    kind, catalog = KINDS[kind_name], i18n.catalog_for(language)
    shop = ShopProfile.load()
    values = values | {"shop": i18n.isolate(shop.display_name)}
    subject, body = custom or custom_texts.default_text(kind_name, language, free=free)
    if not values["name"]:
        subject, body = greeting.without_name(subject), greeting.without_name(body)
    filled_subject = subject.format(**values)
    content = layout.Content(
        subject=filled_subject,
        heading=catalog.gettext(kind.heading) if kind.heading and custom is None else filled_subject,
        # Values are escaped: a title must not act as Markdown or HTML.
        body=body.format(**{name: layout.escape_markdown(value) for name, value in values.items()}),
        plain_body=body.format(**values),
        rows=facts.rows(kind.facts, values, catalog),
        button=catalog.gettext(kind.button).format(**values) if kind.button else "",
        link=values["link"],
        items=tuple(items),
        unsubscribe=values.get("unsubscribe", ""),
    )
    return layout.lay_out(content, kind, shop, language)
