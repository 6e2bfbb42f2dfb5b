"""The rows of money that went back: refunds and disputes."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from benchmarks.grow.documents import DocumentRows, Sale
from benchmarks.grow.letters import LetterRows
from benchmarks.grow.people import Person
from benchmarks.grow.tables import Rows, stamp
from storefront.models import Dispute, EmailKind, OrderStatus, Refund, TimelineKind

_EVIDENCE_TIME = timedelta(days=14)
# The owner answers disputes: so many of one run still wait for evidence.
_OPEN_DISPUTES = 5


class ReturnRows:
    """Makes rows of refunds and disputes, with their `entries` in the timeline, their letters and credit notes."""

    def __init__(
        self,
        source: random.Random,
        texts: Iterator[str],
        now: datetime,
        take_id: Callable[[type], int],
        entries: Rows,
        letters: LetterRows,
        documents: DocumentRows,
    ) -> None:
        self._random, self._texts, self._now, self._take_id = source, texts, now, take_id
        self._entries, self._letters, self._documents = entries, letters, documents
        self._open_disputes = 0
        self.refunds = Rows(
            Refund, "id public_id order_id payment_id refund_id amount currency status reason created_at"
        )
        self.disputes = Rows(
            Dispute, "order_id payment_id dispute_id amount currency status reason evidence_due_at created_at"
        )

    def add(
        self,
        sale: Sale,
        payment_id: int,
        amount: int,
        buyer: Person,
        status: str,
        paid: datetime,
        invoice: list[int],
    ) -> None:
        """Add what a paid order of this status had: a dispute, or a refund of all or a third.

        `invoice` is what `DocumentRows.add_sale` has returned.
        """
        order_id, currency = sale.order_id, sale.currency
        later = min(paid + timedelta(hours=self._random.randint(1, 480)), self._now - timedelta(seconds=10))
        if status == OrderStatus.DISPUTED.value:
            self._add_dispute(sale, payment_id, amount, later)
            return
        returned = amount if status == OrderStatus.REFUNDED.value else max(1, amount // 3)
        refund_id, at = self._take_id(Refund), stamp(later)
        about = refund_id, next(self._texts), order_id, payment_id, f"re_{next(self._texts)}", returned, currency
        self.refunds.add((*about, "succeeded", "requested_by_customer", at))
        self._documents.add_refund(sale, refund_id, returned, at, invoice)
        detail = f'{{"amount": {returned}, "failure": "", "origin": "shop"}}'
        self._entries.add((order_id, TimelineKind.REFUND_SUCCEEDED.value, detail, at))
        kind = TimelineKind.REFUNDED if returned == amount else TimelineKind.PARTIALLY_REFUNDED
        self._entries.add((order_id, kind.value, "{}", at))
        words = f"Hello {buyer.name},\n\n€{returned / 100:.2f} of your order no. {sale.number} go back.\n"
        about, subject = f"refund-{refund_id}", f"Your refund for {sale.title}"
        self._letters.add(EmailKind.REFUND_MADE, about, sale, buyer, subject, words, later)

    def _add_dispute(self, sale: Sale, payment_id: int, amount: int, opened: datetime) -> None:
        order_id, currency = sale.order_id, sale.currency
        status, due = "lost", opened + _EVIDENCE_TIME
        if due > self._now:
            status = "needs_response" if self._open_disputes < _OPEN_DISPUTES else "under_review"
            self._open_disputes += status == "needs_response"
        dispute, at, reason = f"du_{next(self._texts)}", stamp(opened), "product_not_received"
        self.disputes.add((order_id, payment_id, dispute, amount, currency, status, reason, stamp(due), at))
        detail = f'"amount": {amount}, "currency": "{currency}", "reason": "{reason}", "status": "{status}"'
        self._entries.add((order_id, TimelineKind.DISPUTE.value, f"{{{detail}}}", at))
        self._entries.add((order_id, TimelineKind.DISPUTED.value, "{}", at))
        subject = f"Disputed: €{amount / 100:.2f} of order no. {sale.number}"
        about = f"dispute-{dispute}-chargeback"
        self._letters.add(EmailKind.OWNER_DISPUTE, about, sale, None, subject, f"{subject}.\n", opened)
