"""Products, which prices belong to."""

from stripe_simulator.api.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.ids import random_characters
from stripe_simulator.resources.metadata import merge_metadata
from stripe_simulator.resources.pagination import paginate_stored
from stripe_simulator.resources.payments import intent
from stripe_simulator.store import Json
from stripe_simulator.webhooks import events

KIND = "product"
UNSUPPORTED = frozenset(["default_price_data", "package_dimensions", "tax_details"])
PLAIN_FIELDS = ("description", "shippable", "statement_descriptor", "tax_code", "unit_label", "url")


def create(call: Call) -> Json:
    """Raises StripeError 400 for an id that already exists."""
    intent.reject_unsupported(call, UNSUPPORTED)
    id_ = call.param("id") or f"prod_{random_characters(14)}"
    if call.store.find(call.realm, KIND, id_):
        raise invalid("Product already exists.", param="id", code="resource_already_exists")
    return create_from(call, id_, call.params)


def create_from(call: Call, id_: str, given: Json) -> Json:
    """Create a product from the given parameters."""
    product = {
        "id": id_,
        "object": KIND,
        "active": given.get("active", True),
        "created": call.now,
        "default_price": None,
        "images": given.get("images") or [],
        "livemode": call.realm.livemode,
        "marketing_features": given.get("marketing_features") or [],
        "metadata": merge_metadata({}, given.get("metadata")),
        "name": given["name"],
        "package_dimensions": None,
        "type": given.get("type", "service"),
        "updated": call.now,
    } | {name: given.get(name) or None for name in PLAIN_FIELDS}
    events.emit(call, "product.created", call.save(product))
    return product


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def update(call: Call) -> Json:
    intent.reject_unsupported(call, UNSUPPORTED)
    product = retrieve(call)
    before = dict(product)
    product.update({name: call.param(name) for name in PLAIN_FIELDS if name in call.params})
    product.update({name: call.params[name] for name in ("active", "name") if name in call.params})
    product.update({name: call.param(name, []) for name in ("images", "marketing_features") if name in call.params})
    if call.param("default_price"):
        price = call.get("price", call.params["default_price"], param="default_price")
        product["default_price"] = price["id"]
    product.update(metadata=merge_metadata(product["metadata"], call.params.get("metadata")), updated=call.now)
    events.emit(call, "product.updated", call.save(product), events.previous_attributes(before, product))
    return product


def delete(call: Call) -> Json:
    """Delete a product that never had a price. Raises StripeError 400 for others."""
    product = retrieve(call)
    if call.store.where(call.realm, "price", "product", product["id"]):
        raise invalid("This product cannot be deleted because it has one or more user-created prices.", param="id")
    call.store.delete(call.realm, product["id"])
    events.emit(call, "product.deleted", product)
    return {"id": product["id"], "object": KIND, "deleted": True}


def list_all(call: Call) -> Json:
    ids = call.param("ids")
    return paginate_stored(
        call,
        KIND,
        "/v1/products",
        *("active", "shippable", "type", "url"),
        keep=lambda one: not ids or one["id"] in ids,
    )
