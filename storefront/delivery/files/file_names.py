"""Names of files, in any script, as people may save them."""

import re
import unicodedata
from urllib.parse import quote

from storefront.i18n import clean_line
from storefront.models import MAX_FILE_NAME

# Most file systems take 255 bytes; browsers add " (1)".
MAX_BYTES = 200
# What Windows takes in no name. Slashes are handled before.
_FORBIDDEN = re.compile(r'[<>:"|?*]')
_DEVICE = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\.|$)")
# Characters that stand in a parameter of a header as they are (RFC 8187 section 3.2.1).
_PLAIN = "!#$&+-.^_`|~"


def clean_file_name(text: str) -> str:
    """The name without its folders, control characters and what file systems don't take; "file" where nothing is left.

    Direction controls go too: with one, `exe.txt` can look like `txt.exe`.
    """
    name = unicodedata.normalize("NFC", " ".join(clean_line(text.replace("\\", "/").rpartition("/")[2]).split()))
    name = _FORBIDDEN.sub("_", name).strip(". ")
    if _DEVICE.match(name):
        name = f"_{name}"
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension.encode()) > MAX_BYTES // 4:
        stem, dot, extension = name, "", ""
    stem = _shortened(stem, MAX_BYTES - len(f"{dot}{extension}".encode()))
    return f"{stem}{dot}{extension}"[:MAX_FILE_NAME] or "file"


def disposition(name: str) -> str:
    """The header Content-Disposition that makes a browser save the file under this name (RFC 6266)."""
    simple = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    simple = re.sub(r'[\\"%]', "_", simple).strip(". ") or "file"
    if simple == name:
        return f'attachment; filename="{name}"'
    return f"attachment; filename=\"{simple}\"; filename*=UTF-8''{quote(name, safe=_PLAIN)}"


def _shortened(text: str, size: int) -> str:
    """As many whole characters as `size` bytes of UTF-8 hold."""
    return text.encode()[:size].decode(errors="ignore").rstrip()
