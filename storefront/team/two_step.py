"""Two-step verification of admins: an authenticator app (TOTP, RFC 6238) and recovery codes for when it is lost."""

import hmac
import re

from storefront import encryption
from storefront.db import db
from storefront.errors import SecretUnreadable
from storefront.models import Admin, Passkey, RecoveryCode, SecondFactor, now

# Codes of the time steps before and after the current one are accepted: clocks differ, and people type slowly.
_NEAR_STEPS = (0, -1, 1)
_STEP_SECONDS = 30


def begin_setup(admin: Admin) -> SecondFactor:
    """Make a secret for the admin's app. No code is asked for before `confirm_setup`. Replaces an unconfirmed one."""
    import pyotp

    with db.atomic():
        SecondFactor.delete().where(SecondFactor.admin == admin, SecondFactor.confirmed_at.is_null()).execute()
        # A confirmed one stays: two windows may be open.
        SecondFactor.insert_unless_exists(
            admin=admin, secret_encrypted=encryption.encrypt(pyotp.random_base32()), confirmed_at=None, last_step=0
        )
    found: SecondFactor = SecondFactor.get(SecondFactor.admin == admin)
    return found


def setup_address(admin: Admin, secret: str, shop_name: str) -> str:
    """The otpauth:// address that the QR code for the app holds."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=admin.email, issuer_name=shop_name)


def confirm_setup(admin: Admin, factor: SecondFactor, code: str) -> list[str] | None:
    """Turn on two-step verification if the app's code is right. Returns new recovery codes, None for a wrong code.

    Raises SecretUnreadable.
    """
    with db.atomic():
        if not _is_app_code(factor, code):
            return None
        SecondFactor.update(confirmed_at=now()).where(SecondFactor.id == factor.id).execute()
        return RecoveryCode.issue(admin)


def verify_code(admin: Admin, typed: str) -> str:
    """Check a code of the app or a recovery code, and use it up. Returns "app" or "recovery", "" for a wrong one.

    A secret that can't be decrypted accepts no code of the app; recovery codes work still.
    """
    factor = SecondFactor.of(admin)
    if factor is not None and factor.confirmed_at is not None:
        try:
            if _is_app_code(factor, typed):
                return "app"
        except SecretUnreadable:
            pass
    return "recovery" if RecoveryCode.use(admin, typed) else ""


def is_secret_readable(admin: Admin) -> bool:
    """Whether codes of the admin's app can be checked. Not with other ENCRYPTION_KEYS than those of its setup."""
    factor = SecondFactor.of(admin)
    return factor is None or encryption.is_readable(factor.secret_encrypted)


def unreadable_admins() -> list[str]:
    """The emails of admins whose app's secret can't be decrypted with the current ENCRYPTION_KEYS."""
    confirmed = SecondFactor.select(SecondFactor, Admin).join(Admin).where(~SecondFactor.confirmed_at.is_null())
    return [factor.admin.email for factor in confirmed if not is_secret_readable(factor.admin)]


def admins_with_two_step() -> set[int]:
    """The ids of the admins whose sign-in has a second step."""
    apps = SecondFactor.select(SecondFactor.admin).where(~SecondFactor.confirmed_at.is_null()).tuples()
    return {admin_id for (admin_id,) in [*apps, *Passkey.select(Passkey.admin).distinct().tuples()]}


def turn_off_app(admin: Admin) -> None:
    """Forget the app. The recovery codes go with it, unless passkeys still ask for a second step."""
    SecondFactor.delete().where(SecondFactor.admin == admin).execute()
    drop_unused_codes(admin)


def drop_unused_codes(admin: Admin) -> None:
    """Forget the recovery codes where sign-in has no second step any more."""
    if not admin.has_two_step:
        RecoveryCode.delete().where(RecoveryCode.admin == admin).execute()


def reset_two_step(admin: Admin) -> bool:
    """Forget app, passkeys and recovery codes: the password alone signs in. False if there was nothing."""
    with db.atomic():
        models = (SecondFactor, Passkey, RecoveryCode)
        counts = [model.delete().where(model.admin == admin).execute() for model in models]
    return any(counts)


def _is_app_code(factor: SecondFactor, typed: str) -> bool:
    """Whether the typed code is of about now and newer than the last one that was accepted, which it then is."""
    import pyotp

    code = re.sub(r"[\s-]", "", typed)
    if not re.fullmatch(r"\d{6}", code, re.ASCII):
        return False
    generator, current = pyotp.TOTP(factor.secret), int(now().timestamp()) // _STEP_SECONDS
    steps = [current + near for near in _NEAR_STEPS]
    right = [step for step in steps if hmac.compare_digest(generator.generate_otp(step), code)]
    return any(factor.accept_step(step) for step in right)
