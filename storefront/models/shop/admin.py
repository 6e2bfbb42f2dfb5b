"""Admins, who can sign in to /admin."""

from flask_login import UserMixin
from peewee import CharField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.shop.password_hashing import DUMMY_HASH, hash_password, is_password


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
        """Create the admin, or change the password of an existing one. Raises PasswordCheckBusy."""
        digest = hash_password(password)
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
        """The admin with this email and password, or None. Raises PasswordCheckBusy."""
        admin = cls.get_or_none(cls.email == email.strip().lower())
        return admin if is_password(admin.password_hash if admin else DUMMY_HASH, password) and admin else None

    def has_password(self, password: str) -> bool:
        """Whether this is the admin's current password. Raises PasswordCheckBusy."""
        return is_password(self.password_hash, password)
