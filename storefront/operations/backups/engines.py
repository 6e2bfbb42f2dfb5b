"""Which database engine a shop uses."""

from storefront.config import Config
from storefront.operations.backups.postgresql import Postgresql
from storefront.operations.backups.sqlite import Sqlite


def engine_of(config: Config) -> Sqlite | Postgresql:
    """Backup and restore for the database of `config`."""
    return Sqlite(config) if config.database_url.startswith("sqlite:///") else Postgresql(config)
