"""The identity of this shop in the metadata of its objects at Stripe: other shops may use the same account."""

from storefront.models.base import public_id
from storefront.models.shop.shop_setting import ShopSetting

SHOP_ID = "shop_id"


def shop_id() -> str:
    """A random name of this shop, made once. It is in the database, so a restored shop still has it."""
    row = ShopSetting.by_name(SHOP_ID)
    if row is None:
        ShopSetting.insert(name=SHOP_ID, value=public_id(96)).on_conflict_ignore().execute()
        row = ShopSetting.get(ShopSetting.name == SHOP_ID)
    return str(row.value)
