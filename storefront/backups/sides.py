"""The database that a shop has, as backups see it."""

from storefront.backups.postgresql import Postgresql
from storefront.backups.sqlite import Sqlite
from storefront.config import Config


def side_of(config: Config) -> Sqlite | Postgresql:
    """SQLite's side or PostgreSQL's."""
    return Sqlite(config) if config.database_url.startswith("sqlite:///") else Postgresql(config)
