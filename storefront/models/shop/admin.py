"""Somebody who may sign in to /admin, and the failures that close the door for a while."""

from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask_login import UserMixin
from peewee import CharField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, now

_hasher = PasswordHasher()
# Checked when the email is unknown, so that both answers take the same time.
_NOBODY = _hasher.hash("nobody has this password")


class Admin(UserMixin, Record):  # type: ignore[misc]  # Flask-Login has no annotations
    """`session_version` grows with each new password: sessions of the old one end."""

    email = CharField(unique=True)
    password_hash = CharField()
    language = CharField(max_length=2, default="en")  # what they last signed in with; letters to the owner use it
    session_version = IntegerField(default=1)
    created_at = UtcDateTimeField(default=now)

    def get_id(self) -> str:
        """What the session cookie remembers."""
        return f"{self.id}.{self.session_version}"

    @classmethod
    def of_session(cls, session_id: str) -> "Admin | None":
        """The admin a session cookie names, if its password is still the same."""
        admin_id, _, version = session_id.partition(".")
        if not (admin_id.isdecimal() and version.isdecimal()):
            return None
        return cls.get_or_none(cls.id == int(admin_id), cls.session_version == int(version))

    @classmethod
    def set_password(cls, email: str, password: str) -> "Admin":
        """Make the admin, or give the existing one this password."""
        digest = _hasher.hash(password)
        admin = cls.get_or_none(cls.email == email.strip().lower())
        if admin is None:
            admin = cls.create(email=email.strip().lower(), password_hash=digest)
        else:
            admin.password_hash = digest
            admin.session_version += 1
            admin.save()
        return admin

    @classmethod
    def authenticate(cls, email: str, password: str) -> "Admin | None":
        """The admin with this email and password, else None."""
        admin = cls.get_or_none(cls.email == email.strip().lower())
        return admin if _matches(admin.password_hash if admin else _NOBODY, password) and admin else None

    def has_password(self, password: str) -> bool:
        """Whether this is the admin's present password."""
        return _matches(self.password_hash, password)


def _matches(digest: str, password: str) -> bool:
    try:
        return _hasher.verify(digest, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


class SignInFailure(Record):
    """One failed attempt. In the table and not in memory, so that all processes and hosts count together."""

    WINDOW = timedelta(minutes=15)
    PER_ACCOUNT = 10
    PER_ADDRESS = 50

    email = CharField(index=True)
    address = CharField(index=True)
    at = UtcDateTimeField(default=now)

    @classmethod
    def record(cls, email: str, address: str) -> int:
        """Remember a failure, forget those that no longer count; seconds to wait when others closed the door meanwhile.

        Guesses at the same moment all found it open. Each is written before it is counted, so that only the first
        are answered; the others count no more than any that come while it is closed.
        """
        cls.delete().where(cls.at < now() - cls.WINDOW).execute()
        failure = cls.create(email=email.strip().lower()[:255], address=address)
        wait = cls.seconds_closed(email, address, cls.id < failure.id)
        if wait:
            failure.delete_instance()
        return wait

    @classmethod
    def seconds_closed(cls, email: str, address: str, *counted: object) -> int:
        """How long this account or address must wait; 0 when it may try. `counted` narrows which failures count."""
        by_account = cls._wait(cls.PER_ACCOUNT, cls.email == email.strip().lower()[:255], *counted)
        return max(by_account, cls._wait(cls.PER_ADDRESS, cls.address == address, *counted))

    @classmethod
    def _wait(cls, limit: int, *counted: object) -> int:
        since = now() - cls.WINDOW
        recent = (
            cls.select().where(*counted, cls.at >= since).order_by(cls.at.desc()).offset(limit - 1).limit(1).first()
        )
        return 0 if recent is None else max(1, int((recent.at + cls.WINDOW - now()).total_seconds()))
