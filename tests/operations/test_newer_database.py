"""A database that a newer version of the shop has changed."""

import pytest

from storefront import create_app, db, server
from storefront.config import Config, ConfigError

COMMANDS = (
    ["migrate"],
    ["rebuild-counters"],
    ["reconcile"],
    ["create-admin", "--email", "olena@example.com", "--password", "seven green bicycles"],
)


def test_a_database_of_a_newer_version_is_refused_by_the_start_and_by_commands(environment: dict[str, str]) -> None:
    config = Config.from_environment(environment)
    server.migrate(config)
    app = create_app(config)
    with db.connection():
        table = next(name for name in db.db.get_tables() if "migration" in name)
        columns = [column.name for column in db.db.get_columns(table)]
        row = db.db.execute_sql(f"SELECT * FROM {table} LIMIT 1").fetchone()
        values = {**dict(zip(columns, row, strict=True)), "name": "9999_from_the_future"}
        values.pop("id", None)
        marks = ", ".join(db.db.param for _ in values)
        db.db.execute_sql(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({marks})", tuple(values.values()))
    with pytest.raises(ConfigError, match=r"\ADATABASE_URL: a newer version .*9999_from_the_future"):
        server.migrate(config)
    for arguments in COMMANDS:
        refused = app.test_cli_runner().invoke(args=arguments)
        assert refused.exit_code == 2, refused.output
        assert "a newer version of the shop has changed this database (9999_from_the_future)" in refused.output
        assert "applied" not in refused.output and refused.output.count("\n") <= 2
    assert not (config.instance_dir / "before-upgrade").exists()
    db.close_connections()
