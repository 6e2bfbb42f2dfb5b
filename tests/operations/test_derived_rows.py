"""Derived rows: triggers keep them in step, and every start checks that the triggers are there."""

from collections.abc import Iterator

import pytest
from flask import Flask

from storefront import db
from storefront.db import derived
from storefront.models import ShopSetting
from tests import databases

ADD = (
    "INSERT INTO counted (name, rows) SELECT NEW.name, 1 WHERE true"
    " ON CONFLICT (name) DO UPDATE SET rows = counted.rows + 1"
)
COUNTED = db.Derived(
    "counted",
    (
        db.Trigger("counted_insert", "shop_setting", "insert", (ADD,), when="NEW.name LIKE 'a%'"),
        db.Trigger(
            "counted_delete", "shop_setting", "delete", ("UPDATE counted SET rows = rows - 1 WHERE name = OLD.name",)
        ),
        db.Trigger(
            "counted_update",
            "shop_setting",
            "update",
            ("UPDATE counted SET rows = rows - 1 WHERE name = OLD.name", ADD),
            columns=("name",),
            when="NEW.name IS DISTINCT FROM OLD.name",
        ),
    ),
    (
        "DELETE FROM counted",
        "INSERT INTO counted SELECT name, COUNT(*) FROM shop_setting WHERE name LIKE 'a%' GROUP BY name",
    ),
    tables=("counted",),
)


@pytest.fixture
def counted(app: Flask) -> Iterator[Flask]:
    """A shop with one more table of derived rows: how many settings have a name."""
    ShopSetting.create(name="a1", value="before")
    db.db.execute_sql("CREATE TABLE counted (name VARCHAR(60) PRIMARY KEY, rows INTEGER NOT NULL)")
    db.register_derived(COUNTED)
    db.migrate(app.config["SHOP"])
    yield app
    derived._definitions.remove(COUNTED)


def counts() -> dict[str, int]:
    return {name: rows for name, rows in db.db.execute_sql("SELECT name, rows FROM counted").fetchall() if rows}


def lose_a_trigger() -> None:
    table = ' ON "shop_setting"' if databases.IS_POSTGRESQL else ""
    db.db.execute_sql(f"DROP TRIGGER derived_counted_insert{table}")


def test_rows_from_before_are_counted_and_triggers_count_the_others(counted: Flask) -> None:
    assert counts() == {"a1": 1}
    ShopSetting.create(name="a2", value="100%")
    ShopSetting.create(name="b", value="not counted")
    ShopSetting.update(name="a3").where(ShopSetting.name == "a2").execute()
    assert counts() == {"a1": 1, "a3": 1}
    ShopSetting.delete().execute()
    assert counts() == {}


def test_a_rolled_back_write_counts_nothing(counted: Flask) -> None:
    with db.db.atomic() as transaction:
        ShopSetting.create(name="a2", value="")
        transaction.rollback()
    assert counts() == {"a1": 1}


@pytest.mark.parametrize("damage", ["definition", "trigger"])
def test_a_start_computes_rows_again_whose_definition_or_trigger_has_changed(counted: Flask, damage: str) -> None:
    if damage == "trigger":
        lose_a_trigger()
    else:
        db.db.execute_sql("UPDATE derived_state SET fingerprint = 'of an older version' WHERE name = 'counted'")
    db.db.execute_sql("UPDATE counted SET rows = 7")
    db.migrate(counted.config["SHOP"])
    assert counts() == {"a1": 1}
    ShopSetting.create(name="a2", value="")
    assert counts() == {"a1": 1, "a2": 1}


def test_a_start_with_nothing_to_do_computes_nothing(counted: Flask) -> None:
    db.db.execute_sql("UPDATE counted SET rows = 7")
    db.migrate(counted.config["SHOP"])
    assert counts() == {"a1": 7}
    db.rebuild_derived()
    assert counts() == {"a1": 1}


def test_triggers_that_this_version_does_not_know_are_dropped(counted: Flask) -> None:
    derived.install_derived([one for one in db.registered_derived() if one is not COUNTED])
    ShopSetting.create(name="a2", value="")
    assert counts() == {"a1": 1}
    if databases.IS_POSTGRESQL:
        left = db.db.execute_sql("SELECT proname FROM pg_proc WHERE proname LIKE 'derived_counted%%'").fetchall()
        assert left == []


def test_rows_that_are_loaded_without_triggers_are_counted_at_the_end(counted: Flask) -> None:
    with db.derived_suspended():
        ShopSetting.create(name="a2", value="")
        assert counts() == {"a1": 1}
    assert counts() == {"a1": 1, "a2": 1}
    with pytest.raises(ZeroDivisionError), db.derived_suspended():
        ShopSetting.create(name="a3", value="")
        raise ZeroDivisionError
    assert counts() == {"a1": 1, "a2": 1, "a3": 1}
    ShopSetting.delete().execute()
    assert counts() == {}
