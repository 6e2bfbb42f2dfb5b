"""Rules about wallets, for random histories: Stripe offers Link or no longer does, and customers pay with it."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from storefront import merchants
from storefront.errors import StripeError
from storefront.models import Merchant
from stripe_simulator import accounts
from tests.cards import ASKS, DECLINED, GOOD
from tests.factories import SHOP_URL
from tests.histories.common_rules import CommonRules, which


class WalletRules(CommonRules):
    """An intent takes Link only if it began while the account had it; Stripe refuses it otherwise."""

    @rule(link=st.booleans(), noticed=st.booleans())
    def stripe_turns_link_on_or_off(self, link: bool, noticed: bool) -> None:
        """`noticed`: the shop looks at once, as when the owner presses Check connection."""
        self.shop.control(f"accounts/{accounts.OLENA.id}", wallets=["link"] if link else [])

        def look() -> None:
            for merchant in Merchant.select().where(Merchant.disconnected_at.is_null()):
                try:
                    merchants.check(merchant, SHOP_URL)
                except StripeError:
                    return

        if noticed:
            self.shop.run(look)

    @rule(which=which, card=st.sampled_from([GOOD, GOOD, ASKS, DECLINED]))
    @precondition(lambda self: self.secrets)
    def link_pays(self, which: int, card: str) -> None:
        secret = self.secrets[-1 - which % len(self.secrets)]
        answer = self.shop.confirm(secret.publishable_key, secret.client_secret, card, "link")
        # 429 and from 500 on are faults of Stripe that the history has asked for.
        assert answer.status_code in (200, 400, 402, 404, 429) or answer.status_code >= 500, answer.text
