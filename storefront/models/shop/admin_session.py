"""Sign-ins to the admin: one row for each, until sign-out, a new password or a time limit ends it."""

from datetime import datetime, timedelta

from peewee import JOIN, CharField, ForeignKeyField, IntegerField

from storefront.models.base import CLOCK_TOLERANCE, Record, UtcDateTimeField, is_recent, now, public_id
from storefront.models.shop.admin import Admin
from storefront.models.shop.shop_profile import PROFILE, ShopProfile
from storefront.models.shop.shop_setting import ShopSetting

# `last_seen_at` is written, and the time limits are checked, at most once in this time.
SEEN_INTERVAL = timedelta(minutes=1)
# How long a typed password allows refunds, new keys, disconnecting and exports.
PROOF_LIFETIME = timedelta(minutes=15)


class AdminSession(Record):
    """The session cookie holds the `key`, signed. A session is valid only with its row.

    `password_version` is the `Admin.session_version` of the password that was typed: a new password ends the session,
    even one that begins at the same moment. `proved_at` is when the password was typed last. `address` (IP) and
    `user_agent` are those of the sign-in.
    """

    key = CharField(unique=True, max_length=40, default=public_id)
    admin = ForeignKeyField(Admin, on_delete="CASCADE")
    password_version = IntegerField()
    started_at = UtcDateTimeField(default=now, index=True)
    last_seen_at = UtcDateTimeField(default=now)
    proved_at = UtcDateTimeField(default=now)
    address = CharField(max_length=45, default="")
    user_agent = CharField(max_length=300, default="")

    # What `find` reads beside the session.
    setting: ShopSetting | None
    profile: ShopProfile

    @classmethod
    def begin(cls, admin: Admin, address: str = "", user_agent: str = "") -> "AdminSession":
        """Store a session of this admin, whose password was just typed."""
        seen = {"address": address[:45], "user_agent": user_agent.replace("\0", "")[:300]}
        session: AdminSession = cls.create(admin=admin, password_version=admin.session_version, **seen)
        return session

    @classmethod
    def of(cls, admin: Admin, limit: int = 100) -> list["AdminSession"]:
        """The admin's sessions, the one that was used last first."""
        current = cls.password_version == admin.session_version
        return list(cls.select().where(cls.admin == admin, current).order_by(cls.last_seen_at.desc()).limit(limit))

    @classmethod
    def end(cls, admin: Admin, session_id: int | None = None) -> int:
        """End one session of this admin, or all of them. Returns how many were ended."""
        one = () if session_id is None else (cls.id == session_id,)
        return int(cls.delete().where(cls.admin == admin, *one).execute())

    @classmethod
    def find(cls, key: str, setting: str = "") -> "AdminSession | None":
        """The session with this key and its admin, whatever its age. None after sign-out or a new password.

        One query, which also reads the setting with this name, if any: `setting`, None without its row. And `profile`.
        """
        profile_row = ShopSetting.alias("profile_row")
        session: AdminSession | None = (
            cls.select(cls, Admin, ShopSetting, profile_row)
            .join(Admin)
            .join_from(cls, ShopSetting, JOIN.LEFT_OUTER, on=(ShopSetting.name == setting), attr="setting")
            .join_from(cls, profile_row, JOIN.LEFT_OUTER, on=(profile_row.name == PROFILE), attr="profile_row")
            .where(cls.key == key, cls.password_version == Admin.session_version)
            .first()
        )
        if session is not None:
            session.setting = getattr(session, "setting", None)
            row = getattr(session, "profile_row", None)
            session.profile = ShopProfile.from_value(row.value if row is not None else None)
        return session

    @property
    def was_just_seen(self) -> bool:
        """Whether a request used it within the last minute: its time limits were checked then."""
        return _is_within(self.last_seen_at, SEEN_INTERVAL)

    @property
    def is_proved(self) -> bool:
        """Whether the password was typed within the last 15 minutes."""
        return _is_within(self.proved_at, PROOF_LIFETIME)

    def is_over(self, idle: timedelta | None, absolute: timedelta | None) -> bool:
        """Whether it was not used for `idle`, or began more than `absolute` ago. None is no limit.

        A time in the future was written by a wrong clock: such a session would last for too long.
        """
        limits = ((self.last_seen_at, idle), (self.started_at, absolute))
        return not all(_is_within(at, limit or timedelta.max) for at, limit in limits)

    def see(self) -> None:
        """Record that a request has used it now."""
        self._write(last_seen_at=now())

    def prove(self) -> None:
        """Record that its admin has typed the right password now."""
        self._write(proved_at=now())

    @classmethod
    def delete_over(cls, idle: timedelta | None, absolute: timedelta | None) -> None:
        """Delete the sessions that are over: by these limits, or because the password has changed."""
        old_password = cls.admin.in_(
            Admin.select(Admin.id).where(Admin.id == cls.admin, Admin.session_version != cls.password_version)
        )
        over = old_password
        for column, limit in ((cls.last_seen_at, idle), (cls.started_at, absolute)):
            if limit is not None:
                over |= ~is_recent(column, limit)
        cls.delete().where(over).execute()

    def _write(self, **values: datetime) -> None:
        # An UPDATE, so that a session that was ended meanwhile stays ended.
        AdminSession.update(values).where(AdminSession.id == self.id).execute()
        for name, value in values.items():
            setattr(self, name, value)


def _is_within(at: datetime, window: timedelta) -> bool:
    age = now() - at
    return -CLOCK_TOLERANCE <= age <= window
