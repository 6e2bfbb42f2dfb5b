"""gunicorn's log goes into the shop's own, which leaves out repetitions and secrets."""

from typing import Any

from gunicorn.glogging import Logger

# "Invalid request": each of these messages names an address and what was wrong.
_KIND_LENGTH = 15


class ServerLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """A stranger can cause a warning with each request that can't be read. One a minute is written."""

    def setup(self, cfg: Any) -> None:
        """gunicorn calls this at its start, and after SIGUSR1."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True

    def warning(self, msg: str, *args: Any, **kwargs: Any) -> None:
        """Write a warning, unless one of its kind was just written."""
        super().warning(msg, *args, extra={"failure": ("gunicorn", msg[:_KIND_LENGTH])}, **kwargs)
