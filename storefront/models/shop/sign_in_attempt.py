"""Attempts to sign in that failed or are running. Too many lock an account or an IP address for a while."""

from datetime import timedelta

from peewee import CharField

from storefront.models.base import Record, UtcDateTimeField, is_recent, now
from storefront.models.networks import subscriber_network

WINDOW = timedelta(minutes=15)
PER_ACCOUNT = 10
PER_ADDRESS = 50


class SignInAttempt(Record):
    """Stored in a table, so that all processes and hosts count together. A successful attempt is deleted.

    `account` is whose password was guessed: an email, or the key of a known device or of a signed-in admin. It is ""
    while the attempt is running: only its address counts then. `address` is a `subscriber_network`.
    """

    account = CharField(column_name="email", index=True)
    address = CharField(index=True)
    at = UtcDateTimeField(default=now)

    class Meta:
        table_name = "sign_in_failure"

    @classmethod
    def begin(cls, account: str, address: str) -> tuple["SignInAttempt", int]:
        """Record an attempt before its password is checked. Returns it and the seconds to wait, 0 to go on.

        An attempt that has to wait is not counted: it does not extend the lock. Of concurrent attempts from one
        address only the first ones up to its limit go on, since each is written before the earlier ones are counted.
        """
        cls.delete().where(~is_recent(cls.at, WINDOW)).execute()
        attempt = cls.create(account="", address=subscriber_network(address))
        wait = max(
            cls._wait(PER_ACCOUNT, cls.account == _key(account)),
            cls._wait(PER_ADDRESS, cls.address == attempt.address, cls.id < attempt.id),
        )
        if wait:
            attempt.delete_instance()
        return attempt, wait

    def fail(self, account: str) -> int:
        """Count the attempt as failed. Returns the seconds to wait if the account's limit was reached meanwhile.

        Such an attempt is deleted: its answer must not tell whether the password was right. Failures are numbered in
        the order in which they fail, so that only the first ones up to the limit are answered.
        """
        self.delete_instance()
        failure = SignInAttempt.create(account=_key(account), address=self.address)
        wait = self._wait(PER_ACCOUNT, SignInAttempt.account == failure.account, SignInAttempt.id < failure.id)
        if wait:
            failure.delete_instance()
        return wait

    def succeed(self, account: str) -> int:
        """Forget the attempt. Returns the seconds to wait if the account was locked meanwhile."""
        self.delete_instance()
        return self._wait(PER_ACCOUNT, SignInAttempt.account == _key(account))

    @classmethod
    def _wait(cls, limit: int, *counted: object) -> int:
        recent = (
            cls.select()
            .where(*counted, is_recent(cls.at, WINDOW))
            .order_by(cls.at.desc())
            .offset(limit - 1)
            .limit(1)
            .first()
        )
        return 0 if recent is None else max(1, int((recent.at + WINDOW - now()).total_seconds()))


def _key(account: str) -> str:
    return account.strip().lower()[:255]
