"""The columns of a CSV file with offers, and their cells as the fields of the offer's form hold them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import force_locale
from flask_babel import gettext as _
from wtforms import BooleanField, Field, SelectField

from storefront.i18n import fold, isolate
from storefront.models import Merchant
from storefront.web.forms import OfferForm
from storefront.web.support import LANGUAGE_NAMES, LANGUAGES, mode_name

# Name of the column → field of the form. The names are those of the template file; the labels of the fields, in the
# language of the page, are names as well.
COLUMNS: Mapping[str, str] = {
    "title": "title",
    "address": "slug",
    "summary": "short_description",
    "description": "description",
    "price": "price",
    "currency": "currency",
    "payment_system": "merchant",
    "second_payment_system": "second_merchant",
    "kind": "kind",
    "every": "every",
    "interval": "interval",
    "trial_days": "trial_days",
    "installments": "instalments",
    "stock": "stock",
    "maximum_quantity": "max_quantity",
    "language": "language",
    "status": "status",
    "listed": "listed",
    "thank_you": "thank_you",
}
# Columns of an export that an import leaves out without a word.
EXPORTED_ONLY = ("sold", "link")
YES, NO = ("yes", "y", "true", "1", "так", "да"), ("no", "n", "false", "0", "ні", "нет")


class CellProblem(Exception):
    """The cell can't be taken. The message is for the person who has uploaded the file."""


@dataclass(frozen=True)
class Columns:
    """`fields` has the field of each column, "" for a column that is not known; `unknown` are the names of those."""

    fields: list[str]
    unknown: list[str]


def columns_of(names: Iterable[str], form: OfferForm) -> Columns:
    """Which column is which, by its name or by its heading in any language."""
    known = {_key(name): field for name, field in COLUMNS.items()} | dict.fromkeys(EXPORTED_ONLY, "")
    for language in LANGUAGES:
        with force_locale(language):
            known |= {_key(heading_of(name, form)): known[name] for name in (*COLUMNS, *EXPORTED_ONLY)}
    names = list(names)
    fields = [known.get(_key(name), "") for name in names]
    return Columns(fields, [name for name in names if name and _key(name) not in known])


def heading_of(name: str, form: OfferForm) -> str:
    """The heading of a column in the language of the page: the label of its field, if it has one."""
    if name in COLUMNS:
        return str(form[COLUMNS[name]].label.text)
    return _("Sold") if name == "sold" else _("Link")


def _key(name: object) -> str:
    return "_".join(fold(str(name)).replace("-", " ").replace("_", " ").split())


def value_of(field: Field, cell: str, merchants: list[Merchant]) -> str:
    """What the field of a form would send for this cell, which is not empty. Raises CellProblem."""
    if field.name in ("merchant", "second_merchant"):
        return _merchant_id(cell, merchants)
    if isinstance(field, BooleanField):
        return _truth(cell)
    return _choice(field, cell) if isinstance(field, SelectField) else cell


def _truth(cell: str) -> str:
    if fold(cell.strip()) not in (*YES, *NO):
        raise CellProblem(_("Enter yes or no."))
    return "y" if fold(cell.strip()) in YES else ""


def _choice(field: SelectField, cell: str) -> str:
    """The value of the choice that has this value or this label."""
    typed, choices = _key(cell), [(str(value), str(label)) for value, label, *_more in field.iter_choices()]
    names = {_key(label): value for value, label in choices} | {_key(value): value for value, _label in choices}
    if field.name == "language":
        names |= {_key(label): code for code, label in LANGUAGE_NAMES.items()}
    if typed in names:
        return names[typed]
    if field.name == "currency":
        raise CellProblem(_("Enter a currency code such as EUR."))
    raise CellProblem(_("Enter one of: %(values)s.", values=", ".join(value for value, _label in choices)))


def _merchant_id(cell: str, merchants: list[Merchant]) -> str:
    """The ID of the account with this name; of two with the same name, the one whose mode stands behind it."""
    typed = fold(" ".join(cell.split()))
    with_modes = [
        one for one in merchants if typed in [fold(f"{one.name} ({it})") for it in (one.mode, mode_name(one.mode))]
    ]
    named = with_modes or [one for one in merchants if fold(one.name) == typed]
    if not named:
        raise CellProblem(_("No payment system is called “%(name)s”.", name=isolate(cell)))
    if len(named) > 1:
        raise CellProblem(
            _(
                "Several payment systems have this name. Write “%(name)s (test)” or “%(name)s (live)”.",
                name=isolate(cell),
            )
        )
    return str(named[0].id)
