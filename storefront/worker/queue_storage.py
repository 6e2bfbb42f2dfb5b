"""Where waiting jobs are stored: in Redis, or in a SQLite file of this host."""

from huey import Huey, RedisHuey, SqliteHuey
from huey.serializer import Serializer

from storefront.config import Config


def open_queue(config: Config, serializer: Serializer) -> Huey:
    """The configured queue of jobs; opens no connection yet."""
    if config.redis_url:
        return RedisHuey("storefront", url=config.redis_url, results=False, serializer=serializer)
    path = str(config.instance_dir / "queue.db")
    return SqliteHuey("storefront", filename=path, results=False, serializer=serializer)
