"""Checks of the whole shop: database, disk, queue, worker, email, public URL, images."""

import secrets
import shutil
from urllib.parse import urlsplit

from peewee import PeeweeException

from storefront import db, delivery, emails, merchants, offers, stripe_gateway, team, worker
from storefront.config import Config
from storefront.errors import UploadsUnavailable
from storefront.models import (
    Admin,
    CounterKind,
    Merchant,
    Offer,
    OfferStatus,
    ProxyFit,
    ProxyObservation,
    ShopProfile,
    StoredFile,
    counts,
    lacks_text_indexes,
    recent_days_begin,
)
from storefront.operations.doctor import programs
from storefront.operations.doctor.backups import backup_findings
from storefront.operations.doctor.findings import Finding, Grade, amber, green, red
from storefront.operations.write_check import check_write

# Free bytes on the disk.
LOW_SPACE, TOO_LITTLE_SPACE = 1_000_000_000, 100_000_000
# How many offers a finding names.
MAX_NAMES = 10


def findings(config: Config) -> list[Finding]:
    """Run all checks. If the database can't be used, or its schema is not current, only those that don't need it."""
    schema = _schema()
    database = [schema, _database()] if schema.code == "schema_current" else [schema]
    is_usable = all(finding.grade != Grade.RED for finding in database)
    # The embedded queue is on the same disk: it fails for the same reason.
    queue = [_queue()] if config.redis_url or is_usable else []
    uploads = _uploads(config)
    found = [
        _address(config),
        *_stripe_addresses(config),
        *_webhook_networks(config),
        _disk(config),
        uploads,
        *queue,
        *database,
    ]
    if is_usable:
        found += [
            *_connections(config),
            *_searches(),
            *proxy_findings(config),
            _worker(),
            *_clock(),
            _mail(),
            *_admins(),
            *backup_findings(config),
            *programs.findings(),
            *_second_factors(),
            *_merchants(),
            *(_images(config) if uploads.grade == Grade.GREEN else []),
        ]
    return found


def _schema() -> Finding:
    try:
        pending = db.pending_migrations()
    except (PeeweeException, OSError) as error:
        return red("database_unreachable", words=" ".join(str(error).split()))
    return red("schema_behind", names=", ".join(pending)) if pending else green("schema_current")


def _database() -> Finding:
    try:
        check_write()
    except db.STORAGE_ERRORS as error:
        return red("database_read_only", words=" ".join(str(error).split()))
    return green("database_writable")


def _connections(config: Config) -> list[Finding]:
    """Whether the database server has room for the shop's connections. Other hosts are not known here."""
    allowed, needed = db.allowed_connections(), db.needed_connections(config)
    if allowed is None or allowed >= needed:
        return []
    return [amber("database_connections_few", allowed=allowed, needed=needed)]


def _searches() -> list[Finding]:
    return [amber("searches_slow")] if lacks_text_indexes() else []


def proxy_findings(config: Config) -> list[Finding]:
    """Whether requests came through as many proxies as the shop trusts; one query."""
    seen = ProxyObservation.difference(config.trusted_proxies)
    if seen is None:
        return []
    code = "proxies_untrusted" if seen.kind == ProxyFit.TOO_FEW else "proxies_missing"
    return [amber(code, trusted=config.trusted_proxies, proxies=seen.proxies, at=seen.at)]


def _worker() -> Finding:
    seen = worker.last_seen()
    if seen is None:
        return red("worker_never")
    return red("worker_silent", at=seen) if worker.is_silent(seen) else green("worker_alive", at=seen)


def _clock() -> list[Finding]:
    """Only what the worker has noticed. The checks with Stripe measure it."""
    seconds = merchants.clock_seconds()
    if not seconds:
        return []
    grade = red if seconds > merchants.BREAKING_DIFFERENCE.total_seconds() else amber
    return [grade("clock_wrong", seconds=seconds)]


def _queue() -> Finding:
    return green("queue_reachable") if worker.queue_is_reachable() else red("queue_unreachable")


def _disk(config: Config) -> Finding:
    free = shutil.disk_usage(config.instance_dir).free
    grade = red if free < TOO_LITTLE_SPACE else amber if free < LOW_SPACE else green
    return grade("disk_low" if free < LOW_SPACE else "disk_enough", size=free)


def _mail() -> Finding:
    if not emails.is_configured():
        return amber("mail_missing")
    problem = emails.settings_problem()
    if problem:
        return red("mail_misconfigured", answer=problem)
    outage = emails.current_outage()
    if outage is not None:
        return red("mail_server_away", at=outage.began_at, answer=outage.problem)
    count = failing_emails()
    return amber("mail_failing", count=count) if count else green("mail_configured")


def failing_emails() -> int:
    """How many emails could not be sent lately: those that were given up within a week, and those to be retried."""
    counted = counts(CounterKind.GIVEN_UP_EMAILS, CounterKind.FAILING_EMAILS, since=recent_days_begin())
    return sum(one.number for one in counted)


def _admins() -> list[Finding]:
    """Admins whose address no mail server takes. Emails to the owner do not reach them."""
    unreachable = [admin.email for admin in Admin.select().order_by(Admin.id) if not emails.is_postable(admin.email)]
    return [amber("admins_unreachable", names=", ".join(unreachable))] if unreachable else []


def _address(config: Config) -> Finding:
    parts = urlsplit(config.public_url)
    if parts.scheme == "https":
        return green("https", address=config.public_url)
    try:
        live = Merchant.select_connected().where(Merchant.mode == "live").exists()
    except PeeweeException:
        live = False
    return (red if live else amber)("http", address=config.public_url)


def _stripe_addresses(config: Config) -> list[Finding]:
    return [
        amber("stripe_elsewhere", variable=name, address=address)
        for name, address in stripe_gateway.foreign_variables(config).items()
    ]


def _webhook_networks(config: Config) -> list[Finding]:
    networks = ", ".join(map(str, config.webhook_networks))
    return [amber("webhook_networks", networks=networks)] if networks else []


def _merchants() -> list[Finding]:
    return [] if Merchant.select_connected().exists() else [amber("no_merchants")]


def _uploads(config: Config) -> Finding:
    """Whether a file can be written, read and deleted."""
    key = f"check-{secrets.token_hex(8)}"
    try:
        store = offers.upload_store()
        store.write(key, [b"check"])
        for _chunk in store.read(key):
            pass
        store.delete(key)
    except (UploadsUnavailable, OSError) as error:
        return red("uploads_unusable", place=config.uploads_url, words=" ".join(str(error).split()))
    return green("uploads_usable", place=config.uploads_url)


def _second_factors() -> list[Finding]:
    names = team.unreadable_admins()
    return [amber("second_factor_unreadable", names=", ".join(names))] if names else []


def _images(config: Config) -> list[Finding]:
    """The logo, images of offers and delivered files that were uploaded on another host or left out in a move."""
    with_image = Offer.select(Offer.title, Offer.picture, Offer.picture_width).where(
        Offer.picture != "", Offer.status != OfferStatus.ARCHIVED
    )
    stored = set(offers.upload_store().list_keys())
    missing = [
        offer.title
        for offer in with_image.order_by(Offer.id)
        if not offers.image_keys(offer.picture, offer.picture_width) <= stored
    ]
    logo = ShopProfile.load().logo
    found = [amber("logo_missing", place=config.uploads_url)] if logo and logo not in stored else []
    lost = [name for checksum, name in StoredFile.names() if delivery.file_key(checksum) not in stored]
    if lost:
        found.append(red("files_missing", names=_shortened(lost), count=len(lost), place=config.uploads_url))
    if missing:
        found.append(amber("images_missing", names=_shortened(missing), count=len(missing), place=config.uploads_url))
    return found


def _shortened(names: list[str]) -> str:
    return "; ".join(names[:MAX_NAMES]) + ("; …" if len(names) > MAX_NAMES else "")
