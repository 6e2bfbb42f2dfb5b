"""The headers of answers that tests compare."""

from werkzeug.test import TestResponse


def headers_of(answer: TestResponse) -> list[tuple[str, str]]:
    """All headers but the request's id, which differs with each request."""
    return sorted((name, value) for name, value in answer.headers if name != "X-Request-ID")
