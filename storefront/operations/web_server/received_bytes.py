"""The bytes of a request that have arrived and are not read yet."""

from tempfile import SpooledTemporaryFile

from gunicorn.http.unreader import Unreader

from storefront.operations.web_server.limits import StorageBudget

_BLOCK = 65_536
# The disk is asked for its room again after so many bytes of a large body.
_CHECK_BYTES = 64_000_000


class ReceivedBytes(Unreader):  # type: ignore[misc]  # gunicorn has no types
    """What has arrived and is not read yet. To gunicorn's parser its end is the end of the connection.

    A body that `is_large` goes to the budget's folder and counts against its disk only.
    """

    def __init__(self, in_memory: int, budget: StorageBudget) -> None:
        super().__init__()
        self._in_memory = in_memory
        self._budget = budget
        self._later: SpooledTemporaryFile[bytes] | None = None
        self._size = self._taken = 0
        self.is_large = False

    def append(self, data: bytes) -> None:
        """Add what has arrived after the head. Raises OSError when it can't be stored."""
        if self._later is None:
            folder = self._budget.folder if self.is_large else None
            self._later = SpooledTemporaryFile(max_size=self._in_memory, dir=folder)  # noqa: SIM115
        if not self.is_large:
            self._budget.take(len(data))
            self._taken += len(data)
        elif self._size // _CHECK_BYTES != (self._size + len(data)) // _CHECK_BYTES or not self._size:
            self._budget.check_disk()
        self._size += len(data)
        self._later.write(data)

    def rewind(self) -> None:
        """Read from the start. Call it after the last `append`."""
        if self._later:
            self._later.seek(0)

    def chunk(self, size_hint: int | None = None) -> bytes:
        """Return the next bytes; gunicorn calls this. `size_hint` is the rest of the body.

        gunicorn copies what it has not used yet at each read, so a large body comes in blocks.
        """
        return self._later.read(_BLOCK) if self._later else b""

    def take_rest(self) -> bytes:
        """Return everything that is left."""
        rest: bytes = self.take_buffered() + (self._later.read() if self._later else b"")
        self.close()
        return rest

    def close(self) -> None:
        """Delete the temporary file."""
        if self._later:
            self._later.close()
            self._later = None
            self._budget.give_back(self._taken)
            self._size = self._taken = 0
        self.is_large = False
