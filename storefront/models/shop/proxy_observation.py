"""Which proxies requests came through, compared with TRUSTED_PROXIES: the doctor tells of a difference."""

from datetime import timedelta
from enum import StrEnum

from peewee import CharField, IntegerField

from storefront.models.base import Record, UtcDateTimeField, is_recent, now

# How long a difference is told, and how long before it the setting must not have fitted.
TOLD_FOR, MUST_NOT_HAVE_FITTED = timedelta(days=7), timedelta(days=1)


class ProxyFit(StrEnum):
    """Whether TRUSTED_PROXIES fits a request. The values are stored in rows and never change."""

    FITS = "fits"
    TOO_FEW = "too_few"  # the client's address is that of a proxy: all buyers count as one
    TOO_MANY = "too_many"  # fewer proxies than that have named an address, or none


class ProxyObservation(Record):
    """The last request of its kind (a ProxyFit). `trusted` was the setting then, `proxies` what it should be."""

    kind = CharField(max_length=20, unique=True)
    trusted = IntegerField()
    proxies = IntegerField()
    at = UtcDateTimeField(default=now)

    class Meta:
        table_name = "proxy_observation"

    @classmethod
    def record(cls, kind: ProxyFit, trusted: int, proxies: int) -> None:
        """Store the observation in place of the last one of its kind."""
        values = {cls.trusted: trusted, cls.proxies: proxies, cls.at: now()}
        cls.insert({cls.kind: kind, **values}).on_conflict(conflict_target=[cls.kind], update=values).execute()

    @classmethod
    def difference(cls, trusted: int) -> "ProxyObservation | None":
        """What does not fit the present setting, seen within a week. None if nothing does; one query.

        A request without a proxy's header tells nothing if others came with it: programs on the same machine ask
        directly.
        """
        rows = {row.kind: row for row in cls.select().where(cls.trusted == trusted, is_recent(cls.at, TOLD_FOR))}
        if ProxyFit.TOO_FEW in rows:
            return rows[ProxyFit.TOO_FEW]
        missing, fitting = rows.get(ProxyFit.TOO_MANY), rows.get(ProxyFit.FITS)
        has_fitted = missing and fitting and fitting.at > missing.at - MUST_NOT_HAVE_FITTED
        return None if has_fitted else missing
