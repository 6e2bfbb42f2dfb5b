"""Payment method domains: where wallets may be shown."""

from stripe_simulator.accounts import OLENA
from tests.simulator.controls import post_control
from tests.simulator.shop import Shop, error_of


def test_a_domain_is_registered_once_and_says_which_wallets_it_is_good_for(olena: Shop) -> None:
    post_control(olena, f"accounts/{OLENA.id}", wallets=["apple_pay"])
    domains = olena.v1.payment_method_domains
    made = domains.create({"domain_name": "shop.example.com"})
    assert (made.enabled, made.apple_pay.status, made.google_pay.status) == (True, "active", "inactive")
    assert domains.create({"domain_name": "shop.example.com"}).id == made.id
    post_control(olena, f"accounts/{OLENA.id}", wallets=["google_pay"])
    checked = domains.validate(made.id)
    assert (checked.apple_pay.status, checked.google_pay.status) == ("inactive", "active")
    assert [one.id for one in domains.list({"domain_name": "shop.example.com"}).data] == [made.id]
    assert domains.update(made.id, {"enabled": False}).enabled is False
    assert error_of(domains.create, {"domain_name": "https://shop.example.com/"}).param == "domain_name"
