"""Links with which a reader ends the emails of one topic: in the email's footer, and for mail programs in its headers.

RFC 8058: a mail program posts to the address in `List-Unsubscribe` and shows its reader nothing of the answer.
"""

from itsdangerous import BadData, URLSafeSerializer

from storefront.models import EmailOptOut, EmailTopic
from storefront.runtime import current


def unsubscribe_url(address: str, topic: str, language: str) -> str:
    """The page that ends emails of the topic to this address. It works for as long as the shop has its secret key."""
    token = _serializer().dumps([topic, address.strip().lower()])
    return f"{current().config.public_url}/unsubscribe/{token}?lang={language}"


def read_unsubscribe_token(token: str) -> tuple[str, EmailTopic] | None:
    """(address, topic) of such a link. None if the shop has not made it."""
    try:
        topic, address = _serializer().loads(token)
        return str(address), EmailTopic(topic)
    except (BadData, ValueError, TypeError):
        return None


def unsubscribe(address: str, topic: EmailTopic) -> None:
    """Send no more emails of the topic to this address. Those that wait are dropped when they are due."""
    EmailOptOut.add(address, topic)


def subscribe_again(address: str, topic: EmailTopic) -> None:
    """Take back `unsubscribe`."""
    EmailOptOut.remove(address, topic)


def list_headers(url: str) -> dict[str, str]:
    """The headers by which a mail program shows its own button to unsubscribe."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _serializer() -> URLSafeSerializer:
    # The salt is part of links that customers already have: it must not change.
    return URLSafeSerializer(current().config.signing_keys, salt="unsubscribe")
