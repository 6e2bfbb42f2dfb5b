"""The type of a file by its first bytes. What its name or its sender say about it counts only within a container."""

import re

UNKNOWN = "application/octet-stream"
# Nothing here runs in a browser: HTML, SVG, XML and scripts are text.
TEXT = "text/plain; charset=utf-8"
_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"8BPS", "image/vnd.adobe.photoshop"),
    (0, b"II*\x00", "image/tiff"),
    (0, b"MM\x00*", "image/tiff"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"OggS", "application/ogg"),
    (0, b"\x1aE\xdf\xa3", "video/x-matroska"),
    (0, b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (0, b"Rar!\x1a\x07", "application/vnd.rar"),
    (0, b"\x1f\x8b", "application/gzip"),
    (0, b"BZh", "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", "application/x-xz"),
    (0, b"\x28\xb5\x2f\xfd", "application/zstd"),
    (0, b"wOF2", "font/woff2"),
    (0, b"OTTO", "font/otf"),
    (0, b"\x00\x01\x00\x00\x00", "font/ttf"),
    (257, b"ustar", "application/x-tar"),
)
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
# The container says only that it is a zip file; the extension says what it is for.
_ZIP_TYPES = {
    "epub": "application/epub+zip",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
}
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_AUDIO_BRANDS = (b"M4A ", b"M4B ")
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def content_type(head: bytes, name: str) -> str:
    """The media type of a file that begins with `head`. Nothing is unpacked."""
    if head.startswith(_ZIPS):
        return _ZIP_TYPES.get(name.rpartition(".")[2].lower(), "application/zip")
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], UNKNOWN)
    if head[4:8] == b"ftyp":
        if head[8:12] in _AUDIO_BRANDS:
            return "audio/mp4"
        return "video/quicktime" if head[8:12] == b"qt  " else "video/mp4"
    for at, signature, kind in _SIGNATURES:
        if head[at : at + len(signature)] == signature:
            return kind
    return TEXT if _is_text(head) else UNKNOWN


def _is_text(head: bytes) -> bool:
    try:
        head.decode()
    except UnicodeDecodeError as error:
        # The last character may be cut.
        if error.start < len(head) - 3 or error.reason != "unexpected end of data":
            return False
    return not _CONTROLS.search(head)
