"""The rows of a CSV file as offers: what each would do, checked by the form of the offer and by the rules of saving."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from storefront import offers
from storefront.errors import FieldErrors
from storefront.models import REQUESTS_SLUG, Merchant, Offer, OfferStatus
from storefront.web.admin import labels
from storefront.web.admin.offers.csv_reading import CsvTable
from storefront.web.admin.offers.form_values import form_values, offer_fields
from storefront.web.admin.offers.import_columns import CellProblem, Columns, columns_of, value_of
from storefront.web.forms import OfferForm
from storefront.web.support import current_profile

# A form that is sent with one of them changes all rates.
TAX_FIELDS = ("tax_name", "tax_rate", "tax_included")


class RowState(StrEnum):
    """What an import does with a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    ERROR = "error"


@dataclass
class ImportRow:
    """One line of the file. `errors` are (label of the column, sentence); `changes` the labels of what would change.

    `offer` is the offer to be saved: a new one, or that with the address of the row.
    """

    line: int
    title: str
    state: RowState
    form: OfferForm
    offer: Offer
    errors: list[tuple[str, str]] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)


@dataclass
class ImportPreview:
    """The file row by row. `unknown` are the names of columns that are left out. `has_columns`: offers can be told."""

    rows: list[ImportRow]
    unknown: list[str]
    has_columns: bool

    def count(self, state: RowState) -> int:
        """Number of rows in this state."""
        return sum(1 for row in self.rows if row.state == state)

    def with_state(self, *states: RowState) -> list[ImportRow]:
        """The rows in one of these states."""
        return [row for row in self.rows if row.state in states]


def preview(table: CsvTable) -> ImportPreview:
    """Check each row. Nothing is saved."""
    merchants = [one for one in Merchant.connected() if one.takes_payments]
    columns = columns_of(table.names, _form(MultiDict(), merchants))
    existing = _offers_by_address(table, columns)
    rows, addresses = [], set[str]()
    for line, cells in table.rows:
        values = {name: cell.strip() for name, cell in zip(columns.fields, cells, strict=False) if name}
        offer = existing.get(values.get("slug", "")) or Offer()
        row = _check(line, {name: cell for name, cell in values.items() if cell}, offer, merchants)
        address = values.get("slug", "")
        if address and address in addresses:
            _add_error(row, "slug", _("This address is in the file twice."))
        addresses.add(address)
        rows.append(row)
    return ImportPreview(rows, columns.unknown, bool({"title", "slug"} & set(columns.fields)))


def save_row(row: ImportRow) -> bool:
    """Save the offer of a row without errors. False if that is not possible any more: the row has errors then."""
    try:
        offers.save(row.offer, offer_fields(row.form))
    except FieldErrors as error:
        _add_errors(row, error)
        return False
    return True


def _offers_by_address(table: CsvTable, columns: Columns) -> dict[str, Offer]:
    if "slug" not in columns.fields:
        return {}
    place = columns.fields.index("slug")
    typed = {cells[place].strip() for _line, cells in table.rows if len(cells) > place}
    found = Offer.select().where(Offer.slug.in_(list(typed)), Offer.slug != REQUESTS_SLUG)
    return {offer.slug: offer for offer in found}


def _check(line: int, values: Mapping[str, str], offer: Offer, merchants: list[Merchant]) -> ImportRow:
    is_new = offer.id is None
    before = {} if is_new else form_values(offer)
    own = [] if is_new else [one for one in (offer.merchant, offer.second_merchant) if one is not None]
    choices = [*merchants, *(one for one in own if one.id not in {known.id for known in merchants})]
    blank, sent, problems = _form(MultiDict(), choices), _sent(_defaults(merchants) if is_new else before), {}
    for name, cell in values.items():
        try:
            sent[name] = value_of(blank[name], cell, choices)
        except CellProblem as problem:
            problems[name] = str(problem)
    form = _form(sent, choices)
    row = ImportRow(line, values.get("title") or offer.title or "", RowState.NEW, form, offer)
    if form.validate():
        _apply(row)
    for name, words in problems.items():
        form[name].errors = [words]
    row.errors = [(str(one.label.text), words) for one, words in form.error_list()]
    if row.errors:
        row.state = RowState.ERROR
    elif not is_new:
        row.changes = _changes(form, before, values)
        row.state = RowState.CHANGED if row.changes else RowState.SAME
    return row


def _apply(row: ImportRow) -> None:
    """The rules of saving, on a copy: the offer of the row is saved later, or not at all."""
    copy = Offer(**row.offer.__data__)
    copy.__rel__.update(row.offer.__rel__)
    try:
        offers.check(copy, offer_fields(row.form))
    except FieldErrors as error:
        row.form.add_errors(labels.field_errors(error))


def _add_errors(row: ImportRow, error: FieldErrors) -> None:
    for name, sentences in labels.field_errors(error).items():
        for words in sentences:
            _add_error(row, name, words)


def _add_error(row: ImportRow, name: str, words: str) -> None:
    label = row.form[name].label.text if name in row.form else name
    row.errors.append((str(label), words))
    row.state = RowState.ERROR


def _defaults(merchants: list[Merchant]) -> dict[str, Any]:
    """As the form of a new offer has them: a draft."""
    only = merchants[0] if len(merchants) == 1 else None
    return {
        "currency": (only and only.default_currency) or "EUR",
        "merchant": str(only.id) if only else "",
        "language": current_profile().default_language,
        "status": OfferStatus.DRAFT.value,
        "withdrawal_days": str(offers.default_withdrawal_days(offers.shop_country())),
        "listed": True,
        "max_quantity": "1",
        "min_quantity": "1",
        "kind": "one_off",
        "every": "1",
        "interval": "month",
        "trial_days": "0",
    }


def _sent(values: Mapping[str, Any]) -> "MultiDict[str, Any]":
    """What a browser would send for these values. Rows of lists are left out: the offer keeps those it has."""
    plain = {name: value for name, value in values.items() if isinstance(value, str | bool) and name not in TAX_FIELDS}
    return MultiDict(
        {name: "y" if value is True else str(value) for name, value in plain.items() if value not in (False, None)}
    )


def _form(sent: "MultiDict[str, Any]", merchants: list[Merchant]) -> OfferForm:
    form = OfferForm(formdata=sent, meta={"csrf": False})
    form.set_choices(merchants)
    return form


def _changes(form: OfferForm, before: Mapping[str, Any], values: Mapping[str, str]) -> list[str]:
    """The labels of the columns whose values differ from the offer's."""
    return [str(form[name].label.text) for name in values if str(form[name].data or "") != str(before.get(name) or "")]
