"""Random histories of plan switches: each is charged once, as it was shown, and access is what the plan has."""

from hypothesis import seed
from hypothesis.stateful import get_state_machine_test

from tests.histories.switch_rules import SwitchRules
from tests.histories.test_payment_histories import MANY, profile
from tests.histories.test_subscription_histories import shop
from tests.money.in_process_shop import InProcessShop

__all__ = ["shop"]


def test_money_and_access_agree_with_stripe_after_random_histories_of_plan_switches(shop: InProcessShop) -> None:
    play = get_state_machine_test(lambda: SwitchRules(shop), settings=profile(MANY or 5))
    play = play if MANY else seed(1)(play)
    play()
