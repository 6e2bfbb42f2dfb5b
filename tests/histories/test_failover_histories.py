"""Random histories in which the first of two accounts is away: each order is paid once, where it says."""

from hypothesis import seed
from hypothesis.stateful import get_state_machine_test

from tests.histories.failover_rules import FailoverRules
from tests.histories.test_payment_histories import MANY, profile, shop
from tests.money.in_process_shop import InProcessShop

__all__ = ["shop"]


def test_orders_are_paid_once_where_they_say_after_random_outages_of_an_account(shop: InProcessShop) -> None:
    play = get_state_machine_test(lambda: FailoverRules(shop), settings=profile(MANY or 5))
    play = play if MANY else seed(3)(play)
    play()
