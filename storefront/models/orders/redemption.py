"""The promo code that an order uses."""

from peewee import CharField, IntegerField

from storefront.models.base import Record


class Redemption(Record):
    """`code` is as it was when the order was made, "" for none; `promo_code_id` the row of the code."""

    code = CharField(max_length=40, default="")
    promo_code_id = IntegerField(null=True)
