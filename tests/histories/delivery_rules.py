"""Rules for random histories: the offer delivers license keys and a link, and the owner adds keys."""

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from storefront import db, delivery
from storefront.delivery import DeliverableFields
from storefront.models import Deliverable, DeliverableKind, Offer
from tests.histories.common_rules import CommonRules
from tests.money import delivery_checks


class DeliveryRules(CommonRules):
    """See tests/money/delivery_checks.py."""

    keys_added = 0

    def make_deliverables(self, offer: Offer) -> None:
        """More keys than a history can sell: it is about the keys, not about a sold-out offer."""
        with db.connection():
            link = DeliverableFields("Recordings", url="https://example.com/recordings")
            delivery.add_deliverable(offer, DeliverableKind.LINK, link)
            delivery.add_deliverable(offer, DeliverableKind.KEYS, DeliverableFields("Program", keys=self._keys(200)))
            offer.__data__.update(Offer.get_by_id(offer.id).__data__)

    @rule(number=st.sampled_from([1, 3]), again=st.booleans())
    def the_owner_adds_keys(self, number: int, again: bool) -> None:
        """Sometimes the same list twice."""
        typed = self._keys(number)
        with db.connection():
            row = Deliverable.get(Deliverable.offer == self.offer, Deliverable.kind == DeliverableKind.KEYS)
        for _press in range(2 if again else 1):
            self.shop.run(lambda: delivery.change_deliverable(row, DeliverableFields("Program", keys=typed)))

    @invariant()
    def keys_and_access_are_right(self) -> None:
        if not hasattr(self, "offer"):
            return
        with db.connection():
            wrong = delivery_checks.always()
        assert not wrong, self.report(wrong)

    def _keys(self, number: int) -> str:
        self.keys_added += number
        return "\n".join(f"KEY-{at:05}" for at in range(self.keys_added - number, self.keys_added))
