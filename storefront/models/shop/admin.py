"""Admins, who can sign in to /admin, and failed sign-ins, which lock an account or address for a while."""

from datetime import timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from flask_login import UserMixin
from peewee import CharField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, is_recent, now

_hasher = PasswordHasher()
# Verified when the email is unknown, so that the response takes the same time: the cost follows the parameters. No
# password has this hash. Hashing one here would slow down each start of a process.
_DUMMY_HASH = (
    f"$argon2id$v=19$m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}${'A' * 22}${'A' * 43}"
)


class Admin(UserMixin, Record):  # type: ignore[misc]  # Flask-Login has no annotations
    """Each new password increments `session_version`, which ends the sessions that used the old password."""

    email = CharField(unique=True)
    password_hash = CharField()
    language = CharField(max_length=2, default="en")  # chosen at the last sign-in; emails to the owner use it
    session_version = IntegerField(default=1)
    created_at = UtcDateTimeField(default=now)

    def get_id(self) -> str:
        """The value stored in the session cookie."""
        return f"{self.id}.{self.session_version}"

    @classmethod
    def of_session(cls, session_id: str) -> "Admin | None":
        """The admin of a session cookie, or None if the password has changed since."""
        admin_id, _, version = session_id.partition(".")
        if not (admin_id.isdecimal() and version.isdecimal()):
            return None
        return cls.get_or_none(cls.id == int(admin_id), cls.session_version == int(version))

    @classmethod
    def set_password(cls, email: str, password: str) -> "Admin":
        """Create the admin, or change the password of an existing one."""
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
        """The admin with this email and password, or None."""
        admin = cls.get_or_none(cls.email == email.strip().lower())
        return admin if _matches(admin.password_hash if admin else _DUMMY_HASH, password) and admin else None

    def has_password(self, password: str) -> bool:
        """Whether this is the admin's current password."""
        return _matches(self.password_hash, password)


def _matches(digest: str, password: str) -> bool:
    try:
        return _hasher.verify(digest, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


class SignInFailure(Record):
    """One failed sign-in. Stored in a table, so that all processes and hosts count together."""

    WINDOW = timedelta(minutes=15)
    PER_ACCOUNT = 10
    PER_ADDRESS = 50

    email = CharField(index=True)
    address = CharField(index=True)
    at = UtcDateTimeField(default=now)

    @classmethod
    def record(cls, email: str, address: str) -> int:
        """Record a failed sign-in and delete expired ones. Return the seconds to wait if the limit is reached, else 0.

        Concurrent attempts may all have started below the limit. Each is written before the earlier ones are counted,
        so only the first attempts up to the limit are answered. The others are deleted again: attempts during a lock
        do not extend it.
        """
        cls.delete().where(~is_recent(cls.at, cls.WINDOW)).execute()
        failure = cls.create(email=email.strip().lower()[:255], address=address)
        wait = cls.seconds_locked(email, address, cls.id < failure.id)
        if wait:
            failure.delete_instance()
        return wait

    @classmethod
    def seconds_locked(cls, email: str, address: str, *counted: object) -> int:
        """Seconds until this account or address can try again, 0 for now. `counted` are conditions on the failures."""
        by_account = cls._wait(cls.PER_ACCOUNT, cls.email == email.strip().lower()[:255], *counted)
        return max(by_account, cls._wait(cls.PER_ADDRESS, cls.address == address, *counted))

    @classmethod
    def _wait(cls, limit: int, *counted: object) -> int:
        recent = (
            cls.select()
            .where(*counted, is_recent(cls.at, cls.WINDOW))
            .order_by(cls.at.desc())
            .offset(limit - 1)
            .limit(1)
            .first()
        )
        return 0 if recent is None else max(1, int((recent.at + cls.WINDOW - now()).total_seconds()))
