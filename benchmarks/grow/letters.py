"""The rows of emails."""

import random
from datetime import datetime, timedelta

from benchmarks.grow.documents import Sale
from benchmarks.grow.people import Person
from benchmarks.grow.tables import Rows, stamp
from storefront.models import Email, EmailKind, EmailState

_SENT, _FAILED = EmailState.SENT.value, EmailState.FAILED.value
# The shop deletes the texts of older emails by default.
_TEXTS_KEPT = timedelta(days=365)
_HTML = (
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n</head>\n<body>\n<p>{}</p>\n</body>\n</html>\n'
)


class LetterRows:
    """Makes rows of emails that were sent, or that failed as one in 500 does."""

    def __init__(self, source: random.Random, now: datetime) -> None:
        self._random, self._now = source, now
        self.rows = Rows(
            Email,
            "kind about order_id offer_id mode subscription_id invoice_id recipient recipient_folded language subject"
            " subject_folded title_folded text html state problem due_at created_at done_at",
        )

    def add(
        self,
        kind: EmailKind,
        about: str,
        sale: Sale,
        recipient: Person | None,
        subject: str,
        words: str,
        written: datetime,
        subscription_id: int | None = None,
        invoice_id: int | None = None,
    ) -> None:
        """Add an email about this sale. `recipient` is None for the owner."""
        html = _HTML.format(words)
        if self._now - written > _TEXTS_KEPT:
            subject = words = html = ""
        failed = self._random.random() < 0.002
        state, problem = (_FAILED, "550 5.1.1 No such user here") if failed else (_SENT, "")
        to, language = (recipient.email, recipient.language) if recipient else ("", "")
        at, done = stamp(written), stamp(written + timedelta(seconds=2))
        what = kind.value, about, sale.order_id, sale.offer_id, "test", subscription_id, invoice_id
        said = to, to, language, subject, subject.casefold(), sale.title.casefold(), words, html
        self.rows.add((*what, *said, state, problem, at, at, done))
