"""The people in the tests: buyers, as the checkout takes them.

Olena (euros), Kenji (yen) and Taras (dollars) own the Stripe accounts; see `stripe_simulator.accounts`.
"""

from storefront.payments import CheckoutRequest
from storefront.pricing import Choice

MARKO = CheckoutRequest("marko@example.com", "Marko", "visit-of-marko-0001", "en", address="192.0.2.7")
LESIA = CheckoutRequest("lesia@example.com", "Lesia", "visit-of-lesia-0001", "en", address="192.0.2.8")
IVAN = CheckoutRequest("ivan@example.com", "Ivan", "visit-of-ivan-0001", "en", address="192.0.2.7")
TWO = Choice(quantity=2)
OLHA = CheckoutRequest("olha@example.com", "Olha", "visit-of-olha-00001", "en", address="192.0.2.7", choice=TWO)

# What the checkout form of an offer's page sends for Marko.
MARKOS_FORM = {"email": "marko@example.com", "name": "Marko", "visit": "visit-of-marko-0001"}
