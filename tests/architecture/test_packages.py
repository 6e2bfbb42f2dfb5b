"""The packages of the shop: which may import which, what they offer to others, and how large they may grow."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.source import ROOT, files, imports, tree

# From the top to the bottom. A module imports from levels below its own, and from its own package.
LEVELS = (
    "__main__",
    "server",
    "__init__",
    "cli",
    "web",
    "operations",
    "worker",
    "merchants",
    "webhooks customers",
    "subscriptions",
    "payments",
    "shipping",
    # Below the operations, which write what other programs are told in the transaction of the fact itself.
    "integrations",
    "emails",
    "delivery",
    "pricing",
    "offers team stripe_gateway",
    "settings",
    "models",
    "encryption",
    "runtime isolation",
    "errors db",
    "money config i18n log_lines",
    "web_addresses",
)
LEVEL_OF = {name: number for number, names in enumerate(LEVELS) for name in names.split()}
# The same inside web/.
WEB_LEVELS = (
    "web",
    "web.admin web.customer web.endpoints",
    "web.admin.*",
    "web.admin.shared web.shop",
    "web.admin.labels",
    "web.documents web.forms",
    "web.support",
)
WEB_LEVEL_OF = {name: number for number, names in enumerate(WEB_LEVELS) for name in names.split()}
# Packages inside packages that others may import as well.
PUBLIC_SUBPACKAGES = ("models.search", "operations.web_server")

MAX_LINES, MAX_MODULES_PER_FOLDER, MAX_TOP_MODULES, MAX_TOP_PACKAGES = 250, 24, 12, 20

SHOP = [path for path in files("storefront") if not path.match("storefront/db/migrations/*")]


def module_name(path: Path) -> str:
    """`storefront/payments/refunds.py` is `payments.refunds`; the package itself is `payments`."""
    parts = path.with_suffix("").parts[1:]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts) or "__init__"


def is_package(name: str) -> bool:
    return (ROOT / "storefront" / Path(*name.split("."))).is_dir()


def is_module(name: str) -> bool:
    return is_package(name) or (ROOT / "storefront" / Path(*name.split("."))).with_suffix(".py").exists()


def package_of(name: str) -> str:
    """The package whose public names stand for this module: the top one, a part of web, or a public subpackage."""
    parts = name.split(".")
    for public in PUBLIC_SUBPACKAGES:
        if name == public or name.startswith(public + "."):
            return public
    if parts[0] != "web":
        return parts[0]
    longest = 3 if parts[1:2] == ["admin"] else 2
    for length in range(min(longest, len(parts)), 0, -1):
        if is_package(".".join(parts[:length])):
            return ".".join(parts[:length])
    return parts[0]


def imported_modules(path: Path) -> Iterator[str]:
    """Modules of the shop that a file imports (names that are no modules count as the module they come from)."""
    for name in imports(path):
        first, _, rest = name.partition(".")
        if first != "storefront":
            continue
        while rest and not is_module(rest):
            rest = rest.rpartition(".")[0]
        yield rest or "__init__"


def level(package: str) -> int:
    return LEVEL_OF[package.split(".")[0]]


def web_level(package: str) -> int:
    return WEB_LEVEL_OF.get(package, WEB_LEVEL_OF["web.admin.*"])


def is_web(package: str) -> bool:
    return package.split(".")[0] == "web"


def wrong_direction(importer: str, imported: str) -> bool:
    own, other = package_of(importer), package_of(imported)
    if own == other or (own.split(".")[0] == other.split(".")[0] != "web"):
        return False
    if is_web(own) and is_web(other):
        # The pages of customers know nothing of the admin.
        into_admin = other.startswith("web.admin") and not own.startswith("web.admin") and own != "web"
        return into_admin or web_level(other) <= web_level(own)
    return level(other) <= level(own)


def behind_the_face(importer: str, imported: str) -> bool:
    """Whether another package's inside is imported instead of what its __init__ offers."""
    own, other = package_of(importer), package_of(imported)
    inside = own.split(".")[0] == other.split(".")[0] != "web"
    if own == other or inside or imported == "__init__":
        return False
    if is_web(other) and not is_web(own):
        return imported != "web"
    return imported != other


def test_every_package_has_a_level() -> None:
    names = {module_name(path).split(".")[0] for path in SHOP}
    assert names - set(LEVEL_OF) == set(), "add them to LEVELS"
    assert set(LEVEL_OF) - names == set(), "LEVELS names packages that do not exist"


def test_imports_go_down() -> None:
    wrong = {
        (str(path), name)
        for path in SHOP
        for name in imported_modules(path)
        if wrong_direction(module_name(path), name)
    }
    assert wrong == set(), "the first may not import the second"


def test_packages_import_only_what_others_offer() -> None:
    wrong = {
        (str(path), name)
        for path in SHOP
        for name in imported_modules(path)
        if behind_the_face(module_name(path), name)
    }
    assert wrong == set(), "import the names of the second from its package"


def test_only_the_gateway_imports_stripe() -> None:
    importers = {
        package_of(module_name(path)) for path in SHOP for name in imports(path) if name.split(".")[0] == "stripe"
    }
    assert importers == {"stripe_gateway"}


def test_only_web_knows_the_request() -> None:
    wrong = {(str(path), name) for path in SHOP for name in web_libraries(path)}
    assert wrong == set(), "only web, cli and create_app may import the second"


def web_libraries(path: Path) -> set[str]:
    """What a module below the pages imports of Flask."""
    package = package_of(module_name(path)).split(".")[0]
    if package in ("web", "cli", "__init__"):
        return set()
    found = {name for name in imports(path) if name.split(".")[0] in ("flask", "flask_wtf", "flask_babel")}
    # db returns connections at the end of a request; server starts the application. Neither reads a request.
    return found - ({"flask.Flask"} if package in ("db", "server") else set())


def test_shop_and_simulator_do_not_import_each_other() -> None:
    roots = {
        name: {i.split(".")[0] for path in files(name) for i in imports(path)}
        for name in ("storefront", "stripe_simulator")
    }
    assert not roots["storefront"] & {"stripe_simulator", "demo", "tests", "tools"}
    assert not roots["stripe_simulator"] & {"storefront", "demo", "tests", "tools"}


def test_modules_stay_short() -> None:
    lines = {path: len((ROOT / path).read_text().splitlines()) for path in files("storefront", "stripe_simulator")}
    assert {path: count for path, count in lines.items() if count > MAX_LINES} == {}


def test_folders_stay_small() -> None:
    counts = Counter(path.parent for path in files("storefront", "stripe_simulator") if path.name != "__init__.py")
    # Each change of the tables adds a migration, and none is ever removed.
    del counts[Path("storefront/db/migrations")]
    assert {folder: count for folder, count in counts.items() if count > MAX_MODULES_PER_FOLDER} == {}


def test_the_top_of_the_shop_stays_small() -> None:
    top = ROOT / "storefront"
    # The catalogs of translations are no package.
    packages = [path for path in top.iterdir() if (path / "__init__.py").exists()]
    assert len(list(top.glob("*.py"))) <= MAX_TOP_MODULES
    assert len(packages) <= MAX_TOP_PACKAGES


def test_every_module_says_what_it_holds() -> None:
    silent = {str(path) for path in files("storefront", "stripe_simulator") if not ast.get_docstring(tree(path))}
    assert silent == set()


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("payments.checkout", "web.shop"),
        ("models.orders.order", "payments"),
        ("customers.receipts", "webhooks"),
        ("web.support.filters", "web.forms"),
        ("web.shop.offers", "web.customer"),
        ("web.customer.cards", "web.admin.labels"),
        ("web.admin.labels.payments", "web.admin.orders"),
        ("errors", "__init__"),
    ],
)
def test_an_import_in_the_wrong_direction_is_found(importer: str, imported: str) -> None:
    assert wrong_direction(importer, imported)


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("subscriptions.sync", "payments.refunds"),
        ("cli", "web.admin.session"),
        ("payments.takings", "models.search.orders"),
        ("web.admin.orders.refunds", "web.admin.labels.payments"),
    ],
)
def test_an_import_of_another_packages_inside_is_found(importer: str, imported: str) -> None:
    assert behind_the_face(importer, imported)


def test_imported_modules_are_read_from_the_source(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text("from storefront.payments.refunds import send_refund\nfrom storefront import offers, create_app\n")
    assert list(imported_modules(wrong)) == ["payments.refunds", "offers", "__init__"]
