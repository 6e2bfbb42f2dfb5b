"""The tax of a part of an invoice: of what was refunded."""

from collections.abc import Iterable
from typing import Any

from storefront.models import Document, DocumentKind
from storefront.pricing import share

Rate = tuple[str, str]


def part_of_taxes(
    documents: Iterable[Document], amount: int, kind: DocumentKind, only_rate: str = ""
) -> list[dict[str, Any]]:
    """The taxes in a refund of `amount` (minor units), for each rate of the invoice; empty if it names no tax.

    The parts of all credit notes add up to the invoice's taxes: the last one gets what the others have left. A
    correction gives back what its credit notes took. `only_rate` (in percent, as text) is that of a refunded line: the
    other rates have no part, unless more is refunded than this rate has left.
    """
    left = _left(documents, credit_notes_only=kind == DocumentKind.CORRECTION)
    of_rate = {rate: sums for rate, sums in left.items() if rate[1] == only_rate}
    if of_rate and sum(gross for _tax, gross in of_rate.values()) >= amount:
        left = of_rate
    parts = share(amount, [gross for _tax, gross in left.values()]) if left else []
    return [_part(rate, part, *taxed) for (rate, taxed), part in zip(left.items(), parts, strict=True) if part]


def _left(documents: Iterable[Document], credit_notes_only: bool) -> dict[Rate, tuple[int, int]]:
    """{rate: (tax, gross) that is not taken back yet}."""
    sums: dict[Rate, tuple[int, int]] = {}
    for document in documents:
        if credit_notes_only and document.kind == DocumentKind.INVOICE:
            continue
        sign = -1 if document.is_credit_note is not credit_notes_only else 1
        for one in document.content["taxes"]:
            rate = (one["name"], one["rate"])
            tax, gross = sums.get(rate, (0, 0))
            sums[rate] = (tax + sign * one["tax"], gross + sign * one["gross"])
    return {rate: taxed for rate, taxed in sums.items() if taxed[1] > 0}


def _part(rate: Rate, part: int, tax: int, gross: int) -> dict[str, Any]:
    # Half a unit is rounded up.
    taken = (2 * part * tax + gross) // (2 * gross)
    name, percent = rate
    return {"name": name, "rate": percent, "net": part - taken, "tax": taken, "gross": part}
