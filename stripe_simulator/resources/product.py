"""Products: what recurring prices belong to."""

from stripe_simulator import events
from stripe_simulator.call import Call
from stripe_simulator.errors import invalid
from stripe_simulator.ids import random_letters
from stripe_simulator.resources import intent
from stripe_simulator.resources.listing import matching, page
from stripe_simulator.resources.metadata import merged
from stripe_simulator.store import Json

KIND = "product"
NOT_SIMULATED = frozenset(["default_price_data", "package_dimensions", "tax_details"])
PLAIN = ("description", "shippable", "statement_descriptor", "tax_code", "unit_label", "url")


def create(call: Call) -> Json:
    """Raises StripeError 400 for an id there is already."""
    intent.refuse_unsimulated(call, NOT_SIMULATED)
    id_ = call.given("id") or f"prod_{random_letters(14)}"
    if call.store.find(call.realm, KIND, id_):
        raise invalid("Product already exists.", param="id", code="resource_already_exists")
    return made(call, id_, call.params)


def made(call: Call, id_: str, given: Json) -> Json:
    """A new product from the parameters given for it."""
    product = {
        "id": id_,
        "object": KIND,
        "active": given.get("active", True),
        "created": call.now,
        "default_price": None,
        "images": given.get("images") or [],
        "livemode": call.realm.livemode,
        "marketing_features": given.get("marketing_features") or [],
        "metadata": merged({}, given.get("metadata")),
        "name": given["name"],
        "package_dimensions": None,
        "type": given.get("type", "service"),
        "updated": call.now,
    } | {name: given.get(name) or None for name in PLAIN}
    events.emit(call, "product.created", call.save(product))
    return product


def retrieve(call: Call) -> Json:
    return call.get(KIND, call.ids["id"])


def update(call: Call) -> Json:
    intent.refuse_unsimulated(call, NOT_SIMULATED)
    product = retrieve(call)
    before = dict(product)
    product.update({name: call.given(name) for name in PLAIN if name in call.params})
    product.update({name: call.params[name] for name in ("active", "name") if name in call.params})
    product.update({name: call.given(name, []) for name in ("images", "marketing_features") if name in call.params})
    if call.given("default_price"):
        price = call.get("price", call.params["default_price"], param="default_price")
        product["default_price"] = price["id"]
    product.update(metadata=merged(product["metadata"], call.params.get("metadata")), updated=call.now)
    events.emit(call, "product.updated", call.save(product), events.changes(before, product))
    return product


def delete(call: Call) -> Json:
    """Only a product that never had a price. Raises StripeError 400."""
    product = retrieve(call)
    if any(one["product"] == product["id"] for one in call.store.all(call.realm, "price")):
        raise invalid("This product cannot be deleted because it has one or more user-created prices.", param="id")
    call.store.delete(call.realm, product["id"])
    events.emit(call, "product.deleted", product)
    return {"id": product["id"], "object": KIND, "deleted": True}


def listed(call: Call) -> Json:
    found = matching(call.store.all(call.realm, KIND), call, "active", "shippable", "type", "url")
    if call.given("ids"):
        found = [one for one in found if one["id"] in call.params["ids"]]
    return page(call, found, "/v1/products")
