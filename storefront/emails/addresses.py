"""Email addresses as mail servers accept them: in ASCII, with internationalized domains in Punycode."""

from email.headerregistry import Address
from email.utils import parseaddr

from storefront.web_addresses import ascii_domain


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
