"""The timelines of an order and of a subscription: the newest entry first, with dates of one style."""

import re

from flask.testing import FlaskClient

from storefront.models import Subscription
from tests.simulator_process import Simulator
from tests.subscription_steps import renew


def times_of(page: str) -> list[str]:
    """The times of a page's timeline, from top to bottom."""
    (timeline,) = re.findall(r'<ol class="timeline".*?</ol>', page, re.DOTALL)
    assert re.search(r"[A-Z][a-z]{2} \d{1,2}, \d{4}, \d{1,2}:\d{2}\W[AP]M</time>", timeline)
    return re.findall(r'<time datetime="([^"]+)"', timeline)


def test_the_newest_entry_is_first_with_orders_and_with_subscriptions(
    admin: FlaskClient, subscription: Subscription, simulator: Simulator
) -> None:
    renew(subscription, simulator)
    for address in (f"orders/{subscription.order.token}", f"subscriptions/{subscription.public_id}"):
        page = admin.get(f"/admin/{address}").text
        times = times_of(page)
        assert len(times) > 2 and times == sorted(times, reverse=True)
        texts = re.findall(r"<li class=\"(\w+)\"><p>", page)
        assert texts.index("invoice_paid") < texts.index("created")
