"""Admins, who can sign in to /admin."""

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from flask_login import UserMixin
from peewee import SQL, CharField, IntegerField

from storefront.db import db
from storefront.models.base import Record, UtcDateTimeField, now
from storefront.models.shop.password_hashing import DUMMY_HASH, hash_password, is_password

if TYPE_CHECKING:
    from storefront.models.shop.admin_session import AdminSession


class Role(StrEnum):
    """What an admin may do: `storefront.team` knows the permissions of each."""

    OWNER = "owner"
    MANAGER = "manager"
    VIEWER = "viewer"


class Admin(UserMixin, Record):  # type: ignore[misc]  # Flask-Login has no annotations
    """Each new password increments `session_version`, which ends the sessions that used the old password.

    `session` is the row of the session that this request uses. `signed_in_at` is when somebody signed in last, None
    before the first time.
    """

    session: "AdminSession"

    email = CharField(unique=True)
    password_hash = CharField()
    role = CharField(max_length=10, default=Role.VIEWER)  # a row that forgets to say it can do least
    language = CharField(max_length=2, default="en")  # chosen at the last sign-in; emails to the owner use it
    session_version = IntegerField(default=1)
    created_at = UtcDateTimeField(default=now)
    signed_in_at = UtcDateTimeField(null=True)

    if TYPE_CHECKING:
        # Rows of others that refer to this one.
        second_factors: Any
        recovery_codes: Any
        passkeys: Any

    def get_id(self) -> str:
        """The value that Flask-Login stores in the session cookie."""
        return self.session.key

    @classmethod
    def set_password(
        cls,
        email: str,
        password: str,
        changed: Callable[["Admin"], None] = lambda admin: None,
        role: Role | None = None,
    ) -> "Admin":
        """Create the admin, or change the password of an existing one. Raises PasswordCheckBusy.

        `changed` is called after a change, in the same transaction. With `role` the admin has that role afterwards.
        """
        email = email.strip().lower()
        # Before the transaction: hashing takes long, and may wait for its turn.
        digest = hash_password(password)
        with db.atomic():
            roles = {} if role is None else {"role": role}
            values = {"password_hash": digest, "session_version": cls.session_version + 1, **roles}
            if not cls.update(values).where(cls.email == email).execute():
                return cls.create(email=email, password_hash=digest, **roles)
            admin: Admin = cls.get(cls.email == email)
            changed(admin)
        return admin

    @classmethod
    def replace_password(
        cls, admin_id: int, version: int, password: str, changed: Callable[["Admin"], None]
    ) -> "Admin | None":
        """Change the password of an admin whose `session_version` is still this one. None if it isn't, or nobody is.

        Of two calls at the same time one changes it. `changed` as in `set_password`. Raises PasswordCheckBusy.
        """
        digest = hash_password(password)
        with db.atomic():
            values = {"password_hash": digest, "session_version": cls.session_version + 1}
            if not cls.update(values).where(cls.id == admin_id, cls.session_version == version).execute():
                return None
            admin: Admin = cls.get_by_id(admin_id)
            changed(admin)
        return admin

    @staticmethod
    def hash_password(password: str) -> str:
        """The hash to store. Raises PasswordCheckBusy."""
        return hash_password(password)

    @classmethod
    def authenticate(cls, email: str, password: str) -> "Admin | None":
        """The admin with this email and password, or None. Raises PasswordCheckBusy."""
        admin = cls.get_or_none(cls.email == email.strip().lower())
        return admin if is_password(admin.password_hash if admin else DUMMY_HASH, password) and admin else None

    @property
    def has_code(self) -> bool:
        """Whether an authenticator app is set up: its codes are a second step at sign-in."""
        return bool(self.second_factors.where(SQL("confirmed_at IS NOT NULL")).exists())

    @property
    def has_two_step(self) -> bool:
        """Whether sign-in has a second step: a code, or a passkey. Up to two queries."""
        return self.has_code or bool(self.passkeys.exists())

    def has_password(self, password: str) -> bool:
        """Whether this is the admin's current password. Raises PasswordCheckBusy."""
        return is_password(self.password_hash, password)
