"""Customers and their saved cards."""

from tests.simulator.shop import Shop, error_of


def test_a_customer_can_be_created_updated_listed_and_deleted(olena: Shop) -> None:
    made = olena.v1.customers.create({"email": "ivan@example.com", "name": "Ivan", "preferred_locales": ["uk"]})
    olena.v1.customers.create({"email": "maria@example.com"})
    changed = olena.v1.customers.update(made.id, {"name": "", "phone": "+380"})
    assert (changed.name, changed.phone, changed.email) == (None, "+380", "ivan@example.com")
    assert [one.id for one in olena.v1.customers.list({"email": "ivan@example.com"}).data] == [made.id]
    assert olena.v1.customers.delete(made.id).deleted
    assert olena.v1.customers.retrieve(made.id).deleted
    assert error_of(olena.v1.customers.update, made.id, {"name": "x"}).code == "resource_missing"
    assert olena.events()[-2:] == ["customer.updated", "customer.deleted"]


def test_an_updated_event_has_the_previous_attributes(olena: Shop) -> None:
    made = olena.v1.customers.create({"name": "Ivan"})
    olena.v1.customers.update(made.id, {"name": "Maria"})
    [event] = olena.v1.events.list({"type": "customer.updated"}).data
    assert event.data.previous_attributes.to_dict() == {"name": "Ivan"}
    assert event.data.object["name"] == "Maria"


def test_a_card_can_be_attached_listed_and_detached(olena: Shop) -> None:
    customer = olena.v1.customers.create({})
    method = olena.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    assert method.customer == customer.id
    assert [one.id for one in olena.v1.customers.payment_methods.list(customer.id).data] == [method.id]
    default = {"invoice_settings": {"default_payment_method": method.id}}
    assert olena.v1.customers.update(customer.id, default).invoice_settings.default_payment_method == method.id
    assert olena.v1.payment_methods.detach(method.id).customer is None
    assert olena.v1.payment_methods.list({"customer": customer.id}).data == []
    assert "may not be used again" in error_of(olena.pay, method.id).user_message


def test_a_card_that_is_declined_cannot_be_attached(olena: Shop) -> None:
    customer = olena.v1.customers.create({})
    error = error_of(olena.v1.payment_methods.attach, "pm_card_chargeDeclined", {"customer": customer.id})
    assert (error.http_status, error.code, error.error.decline_code) == (402, "card_declined", "generic_decline")
    assert olena.v1.payment_methods.attach("pm_card_chargeCustomerFail", {"customer": customer.id}).customer


def test_a_customers_card_pays_only_that_customers_payments(olena: Shop) -> None:
    customer, other = olena.v1.customers.create({}), olena.v1.customers.create({})
    method = olena.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    assert "belongs to a Customer" in error_of(olena.pay, method.id).user_message
    assert "does not have a payment method" in error_of(olena.pay, method.id, customer=other.id).user_message
    for _ in range(2):
        assert olena.pay(method.id, customer=customer.id).status == "succeeded"


def test_a_card_without_a_customer_can_pay_once(olena: Shop) -> None:
    method = olena.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    assert olena.pay(method.id).status == "succeeded"
    assert "may not be used again" in error_of(olena.pay, method.id).user_message


def test_a_cards_details_can_be_changed(olena: Shop) -> None:
    method = olena.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    params = {"billing_details": {"email": "ivan@example.com", "address": {"city": "Kyiv"}}, "card": {"exp_year": 2040}}
    changed = olena.v1.payment_methods.update(method.id, params)
    assert (changed.billing_details.address.city, changed.card.exp_year) == ("Kyiv", 2040)


def test_addresses_are_stored_with_all_fields(olena: Shop) -> None:
    shipping = {"name": "Ivan", "address": {"line1": "Main street 1"}}
    customer = olena.v1.customers.create({"address": {"city": "Kyiv"}, "shipping": shipping})
    assert (customer.address.city, customer.address.line1) == ("Kyiv", None)
    assert (customer.shipping.address.line1, customer.shipping.phone) == ("Main street 1", None)
    assert olena.v1.customers.update(customer.id, {"address": "", "shipping": ""}).address is None
    payment = olena.payment(shipping=shipping | {"carrier": "Post"})
    assert (payment.shipping.carrier, payment.shipping.tracking_number) == ("Post", None)
