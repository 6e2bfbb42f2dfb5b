"""Adding response headers to an address that obstore has signed: obstore itself can't.

docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
"""

import hashlib
import hmac
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

_SIGNATURE = "X-Amz-Signature"


def with_headers(address: str, secret_key: str, content_type: str, disposition: str) -> str:
    """The signed GET address with these headers of its answer, signed again with the same secret key."""
    parts = urlsplit(address)
    fields = {name: value for name, value in parse_qsl(parts.query) if name != _SIGNATURE}
    fields |= {"response-content-disposition": disposition, "response-content-type": content_type}
    query = urlencode(sorted(fields.items()), quote_via=quote, safe="-_.~")
    request = "\n".join(["GET", parts.path, query, f"host:{parts.netloc}", "", "host", "UNSIGNED-PAYLOAD"])
    # date/region/service/aws4_request
    scope = fields["X-Amz-Credential"].partition("/")[2]
    digest = hashlib.sha256(request.encode()).hexdigest()
    text = "\n".join(["AWS4-HMAC-SHA256", fields["X-Amz-Date"], scope, digest])
    key = f"AWS4{secret_key}".encode()
    for part in scope.split("/"):
        key = _hmac(key, part)
    return f"{parts.scheme}://{parts.netloc}{parts.path}?{query}&{_SIGNATURE}={_hmac(key, text).hex()}"


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
