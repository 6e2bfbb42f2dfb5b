"""Two-step verification in tests: the steps of signing in, the app on the phone, and a passkey made of software."""

import hashlib
import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pyotp
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from flask.testing import FlaskClient
from webauthn.helpers import bytes_to_base64url, encode_cbor
from werkzeug.test import TestResponse

from storefront.models import SecondFactor, now
from tests.factories import OWNER_EMAIL, PASSWORD
from tests.web.admin_pages import post
from tests.web_client import csrf_token

LOGIN, CODE_PAGE, ACCOUNT = "/admin/login", "/admin/login/code", "/admin/account"


def app_code(later: int = 0) -> str:
    """What the owner's app shows, `later` time steps from now."""
    secret = SecondFactor.get().secret
    return pyotp.TOTP(secret).at(now() + timedelta(seconds=30 * later))


def turn_on(admin: FlaskClient) -> list[str]:
    """Set up the owner's app. The recovery codes."""
    post(admin, f"{ACCOUNT}/two-step/setup")
    return codes_in(post(admin, f"{ACCOUNT}/two-step", code=app_code()).text)


def codes_in(html: str) -> list[str]:
    """The recovery codes that the page shows."""
    return re.findall(r"<li><code>([\w-]+)</code></li>", html)


def type_password(client: FlaskClient, password: str = PASSWORD) -> TestResponse:
    """The first step of signing in."""
    form = {"email": OWNER_EMAIL, "password": password, "csrf_token": csrf_token(client.get(LOGIN).text)}
    return client.post(LOGIN, data=form)


def type_code(client: FlaskClient, code: str) -> TestResponse:
    """The second step, after `type_password`."""
    return client.post(CODE_PAGE, data={"code": code, "csrf_token": csrf_token(client.get(CODE_PAGE).text)})


@dataclass
class SoftPasskey:
    """An authenticator without attestation (WebAuthn, sections 6.1 and 6.5), for the shop at `origin`."""

    origin: str
    credential_id: bytes = b"a credential of the tests"
    count: int = 0
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def register(self, options: dict[str, Any]) -> str:
        """What a browser answers to the options of a new passkey."""
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        credential = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id + encode_cbor(cose)
        data = self._data(str(options["rp"]["id"]), 0x45) + credential
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", str(options["challenge"]))
        return self._answer(clientDataJSON=client, attestationObject=attestation)

    def sign(self, options: dict[str, Any]) -> str:
        """What a browser answers to the options of a sign-in."""
        self.count += 1
        client, data = self._client("webauthn.get", str(options["challenge"])), self._data(str(options["rpId"]), 0x05)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=client, authenticatorData=data, signature=signature)

    def _data(self, host: str, flags: int) -> bytes:
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, **response: bytes) -> str:
        name = bytes_to_base64url(self.credential_id)
        parts = {part: bytes_to_base64url(value) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})
