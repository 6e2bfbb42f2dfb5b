"""A migration that fails halfway leaves the database to the version that it is of, which goes on with it."""

import shutil
from pathlib import Path

import pytest

from storefront import db, server
from storefront.config import Config, ConfigError
from storefront.db import migration
from storefront.db.triggers import existing_triggers
from storefront.models import Order, ShopSetting
from tests import databases
from tests.inside_shop import inside_shop
from tests.upgrades.release import Release, releases

FIRST = """
def up(migrator, database, **kwargs):
    database.execute_sql("CREATE TABLE of_tomorrow (id INTEGER PRIMARY KEY, words TEXT)")
    database.execute_sql("UPDATE shop_order SET amount = amount + 1")
    database.execute_sql("ALTER TABLE shop_order RENAME COLUMN name TO full_name")
"""
SECOND = """
def up(migrator, database, **kwargs):
    database.execute_sql("INSERT INTO of_tomorrow VALUES (1, 'half of it')")
    database.execute_sql("INSERT INTO of_nobody VALUES (1)")
"""


def state() -> list[object]:
    """What the migrations above change: tables, columns, rows, and the triggers that are dropped meanwhile."""
    tables = sorted(db.db.get_tables())
    columns = [column.name for column in db.db.get_columns("shop_order")]
    orders = sorted(Order.select(Order.id, Order.name, Order.amount, Order.status).tuples())
    return [tables, columns, orders, db.applied_migrations(), existing_triggers(db.db.obj)]


def test_a_failed_upgrade_changes_nothing_and_the_old_version_starts_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    *_older, newest = releases()
    with databases.new_database(migrated=False) as database:
        config = _install(newest, database, tmp_path)
        with inside_shop(config):
            before = state()
            assert before[2] and before[4]

        later = Path(shutil.copytree(migration.MIGRATIONS, tmp_path / "later"))
        (later / "9998_first.py").write_text(FIRST)
        (later / "9999_second.py").write_text(SECOND)
        with monkeypatch.context() as tomorrow:
            tomorrow.setattr(migration, "MIGRATIONS", later)
            with pytest.raises(ConfigError, match="of_nobody"):
                server.migrate(config)
        (backup,) = (config.instance_dir / "before-upgrade").iterdir()
        assert backup.stat().st_size

        assert server.migrate(config) == []
        with inside_shop(config):
            assert state() == before
            with db.db.atomic():
                ShopSetting.store("written by the old version", True)


def _install(release: Release, database: dict[str, str], tmp_path: Path) -> Config:
    """Bring the shop of a release to the present schema, without backups of that upgrade. Its keys come before."""
    release.install(tmp_path / "instance")
    config = Config.from_environment({"INSTANCE_DIR": str(tmp_path / "instance"), **database})
    if databases.IS_POSTGRESQL:
        release.load_into(config, tmp_path / "migrations")
    server.migrate(config)
    shutil.rmtree(config.instance_dir / "before-upgrade", ignore_errors=True)
    return config
