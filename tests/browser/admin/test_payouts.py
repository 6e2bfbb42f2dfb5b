"""The owner finds a sale's fee, the month's sums and the payout that brought the money to the bank."""

from playwright.sync_api import expect

from storefront.models import BalanceReading, BalanceTransaction, Merchant, Offer, Payout, now
from storefront.payments import read_balance
from tests.browser.actors import Owner
from tests.browser.shop_process import Shop
from tests.browser.stripe_choice import SimulatedStripe
from tests.processes import until
from tests.purchase_steps import buy


def test_the_fee_of_a_sale_and_its_payout_are_shown_and_exported(
    owner: Owner, shop: Shop, stripe: SimulatedStripe, address: str
) -> None:
    page = owner.page
    owner.open("/admin/money")
    expect(page.get_by_text("Fees and payouts appear here a few minutes after the first payment.")).to_be_visible()
    with shop.inside():
        order = buy(Offer.get(), stripe.simulator)
    stripe.simulator.pay_out("Olena")
    until(lambda: is_read(shop), "the balance with its payout")
    owner.open("/admin/money")
    month = page.get_by_role("region", name="By month").get_by_role("row").last
    for amount in ("€19.99", "€0.55", "€19.44"):
        expect(month.get_by_text(amount).first).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export (CSV)").click()
    assert "19.99" in download.value.path().read_text(encoding="utf-8-sig")
    payout = page.get_by_role("row").filter(has_text="On its way")
    expect(payout).to_contain_text("€19.44")
    payout.get_by_role("link").click()
    page.get_by_role("link", name=f"#{order.number}").click()
    expect(page.get_by_text("€0.55").first).to_be_visible()
    expect(page.get_by_text("€19.44").first).to_be_visible()
    expect(page.get_by_text("Not paid out yet")).to_have_count(0)


def is_read(shop: Shop) -> bool:
    """Read now what the worker reads every few minutes; whether the payout's contents are there."""
    with shop.inside():
        BalanceReading.update(due_at=now()).execute()
        read_balance(Merchant.get())
        of_payouts = BalanceTransaction.payout.is_null(False)
        return bool(Payout.select().exists() and BalanceTransaction.select().where(of_payouts).count() == 2)
