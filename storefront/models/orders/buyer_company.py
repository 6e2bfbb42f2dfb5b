"""The company that an order is for, and the customer's country, where the offer asks for them."""

from peewee import CharField

from storefront.models.base import Record


class BuyerCompany(Record):
    """`country` is an ISO 3166 code. `vat_id` is valid by its form. "" for what was not asked for, or left blank."""

    country = CharField(max_length=2, default="")
    company = CharField(max_length=200, default="")
    vat_id = CharField(max_length=20, default="")
