"""Defects of payment plans and planned ends: what was promised, and only Stripe keeps. docs/defects.md, number 28."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient

from storefront import db
from storefront.models import Email, Invoice, TimelineEntry
from storefront.worker import tasks
from tests.money import payment_checks, subscription_checks
from tests.money.buyer import Marko, signed_in_owner
from tests.money.in_process_shop import InProcessShop
from tests.web.admin_pages import text_of

DAY = 86400


@pytest.fixture
def shop(shared_shop: InProcessShop) -> Iterator[InProcessShop]:
    """The shared shop without faults."""
    shared_shop.clear_faults()
    with db.connection():
        yield shared_shop


@pytest.fixture
def marko(shop: InProcessShop) -> Marko:
    """A buyer and an offer of three installments of €19.99, one every month."""
    return Marko(shop, shop.reset(kind="plan", instalments=3, title="Spring course")[1])


def schedule_of(marko: Marko) -> str:
    return str(at_stripe(marko)["schedule"])


def at_stripe(marko: Marko) -> dict[str, object]:
    return marko.shop.stripe_objects().subscriptions[marko.subscription.subscription_id or ""]


def change(marko: Marko, path: str, **form: str) -> None:
    """Change something in Stripe's Dashboard."""
    answer = marko.shop.dashboard("POST", path, **form)
    assert answer.status_code == 200, answer.text


def release(marko: Marko) -> None:
    change(marko, f"subscription_schedules/{schedule_of(marko)}/release")


def release_and_remove_the_end(marko: Marko) -> None:
    change(marko, f"subscription_schedules/{schedule_of(marko)}/release", preserve_cancel_date="true")
    change(marko, f"subscriptions/{marko.subscription.subscription_id}", cancel_at="")


def let_it_go_on_at_the_end(marko: Marko) -> None:
    change(marko, f"subscription_schedules/{schedule_of(marko)}", end_behavior="release")


def make_it_longer(marko: Marko) -> None:
    schedule = marko.shop.dashboard("GET", f"subscription_schedules/{schedule_of(marko)}").json
    phase = schedule["phases"][0]
    change(
        marko,
        f"subscription_schedules/{schedule['id']}",
        **{
            "phases[0][items][0][price]": phase["items"][0]["price"],
            "phases[0][items][0][quantity]": "1",
            "phases[0][start_date]": str(phase["start_date"]),
            "phases[0][duration][interval]": "month",
            "phases[0][duration][interval_count]": "7",
        },
    )


def put_another_schedule_in_its_place(marko: Marko) -> None:
    release(marko)
    change(marko, "subscription_schedules", from_subscription=marko.subscription.subscription_id or "")


CHANGES = [
    release,
    release_and_remove_the_end,
    let_it_go_on_at_the_end,
    make_it_longer,
    put_another_schedule_in_its_place,
]


def by_events(shop: InProcessShop) -> None:
    shop.deliver_webhooks()
    shop.run_worker()


def by_reconciliation(shop: InProcessShop) -> None:
    """The events never arrive."""
    shop.reconcile()


def charges(shop: InProcessShop) -> int:
    return sum(1 for row in shop.ledger().values() if row["amount_received"])


def renew_until_it_ends(marko: Marko) -> None:
    for _month in range(7):
        if at_stripe(marko)["status"] == "canceled":
            return
        marko.renew()


def owner_emails(shop: InProcessShop, kind: str) -> list[Email]:
    """The emails of this kind, after the mail has gone out."""
    shop.run(tasks.send_emails)
    return list(Email.select().where(Email.kind == kind))


def assert_records_agree(shop: InProcessShop) -> None:
    shop.deliver_webhooks()
    shop.run_worker()
    assert payment_checks.when_idle(shop.ledger()) == []
    assert subscription_checks.when_idle(shop.stripe_objects(), shop.ledger()) == []


@pytest.mark.parametrize(("notice", "paid"), [(by_events, 1), (by_reconciliation, 2)])
@pytest.mark.parametrize("changed", CHANGES)
def test_defect_28_a_plan_whose_end_was_removed_at_stripe_is_not_charged_longer(
    changed: Callable[[Marko], None],
    paid: int,
    notice: Callable[[InProcessShop], None],
    shop: InProcessShop,
    marko: Marko,
) -> None:
    marko.subscribe()
    by_events(shop)
    for _month in range(paid - 1):
        marko.renew()
    end = at_stripe(marko)["cancel_at"]
    assert end is not None
    changed(marko)
    notice(shop)
    assert at_stripe(marko)["cancel_at"] == end
    assert marko.subscription.schedule_id == schedule_of(marko)
    (told,) = owner_emails(shop, "owner_plan_restored")
    assert "restored the end" in told.text
    renew_until_it_ends(marko)
    assert (charges(shop), marko.subscription.status) == (3, "canceled")
    assert "All installments are paid" in text_of(marko.open(marko.page).text)
    assert [letter.kind for letter in Email.select() if letter.kind.startswith("plan_")] == ["plan_finished"]
    assert_records_agree(shop)


def test_defect_28_a_plan_can_be_released_again_and_again(shop: InProcessShop, marko: Marko) -> None:
    marko.subscribe()
    by_events(shop)
    for times in (1, 2, 3):
        release(marko)
        by_events(shop)
        by_events(shop)
        assert len(owner_emails(shop, "owner_plan_restored")) == times
    renew_until_it_ends(marko)
    assert charges(shop) == 3


def test_defect_28_a_plan_that_is_paid_and_released_ends_at_once(shop: InProcessShop, marko: Marko) -> None:
    marko.subscribe()
    by_events(shop)
    marko.renew()
    marko.renew()
    assert marko.subscription.status == "active"
    release(marko)
    by_events(shop)
    assert (marko.subscription.status, charges(shop)) == ("canceled", 3)
    (told,) = owner_emails(shop, "owner_subscription_ended")
    assert "All installments were charged" in told.text
    assert [letter.kind for letter in Email.select() if letter.kind.startswith("plan_")] == ["plan_finished"]
    assert_records_agree(shop)


@pytest.mark.parametrize("crash_point", range(1, 12, 2))
def test_defect_28_a_crash_while_the_end_is_set_again_leaves_one_schedule_with_it(
    crash_point: int, shop: InProcessShop, marko: Marko
) -> None:
    marko.subscribe()
    by_events(shop)
    release(marko)
    shop.deliver_webhooks()
    shop.crash_injector.arm(crash_point)
    shop.run_worker()
    shop.crash_injector.disarm()
    shop.advance_clock(DAY)
    shop.reconcile()
    renew_until_it_ends(marko)
    assert charges(shop) == 3


def test_defect_28_charges_after_the_last_installment_stop_and_the_owner_is_told_what_to_refund(
    shop: InProcessShop, marko: Marko
) -> None:
    owner = signed_in_owner(shop)
    marko.subscribe()
    by_events(shop)
    release(marko)
    for _month in range(4):
        # The shop learns nothing of it.
        marko.end_period()
    assert charges(shop) == 5
    shop.reconcile()
    shop.reconcile()
    assert at_stripe(marko)["status"] == "canceled"
    told = owner_emails(shop, "owner_plan_overcharged")
    assert len(told) == 2 and all("€19.99" in one.text and "Refund this payment" in one.text for one in told)
    for page in pages(marko, owner):
        assert "5 of 3" not in page and "4 of 3" not in page, page
    detail = text_of(owner.get(f"/admin/subscriptions/{marko.subscription.public_id}").text)
    assert "3 of 3 paid" in detail and detail.count("not part of the plan") == 2
    by_events(shop)
    assert payment_checks.when_idle(shop.ledger()) == []
    # The payments that were too many can be refunded.
    extra = Invoice.all_of(marko.subscription)[0]
    assert owner.get(f"/admin/invoices/{extra.public_id}/refunds/new").status_code == 200


def pages(marko: Marko, owner: FlaskClient) -> list[str]:
    return [
        text_of(marko.open_order().text),
        text_of(marko.open(marko.page).text),
        text_of(owner.get(f"/admin/subscriptions/{marko.subscription.public_id}").text),
    ]


def test_defect_28_nobody_is_asked_to_pay_for_a_period_after_the_last_installment(
    shop: InProcessShop, marko: Marko
) -> None:
    marko.subscribe()
    by_events(shop)
    release(marko)
    marko.end_period()
    marko.end_period("declines")
    marko.end_period("declines")
    shop.reconcile()
    assert at_stripe(marko)["status"] == "canceled"
    newest, last, *_earlier = Invoice.all_of(marko.subscription)
    assert (newest.status, newest.needs) == ("void", "")
    assert (last.status, last.needs) == ("open", "card"), "the last installment is still owed"
    shop.run_worker()
    assert owner_emails(shop, "owner_plan_overcharged") == []
    marko.pay_from_email("renewal_declined", "4242424242424242")
    by_events(shop)
    assert "All installments are paid" in text_of(marko.open(marko.page).text)
    assert charges(shop) == 3


def test_defect_28_an_earlier_end_is_the_owners_decision(shop: InProcessShop, marko: Marko) -> None:
    marko.subscribe()
    by_events(shop)
    release(marko)
    end = marko.subscription.period_end
    change(marko, f"subscriptions/{marko.subscription.subscription_id}", cancel_at=str(int(end.timestamp())))
    by_events(shop)
    assert owner_emails(shop, "owner_plan_restored") == []
    renew_until_it_ends(marko)
    assert (charges(shop), marko.subscription.status) == (1, "canceled")


def cancel(marko: Marko) -> None:
    """The customer cancels on their page."""
    address = f"{marko.page}/subscriptions/{marko.subscription.public_id}/cancellation"
    answer = marko.shop.request("POST", address, data={"way": "period_end"})
    assert answer is not None and answer.status_code == 303


@pytest.mark.parametrize("notice", [by_events, by_reconciliation])
@pytest.mark.parametrize("trial_days", [0, 14])
def test_defect_28_a_cancellation_by_the_customer_that_is_undone_at_stripe_is_set_again(
    trial_days: int, notice: Callable[[InProcessShop], None], shop: InProcessShop
) -> None:
    marko = Marko(shop, shop.reset(kind="recurring", trial_days=trial_days)[1])
    marko.subscribe()
    by_events(shop)
    cancel(marko)
    for times in (1, 2):
        change(marko, f"subscriptions/{marko.subscription.subscription_id}", cancel_at_period_end="false")
        shop.advance_clock(DAY)
        notice(shop)
        assert at_stripe(marko)["cancel_at_period_end"] and marko.subscription.cancels_at_period_end
        assert TimelineEntry.select().where(TimelineEntry.kind == "cancellation_restored").count() == times
    assert "canceled it again" in owner_emails(shop, "owner_cancellation_restored")[0].text
    taken = charges(shop)
    marko.renew()
    assert (charges(shop), marko.subscription.status) == (taken, "canceled")


def test_defect_28_a_schedule_that_was_added_at_stripe_does_not_keep_the_customer_from_canceling(
    shop: InProcessShop,
) -> None:
    marko = Marko(shop, shop.reset(kind="recurring")[1])
    marko.subscribe()
    by_events(shop)
    change(marko, "subscription_schedules", from_subscription=marko.subscription.subscription_id or "")
    by_events(shop)
    cancel(marko)
    by_events(shop)
    assert at_stripe(marko)["schedule"] is None and marko.subscription.cancels_at_period_end
    # Added again, with an end that the customer was not told.
    change(marko, "subscription_schedules", from_subscription=marko.subscription.subscription_id or "")
    change(marko, f"subscription_schedules/{schedule_of(marko)}", end_behavior="release")
    by_events(shop)
    assert at_stripe(marko)["cancel_at_period_end"]
    assert len(owner_emails(shop, "owner_cancellation_restored")) == 1


def test_defect_28_a_cancellation_that_customer_or_owner_undo_here_stays_undone(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="recurring")[1])
    marko.subscribe()
    by_events(shop)
    cancel(marko)
    address = f"{marko.page}/subscriptions/{marko.subscription.public_id}/continuation"
    # A refresh runs while the shop waits for Stripe.
    shop.schedule_concurrent(1, shop.reconcile)
    answer = shop.request("POST", address)
    assert answer is not None and answer.status_code == 303
    by_events(shop)
    shop.reconcile()
    assert not at_stripe(marko)["cancel_at_period_end"]
    assert owner_emails(shop, "owner_cancellation_restored") == []
    assert marko.renew().status == "paid"


def test_defect_28_a_trial_that_is_shortened_at_stripe_is_told_to_the_owner(shop: InProcessShop) -> None:
    marko = Marko(shop, shop.reset(kind="recurring", trial_days=14)[1])
    marko.subscribe()
    by_events(shop)
    earlier = int(marko.subscription.trial_end.timestamp()) - 7 * DAY
    change(
        marko,
        f"subscriptions/{marko.subscription.subscription_id}",
        trial_end=str(earlier),
        proration_behavior="none",
    )
    by_events(shop)
    by_events(shop)
    (told,) = owner_emails(shop, "owner_trial_shortened")
    assert "free until February 3, 2027" in told.text
    assert "January 27, 2027" in text_of(marko.open(marko.page).text)
