"""Where waiting jobs are stored: in Redis, or in a SQLite file of this host."""

import logging

from huey import Huey, RedisHuey, SqliteHuey
from huey.serializer import Serializer

from storefront.config import Config

log = logging.getLogger(__name__)

# All warnings about it say the same to the log: one line a minute is enough.
QUEUE_AWAY = "queue away"


def open_queue(config: Config, serializer: Serializer) -> Huey:
    """The configured queue of jobs; opens no connection yet."""
    if config.redis_url:
        return RedisHuey("storefront", url=config.redis_url, results=False, serializer=serializer)
    path = str(config.instance_dir / "queue.db")
    return SqliteHuey("storefront", filename=path, results=False, serializer=serializer)


def is_reachable(queue: Huey) -> bool:
    """Whether the queue can be used."""
    try:
        queue.pending_count()
    except Exception as error:
        log.warning("the queue is not available: %s", type(error).__name__, extra={"failure": QUEUE_AWAY})
        return False
    return True
