"""A shop that sends its emails through a real mail server."""

import pytest

from tests.mail_server import MailServer


@pytest.fixture
def environment(environment: dict[str, str], mail_server: MailServer) -> dict[str, str]:
    return {**environment, "SMTP_URL": mail_server.url, "MAIL_FROM": "shop@example.com"}
