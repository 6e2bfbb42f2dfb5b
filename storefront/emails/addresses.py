"""Addresses as mail servers take them: internationalized domains in ASCII, nothing else outside of ASCII."""

import re
from email.headerregistry import Address
from email.utils import parseaddr

import idna

_LABEL = "[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*")


def postable_address(address: str, display_name: str = "") -> Address:
    """Return the address with its domain in ASCII (RFC 5891), which every mail server accepts.

    Raises ValueError if the address is malformed, or has characters before the @ that are not ASCII: few mail servers
    take those (RFC 6531).
    """
    local, _at, domain = address.strip().rpartition("@")
    if not local.isascii():
        raise ValueError("the part of the address before the @ has characters that are not ASCII")
    try:
        return Address(display_name, addr_spec=f"{local}@{ascii_domain(domain)}")
    except Exception as error:
        # The parser of the standard library raises ValueError, HeaderParseError, IndexError or AttributeError.
        raise ValueError("the address is malformed") from error


def is_postable(address: str) -> bool:
    """Whether an email can be sent to this address, as far as the address itself says."""
    try:
        postable_address(address)
    except ValueError:
        return False
    return True


def sender_address(mail_from: str) -> Address:
    """Return the sender of `MAIL_FROM`: an address, or "Name <address>". Raises ValueError as `postable_address`."""
    if "\n" in mail_from or "\r" in mail_from:
        raise ValueError("the sender has a line break")
    name, address = parseaddr(mail_from)
    return postable_address(address, name)


def ascii_domain(domain: str) -> str:
    """Return the domain in ASCII. Raises ValueError if it can't be one."""
    try:
        encoded = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise ValueError("the domain is malformed") from error
    if not _DOMAIN.fullmatch(encoded):
        raise ValueError("the domain is malformed")
    return encoded
