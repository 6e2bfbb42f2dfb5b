"""The database that a shop has, as backups see it."""

from storefront.config import Config
from storefront.operations.backups.postgresql import Postgresql
from storefront.operations.backups.sqlite import Sqlite


def side_of(config: Config) -> Sqlite | Postgresql:
    """SQLite's side or PostgreSQL's."""
    return Sqlite(config) if config.database_url.startswith("sqlite:///") else Postgresql(config)
