"""The company that an order is for, and the customer's country, where the offer asks for them; and who was erased."""

from peewee import CharField

from storefront.models.base import Record
from storefront.models.customers.erased_customer import is_erased


class BuyerCompany(Record):
    """`country` is an ISO 3166 code. `vat_id` is valid by its form. "" for what was not asked for, or left blank."""

    country = CharField(max_length=2, default="")
    company = CharField(max_length=200, default="")
    vat_id = CharField(max_length=20, default="")
    email: str

    @property
    def is_erased(self) -> bool:
        """Whether the customer's personal data was erased: nobody can be written to."""
        return is_erased(self.email)
