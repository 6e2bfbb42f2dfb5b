"""URLs and hosts in one spelling, as browsers write them."""

import re
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, quote, urlsplit, urlunsplit

import idna

DEFAULT_PORTS = {"http": 80, "https": 443}
# Labels of letters, digits, hyphens and underscores; container names have underscores.
_LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_DOMAIN = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(\.{_LABEL})*", re.ASCII | re.IGNORECASE)

Network = IPv4Network | IPv6Network


class InvalidValue(ValueError):
    """A value is not valid. The message says what is wrong. It never repeats a value that may hold a password."""


def server_url(text: str, schemes: tuple[str, ...]) -> str:
    """The URL of a server, with scheme and host in lower case. Messages never repeat it: it may hold a password."""
    if not text:
        return ""
    parts = split(text)
    if parts.scheme not in schemes or not (parts.netloc or parts.scheme == "unix"):
        raise InvalidValue(f"must be a URL that begins with {' or '.join(s + '://' for s in schemes)}")
    if parts.scheme == "unix":
        return text
    login, at, _ = parts.netloc.rpartition("@")
    if parts.hostname is None and not parts.port:
        raise InvalidValue("the host is missing")
    host = _host(parts) if parts.hostname else ""
    port = "" if parts.port is None else f":{parts.port}"
    return urlunsplit((parts.scheme, f"{login}{at}{host}{port}", parts.path.rstrip("/"), parts.query, ""))


def web_address(text: str) -> str:
    """An http or https address as browsers spell it: Punycode, no default port, no slash at its end."""
    if not text:
        return ""
    parts = split(text)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise InvalidValue("must be a URL that begins with http:// or https://")
    if "@" in parts.netloc:
        raise InvalidValue("must not contain a user name or a password")
    if "?" in text or "#" in text:
        raise InvalidValue("must not contain a query (?) or a fragment (#)")
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://{_host(parts)}{port}{parts.path.rstrip('/')}"


def secure_page(text: str) -> str:
    """An https address with its path, query and fragment, in ASCII as browsers send it. Raises InvalidValue."""
    if not text:
        return ""
    parts = split(text)
    if parts.scheme != "https" or not parts.hostname:
        raise InvalidValue("must be a URL that starts with https://")
    if "@" in parts.netloc:
        raise InvalidValue("must not contain a user name or a password")
    port = "" if parts.port in (None, DEFAULT_PORTS["https"]) else f":{parts.port}"
    # RFC 3986, 3.3 to 3.5: what needs no escape in each part. A percent sign begins one.
    path, query, fragment = (quote(part, safe="%/:@!$&'()*+,;=?-._~") for part in parts[2:])
    return urlunsplit(("https", f"{_host(parts)}{port}", path or "/", query, fragment))


def protected_address(text: str) -> str:
    """An address that keys and cards go to: the one of Stripe's API, for example. It is https or on this machine."""
    address = web_address(text)
    if not is_encrypted(address) and not is_on_this_machine(address):
        raise InvalidValue("must begin with https://, or be an address of this machine such as http://127.0.0.1:12111")
    return address


def networks(text: str) -> tuple[Network, ...]:
    """The comma-separated CIDR ranges, such as 10.0.0.0/8. Raises InvalidValue."""
    try:
        return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())
    except ValueError as error:
        raise InvalidValue("must be networks such as 10.0.0.0/8 or fd00::/8, separated by commas") from error


def loopback_address(text: str) -> str:
    """The address of a server on this machine, without a path. Raises InvalidValue."""
    address = origin(text)
    if address and not is_on_this_machine(address):
        raise InvalidValue("must be an address of this machine, such as http://127.0.0.1:12111")
    return address


def is_encrypted(address: str) -> bool:
    """Whether a web address begins with https."""
    return urlsplit(address).scheme == "https"


def is_at_stripe(address: str) -> bool:
    """Whether a web address is one of Stripe's own servers."""
    host = urlsplit(address).hostname or ""
    return is_encrypted(address) and (host == "stripe.com" or host.endswith(".stripe.com"))


def is_on_this_machine(address: str) -> bool:
    """Whether a web address never leaves this machine."""
    host = urlsplit(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def origin(text: str) -> str:
    """A web address without a path: the shop's pages, webhooks and cookies all begin at its root."""
    address = web_address(text)
    if urlsplit(address).path:
        raise InvalidValue("must be an address without a path, such as https://shop.example.com")
    return address


def host_name(text: str) -> str | None:
    """The host of a `Host` header, without its port; None if it is not well-formed."""
    try:
        parts = split(f"//{text}")
        return _host(parts) if parts.hostname and parts.netloc == text and "@" not in text else None
    except InvalidValue:
        return None


def host_names(text: str) -> frozenset[str]:
    """The comma-separated hosts in the text. Raises InvalidValue."""
    names = [host_name(name.strip()) for name in text.split(",") if name.strip()]
    if None in names:
        raise InvalidValue("must be host names, separated by commas")
    return frozenset(name for name in names if name)


def listen_address(text: str) -> str:
    """The host name or IP address to listen at, without brackets. Raises InvalidValue."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    host = host_name(f"[{bare}]" if ":" in bare else bare)
    if host is None or (host.replace(".", "").isdigit() and not _is_ipv4(host)):
        raise InvalidValue(f"{text!r} is not an address of this machine")
    return bare


def bearer_token(text: str) -> str:
    """A token that an `Authorization` header can carry; spaces only inside. Raises InvalidValue."""
    if text != text.strip() or not all(" " <= character <= "~" for character in text):
        raise InvalidValue("must consist of ASCII letters, digits, signs and spaces between them")
    return text


def split(text: str) -> SplitResult:
    """The parts of a URL. Raises InvalidValue for white space, backslashes, and a port that is no number."""
    try:
        if not text.isprintable() or " " in text or "\\" in text:
            raise ValueError("white space or backslash")
        parts = urlsplit(text)
        if parts.port == 0:
            raise ValueError("port 0")
    except ValueError:
        # Python's error quotes parts of the URL, which may hold a password.
        raise InvalidValue("is not a valid URL") from None
    return parts


def _host(parts: SplitResult) -> str:
    """The host in lower case and Punycode, without the dot that ends a full domain name."""
    host = (parts.hostname or "").removesuffix(".")
    if ":" not in host:
        return ascii_domain(host)
    try:
        return f"[{IPv6Address(host)}]"
    except ValueError as error:
        raise InvalidValue("the host is not valid") from error


def ascii_domain(domain: str) -> str:
    """The domain in ASCII (Punycode, RFC 5891). Raises InvalidValue."""
    try:
        encoded = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except ValueError as error:
        raise InvalidValue("the host is not valid") from error
    if not _DOMAIN.fullmatch(encoded):
        raise InvalidValue("the host is not valid")
    return encoded


def _is_ipv4(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True
