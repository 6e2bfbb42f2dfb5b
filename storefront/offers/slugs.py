"""Slugs of offers: made from titles in Latin or Cyrillic script, unique, with redirects from former slugs."""

from slugify import slugify

from storefront.models import Offer, OfferRedirect

MAX_LENGTH = 60

# Ukraine's official romanization (Cabinet of Ministers, resolution 55 of 27 January 2010).
_UKRAINIAN = dict(
    zip(
        "абвгґдежзиіклмнопрстуфхцчшщєїйюяь",
        [*"a b v h g d e zh z y i k l m n o p r s t u f kh ts ch sh shch ie i i iu ia".split(), ""],
        strict=True,
    )
)
_AT_WORD_START = dict(zip("єїйюя", "ye yi y yu ya".split(), strict=True))
_RUSSIAN = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщыэюяъь",
        [*"a b v g d e yo zh z i y k l m n o p r s t u f kh ts ch sh shch y e yu ya".split(), "", ""],
        strict=True,
    )
)


def slug_from_title(title: str, language: str) -> str:
    """Latin letters, digits and hyphens, at most 60 characters; `offer` when the title has none of them.

    Letters that only Ukrainian or only Russian has decide how Cyrillic is romanized; without any, `language` (uk, en,
    ru) does.
    """
    text = title.lower()
    letters = set(text)
    ukrainian = bool(letters & set("іїєґ")) or (language != "ru" and not letters & set("ыэёъ"))
    latin = _romanize_ukrainian(text) if ukrainian else "".join(_RUSSIAN.get(letter, letter) for letter in text)
    return slugify(latin, max_length=MAX_LENGTH, word_boundary=True, replacements=[("'", "")]) or "offer"


def free_slug(base: str, offer: Offer) -> str:
    """`base`, with a number appended if another offer has or had that slug."""
    stem = base[: MAX_LENGTH - 4]
    current = Offer.select(Offer.slug).where(Offer.slug.startswith(stem), Offer.id != offer.id)
    former = OfferRedirect.select(OfferRedirect.slug).where(OfferRedirect.slug.startswith(stem))
    if offer.id is not None:
        former = former.where(OfferRedirect.offer != offer)
    taken = {row.slug for row in current} | {row.slug for row in former}
    number, slug = 2, base
    while slug in taken:
        slug, number = f"{stem}-{number}", number + 1
    return slug


def redirect_former_slug(offer: Offer) -> None:
    """Redirect the offer's saved slug to it, and delete a redirect from the slug that it is about to get."""
    OfferRedirect.delete().where(OfferRedirect.slug == offer.slug).execute()
    saved = Offer.get_or_none(Offer.id == offer.id)
    if saved is not None and saved.slug != offer.slug:
        OfferRedirect.create(slug=saved.slug, offer=offer)


def _romanize_ukrainian(text: str) -> str:
    text = text.replace("’", "").replace("ʼ", "").replace("'", "").replace("зг", "zgh")
    latin, previous = [], " "
    for letter in text:
        table = _UKRAINIAN if previous.isalpha() else {**_UKRAINIAN, **_AT_WORD_START}
        latin.append(table.get(letter, letter))
        previous = letter
    return "".join(latin)
