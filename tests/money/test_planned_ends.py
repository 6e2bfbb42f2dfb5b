"""A planned end that stands in `cancel_at` alone, as Stripe's Dashboard sets it in the flexible billing mode."""

from collections import Counter
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from storefront import db, subscriptions
from storefront.models import Email, Subscription
from storefront.models.search import repriceable_subscriptions
from storefront.subscriptions import Action
from tests.money.buyer import Marko, signed_in_owner
from tests.money.in_process_shop import InProcessShop
from tests.web.admin_pages import text_of

DAY = 86400


@pytest.fixture
def marko(shared_shop: InProcessShop) -> Iterator[Marko]:
    """A customer of a monthly subscription. The clock starts on 20 January 2027."""
    marko = Marko(shared_shop, shared_shop.reset(kind="recurring", title="Weekly letters")[1])
    with db.connection():
        marko.subscribe()
        yield marko


@pytest.fixture
def owner(marko: Marko) -> FlaskClient:
    return signed_in_owner(marko.shop)


def end_at_stripe(marko: Marko, cancel_at: str) -> None:
    """Plan the end as Stripe's Dashboard does, and let the shop learn of it."""
    answer = marko.shop.dashboard("POST", f"subscriptions/{marko.subscription.subscription_id}", cancel_at=cancel_at)
    assert answer.json is not None and not answer.json["cancel_at_period_end"]
    learn(marko)


def learn(marko: Marko) -> None:
    marko.shop.deliver_webhooks()
    marko.shop.run_worker()


def kinds() -> list[str]:
    return [letter.kind for letter in Email.select().order_by(Email.id)]


def test_pages_emails_and_price_changes_read_an_end_in_cancel_at(marko: Marko, owner: FlaskClient) -> None:
    end_at_stripe(marko, "min_period_end")
    subscription = marko.subscription
    assert (subscription.planned_end, subscription.next_charge_at) == (subscription.period_end, None)
    assert kinds()[-1:] == ["subscription_ends"]
    assert "Canceled. You have access until February 20, 2027 and won’t be charged again." in text_of(
        marko.open(marko.page).text
    )
    assert "February 20, 2027" in text_of(marko.open_order().text)
    assert "ends on February 20, 2027" in text_of(owner.get("/admin/subscriptions").text)
    assert "Canceled. Ends on February 20, 2027." in text_of(
        owner.get(f"/admin/subscriptions/{subscription.public_id}").text
    )
    assert repriceable_subscriptions(marko.offer) == []
    assert subscriptions.obstacle(subscription, Action.CHANGE_PRICE, "owner") == "subscription_ends"
    assert subscriptions.obstacle(subscription, Action.CANCEL_AT_PERIOD_END, "buyer") == "already"
    marko.end_period()
    learn(marko)
    assert marko.subscription.status == "canceled"
    assert Counter(kinds())["renewal_receipt"] == 0


def test_the_customer_takes_back_an_end_in_cancel_at(marko: Marko) -> None:
    end_at_stripe(marko, "min_period_end")
    path = f"{marko.page}/subscriptions/{marko.subscription.public_id}/continuation"
    assert "Keep this subscription?" in marko.open(path).text
    assert marko.shop.request("POST", path) is not None
    [theirs] = marko.shop.stripe_objects().subscriptions.values()
    assert (theirs["cancel_at"], theirs["canceled_at"]) == (None, None)
    assert (marko.subscription.planned_end, marko.subscription.is_repriceable) == (None, True)
    assert marko.renew().status == "paid"


def test_an_end_after_several_periods_is_charged_until_then(marko: Marko) -> None:
    end = int(marko.subscription.period_end.timestamp()) + 28 * DAY
    end_at_stripe(marko, str(end))
    assert marko.subscription.next_charge_at == marko.subscription.period_end
    assert repriceable_subscriptions(marko.offer) == [marko.subscription]
    page = text_of(marko.open(marko.page).text)
    assert "Ends automatically on" in page and "Keep subscription" in page
    assert "subscription_ends" not in kinds()
    # The last period begins: now nothing more is charged, and the customer is told.
    assert marko.renew().status == "paid"
    assert marko.subscription.next_charge_at is None
    assert kinds().count("subscription_ends") == 1


def test_a_plan_that_ends_after_its_last_installment_is_not_canceled(shared_shop: InProcessShop) -> None:
    marko = Marko(shared_shop, shared_shop.reset(kind="plan", instalments=3)[1])
    with db.connection():
        marko.subscribe()
        learn(marko)
        plan = marko.subscription
        plan.cancel_at = plan.period_end
        plan.save()
        assert plan.cancel_at is not None and (plan.planned_end, plan.ends_with_period) == (None, False)
        assert Subscription.select().where(Subscription.ending_with_period()).count() == 0
