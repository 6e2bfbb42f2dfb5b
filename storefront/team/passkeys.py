"""Passkeys (W3C WebAuthn, level 2): making the browser's options, and checking its answers."""

import json
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from storefront.db import db
from storefront.errors import ShopError
from storefront.models import Admin, Passkey
from storefront.web_addresses import origin


class PasskeyRefused(ShopError):
    """The browser's answer doesn't fit, or it isn't one."""


def obstacle(public_url: str, page_url: str) -> str:
    """Why browsers make no passkeys for this shop: "ip_address", "not_https", "other_host"; "" if they do.

    A passkey belongs to a host name, and pages need https unless the host is localhost (WebAuthn, section 5.1.2).
    """
    shop = urlsplit(public_url)
    host = shop.hostname or ""
    if _is_ip_address(host):
        return "ip_address"
    if shop.scheme != "https" and not (host == "localhost" or host.endswith(".localhost")):
        return "not_https"
    return "" if host == urlsplit(page_url).hostname else "other_host"


def registration_options(admin: Admin, public_url: str, shop_name: str) -> tuple[str, str]:
    """What the browser needs to make a passkey, JSON, and the challenge in it, base64url."""
    import webauthn
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    host = _host(public_url)
    options = webauthn.generate_registration_options(
        rp_id=host,
        rp_name=shop_name,
        # No personal data (WebAuthn, section 14.6.1); a browser replaces an earlier passkey of the same account.
        user_id=f"admin-{admin.id}".encode(),
        user_name=admin.email,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.PREFERRED,
        ),
        exclude_credentials=_descriptors(admin, host),
    )
    return webauthn.options_to_json(options), webauthn.helpers.bytes_to_base64url(options.challenge)


def add_passkey(admin: Admin, name: str, answer: str, challenge: str, public_url: str) -> Passkey:
    """Store the passkey that the browser has made. Raises PasskeyRefused."""
    import webauthn
    from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

    try:
        verified = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(public_url),
            expected_origin=origin(public_url),
        )
    except Exception as error:
        # The library parses whatever a stranger sends, and doesn't say all that it raises.
        raise PasskeyRefused from error
    with db.atomic():
        credential_id = bytes_to_base64url(verified.credential_id)
        if Passkey.select().where(Passkey.credential_id == credential_id).exists():
            raise PasskeyRefused
        made: Passkey = Passkey.create(
            admin=admin,
            name=name,
            host=_host(public_url),
            credential_id=credential_id,
            public_key=bytes_to_base64url(verified.credential_public_key),
            sign_count=verified.sign_count,
        )
    return made


def sign_in_options(admin: Admin, challenge: str, public_url: str) -> str:
    """What the browser needs to sign the challenge with one of the admin's passkeys, JSON. "" if there is none."""
    import webauthn
    from webauthn.helpers import base64url_to_bytes

    host = _host(public_url)
    known = _descriptors(admin, host)
    if not known:
        return ""
    options = webauthn.generate_authentication_options(
        rp_id=host, challenge=base64url_to_bytes(challenge), allow_credentials=known
    )
    return webauthn.options_to_json(options)


def verify_passkey(admin: Admin, answer: str, challenge: str, public_url: str) -> Passkey | None:
    """The admin's passkey that has signed the challenge, None if none has. Records its use."""
    import webauthn
    from webauthn.helpers import base64url_to_bytes

    passkey: Passkey | None = Passkey.get_or_none(
        Passkey.admin == admin, Passkey.credential_id == _credential_id(answer)
    )
    if passkey is None:
        return None
    try:
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_host(public_url),
            expected_origin=origin(public_url),
            credential_public_key=base64url_to_bytes(passkey.public_key),
            credential_current_sign_count=passkey.sign_count,
        )
    except Exception:
        # As in `add_passkey`.
        return None
    passkey.use(verified.new_sign_count)
    return passkey


def _credential_id(answer: str) -> str:
    try:
        return str(json.loads(answer)["id"]).replace("\0", "")
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""


def _descriptors(admin: Admin, host: str) -> list[Any]:
    from webauthn.helpers import base64url_to_bytes
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor

    mine = Passkey.select().where(Passkey.admin == admin, Passkey.host == host).order_by(Passkey.id)
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(one.credential_id)) for one in mine]


def _host(public_url: str) -> str:
    return urlsplit(public_url).hostname or ""


def _is_ip_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
