"""How jobs are stored in the queue: as JSON."""

import json
import logging
import secrets
from collections.abc import Container
from typing import Any

from huey.registry import Message
from huey.serializer import Serializer

log = logging.getLogger(__name__)


class JsonSerializer(Serializer):  # type: ignore[misc]  # huey has no annotations
    """Reads and writes jobs as JSON. huey pickles them, so anyone who can write to the queue could run code.

    `names` are the jobs' stored names. A job that can't be read, such as one of a version that pickled, becomes
    `replacement`, the job that does all waiting work.
    """

    def __init__(self, names: Container[str], replacement: str) -> None:
        super().__init__()
        self._names = names
        self._replacement = replacement

    def _serialize(self, data: Any) -> bytes:
        return json.dumps(data).encode()

    def _deserialize(self, data: bytes) -> Any:
        try:
            message = Message(*json.loads(data))
            if message.name in self._names:
                return message
        except (TypeError, ValueError):
            pass
        log.warning("a job in the queue can't be read; all waiting work is done instead")
        return Message(id=secrets.token_hex(16), name=self._replacement, args=(), kwargs={}, retries=0)
