"""Customers with Latin and Cyrillic names and example.com addresses."""

from typing import NamedTuple

from storefront.i18n import fold

# Language of the customer: given names and family names, each with its spelling in the email address.
_NAMES = {
    "en": (
        "Anna Ben Clara Daniel Emma Felix Grace Hugo Ida James Katrin Liam Maria Noah Olivia Paul Rosa Sam Thea Victor",
        "Adams Becker Clark Dubois Evans Fischer Garcia Hansen Jensen Keller Lopez Meyer Novak Olsen Price Rossi Smith"
        " Turner Vogel Wright",
    ),
    "uk": (
        "Андрій=andrii Богдан=bohdan Ганна=hanna Дарина=daryna Євген=yevhen Зоряна=zoriana Ірина=iryna"
        " Катерина=kateryna Любов=liubov Марко=marko Назар=nazar Олена=olena Павло=pavlo Соломія=solomiia"
        " Тарас=taras Юлія=yuliia",
        "Бондаренко=bondarenko Гнатюк=hnatiuk Дем’янчук=demianchuk Іваненко=ivanenko Коваленко=kovalenko"
        " Лисенко=lysenko Мельник=melnyk Олійник=oliinyk Петренко=petrenko Савченко=savchenko"
        " Ткаченко=tkachenko Шевчук=shevchuk",
    ),
    "ru": (
        "Алёна=alyona Борис=boris Вера=vera Григорий=grigory Дмитрий=dmitry Екатерина=ekaterina Илья=ilya Лариса=larisa"
        " Михаил=mikhail Наталья=natalya Пётр=pyotr София=sofia Фёдор=fyodor Яна=yana",
        "Андреев=andreev Волков=volkov Громов=gromov Ершов=yershov Зимин=zimin Климов=klimov Лебедев=lebedev"
        " Орлов=orlov Павлов=pavlov Соколов=sokolov Титов=titov Щукин=shchukin",
    ),
}

# Their family names end with "а".
_RUSSIAN_WOMEN = frozenset("Алёна Вера Екатерина Лариса Наталья София Яна".split())


class Person(NamedTuple):
    """A customer. `name_folded` is the name for searches; the email address is in lower case already."""

    name: str
    name_folded: str
    email: str
    language: str


def _pairs(words: str) -> list[tuple[str, str, str]]:
    """(name, folded name, spelling in an address) for each word."""
    split = (word.partition("=") for word in words.split())
    return [(name, fold(name), spelling or name.lower()) for name, _, spelling in split]


def _endings(given: str) -> tuple[str, str, str]:
    """What the family name gets: as it is written, folded, and in an address."""
    return ("а", fold("а"), "a") if given in _RUSSIAN_WOMEN else ("", "", "")


_PEOPLE = [
    (f"{given} {family}{end}", f"{given_folded} {family_folded}{folded_end}", f"{first}.{last}{latin_end}", language)
    for language, (given_names, family_names) in _NAMES.items()
    for given, given_folded, first in _pairs(given_names)
    for end, folded_end, latin_end in (_endings(given),)
    for family, family_folded, last in _pairs(family_names)
]


def person(number: int) -> Person:
    """The customer with this number, always the same one. Names repeat, addresses do not."""
    # Neighboring numbers get names of different languages: 379 and the number of names have no common divisor.
    name, folded, address, language = _PEOPLE[number * 379 % len(_PEOPLE)]
    return Person(name, folded, f"{address}{number}@example.com", language)
