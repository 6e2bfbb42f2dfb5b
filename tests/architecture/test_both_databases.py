"""What `.ci/run` runs on PostgreSQL and Redis, too, exists and covers all that it has to."""

from tests.architecture.source import ROOT
from tools.both_databases import left_out, listed

WEB = ROOT / "storefront" / "web"
# Used by the pages of other folders.
SHARED = {"documents", "forms", "support", "admin/labels", "admin/shared"}
# Folders of tests that reach the database below the pages.
BELOW = {"tests/histories", "tests/integrations", "tests/operations"}


def page_families() -> set[str]:
    """The folders in storefront/web that have pages, as `shop` and `admin/orders`."""
    folders = [path for folder in (WEB, WEB / "admin") for path in folder.iterdir() if (path / "__init__.py").exists()]
    return {str(path.relative_to(WEB)) for path in folders} - SHARED - {"admin"}


def test_every_listed_path_exists() -> None:
    for path in listed():
        file, _, name = path.partition("::")
        assert (ROOT / file).exists(), path
        assert not name or f"def {name}(" in (ROOT / file).read_text(), path


def test_every_file_that_is_left_out_exists_in_a_listed_folder() -> None:
    for path in left_out():
        assert (ROOT / path).exists() and any(path.startswith(f"{folder}/") for folder in listed()), path


def test_every_family_of_pages_has_a_story_on_both_databases() -> None:
    named = {family for families in listed().values() for family in families}
    assert named == page_families()


def test_all_that_reaches_the_database_below_the_pages_is_listed() -> None:
    assert set(listed()) >= BELOW
