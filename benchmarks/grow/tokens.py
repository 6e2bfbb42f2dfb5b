"""Random texts for tokens and ids, the same for the same seed."""

import random
from base64 import urlsafe_b64encode
from collections.abc import Iterator

LENGTH = 27
# In bytes.
_AT_ONCE = 81_000


def tokens(source: random.Random) -> Iterator[str]:
    """Texts of LENGTH characters that are as random as a token of an order."""
    while True:
        # Making many from one long text is several times faster.
        text = urlsafe_b64encode(source.randbytes(_AT_ONCE)).decode()
        yield from (text[start : start + LENGTH] for start in range(0, len(text) - LENGTH, LENGTH))
