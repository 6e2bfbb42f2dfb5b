"""Imports point down: blueprints → forms and operations → gateway and models → money, errors, vault, db."""

from pathlib import Path

import pytest

from tests.architecture.source import ROOT, files, imports

# From the ground up. A room may import from its own floor and from those below.
FLOORS = (
    "card_errors card_names catalogue config errors isolation money rhythm slugs supervision turns vault version",
    "db",
    "models",
    "stripe_gateway",
    "buyers_links card_expiry heartbeat letters letter_kinds letter_pages letter_wordings mail renewal_letters "
    "settings shop_time",
    "backups breakage buyers card_changes charging checklist checkout connections disputes doctor expiry invoices "
    "jobs key_check limits metrics offer_prices offer_terms offers open_ends overview payments pictures price_changes "
    "reconciling recovery refunds renewals standing stock subscribing subscription_changes subscriptions "
    "webhook_endpoints webhook_health webhooks",
    "web",
    "forms",
    "blueprints",
    "commands",
    "__init__",
    "serving",
    "__main__",
)
FLOOR_OF = {room: number for number, rooms in enumerate(FLOORS) for room in rooms.split()}
PAGES = ("web", "forms", "blueprints", "commands", "__init__")
APART = ("storefront", "stripe_simulator")

SHOP = [path for path in files("storefront") if "migrations" not in path.parts]


def room_of(path: Path) -> str:
    return path.parts[1].removesuffix(".py")


def rooms_imported(path: Path) -> set[str]:
    """Rooms of the shop that a module imports; a name of the package itself counts as `__init__`."""
    names = [name.split(".") for name in imports(path) if name.split(".")[0] == "storefront"]
    return {parts[1] if len(parts) > 1 and is_room(parts[1]) else "__init__" for parts in names}


def is_room(name: str) -> bool:
    return (ROOT / "storefront" / name).is_dir() or (ROOT / "storefront" / f"{name}.py").exists()


def test_every_room_has_a_floor() -> None:
    homeless = {room_of(path) for path in SHOP} - set(FLOOR_OF)
    assert not homeless, f"say in FLOORS where they stand: {homeless}"
    gone = {room for room in FLOOR_OF if not is_room(room)}
    assert not gone, f"they are in FLOORS but not in the shop: {gone}"


@pytest.mark.parametrize("path", SHOP, ids=str)
def test_imports_point_down(path: Path) -> None:
    own = FLOOR_OF[room_of(path)]
    upward = {room for room in rooms_imported(path) if FLOOR_OF[room] > own}
    assert not upward, f"{path} imports from above: {upward}"


def test_only_the_gateway_imports_stripe() -> None:
    importers = {room_of(path) for path in SHOP for name in imports(path) if name.split(".")[0] == "stripe"}
    assert importers == {"stripe_gateway"}


@pytest.mark.parametrize("path", SHOP, ids=str)
def test_nothing_below_the_pages_knows_the_request(path: Path) -> None:
    if room_of(path) in PAGES:
        return
    # db.py gives connections back at a request's end, serving.py makes the application: neither looks into a request.
    allowed = {"flask.Flask"} if room_of(path) in ("db", "serving") else set()
    of_the_web = {name for name in imports(path) if name.split(".")[0] in ("flask", "flask_wtf", "flask_babel")}
    assert of_the_web <= allowed, f"{path} imports {of_the_web - allowed}"


def test_shop_and_simulator_meet_over_http_only() -> None:
    roots = {room: {name.split(".")[0] for path in files(room) for name in imports(path)} for room in APART}
    assert not roots["storefront"] & {"stripe_simulator", "demo", "tests", "tools"}
    assert not roots["stripe_simulator"] & {"storefront", "demo", "tests", "tools"}


def test_the_test_would_see_an_import_that_points_up(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("from storefront.blueprints import shop\nfrom storefront import checkout, create_app\n")
    assert rooms_imported(wrong) == {"blueprints", "checkout", "__init__"}
