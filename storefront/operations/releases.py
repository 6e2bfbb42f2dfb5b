"""Whether a newer release of the shop exists. Nobody is asked unless RELEASES_URL is set.

The request carries no more than what HTTP needs: neither the shop's version nor anything that tells shops apart.
"""

import json
import logging
import re
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import requests

from storefront import db
from storefront.config import VERSION, Config
from storefront.models import CLOCK_TOLERANCE, ShopSetting, now
from storefront.runtime import current

log = logging.getLogger(__name__)

STORED = "newest_release"
ASKED_EVERY = timedelta(days=1)
TOTAL_SECONDS, MAX_BYTES, CHUNK = 5.0, 4_000_000, 65_536
_VERSION = re.compile(r"v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})")


class NoReleases(Exception):
    """RELEASES_URL has not answered with a list of releases. The message says why."""


@dataclass(frozen=True)
class NewestRelease:
    """What RELEASES_URL last said. `version` is "" if it names no release; `problem` why the last try failed, or ""."""

    version: str
    problem: str

    @property
    def is_newer(self) -> bool:
        """Whether it is newer than this program."""
        return _parts(self.version) > _parts(VERSION)


def newest_release(config: Config) -> NewestRelease | None:
    """What is known; None if nobody was asked yet, or RELEASES_URL is not set. One query."""
    stored = _stored(config)
    return NewestRelease(str(stored["version"]), str(stored["problem"])) if stored else None


def ask_for_releases() -> None:
    """Ask RELEASES_URL if it is set and was not asked for a day. After a failure it is asked again at the next call."""
    config = current().config
    if not config.releases_url:
        return
    with db.connection():
        stored = _stored(config) or {"at": None, "version": "", "problem": ""}
    if stored["at"] and not stored["problem"]:
        at = datetime.fromisoformat(str(stored["at"]))
        # One in the future was asked with a wrong clock.
        if now() - ASKED_EVERY < at <= now() + CLOCK_TOLERANCE:
            return
    found = {"url": config.releases_url, "at": now().isoformat(), "version": stored["version"], "problem": ""}
    try:
        found["version"] = _newest(_fetch(config.releases_url))
    except NoReleases as error:
        found["problem"] = str(error)
        log.warning("RELEASES_URL: %s", error)
    with db.connection(), db.db.atomic():
        ShopSetting.store(STORED, found)


def _stored(config: Config) -> dict[str, Any] | None:
    """The answer of the present address."""
    row = ShopSetting.get_or_none(ShopSetting.name == STORED) if config.releases_url else None
    return row.value if row is not None and row.value["url"] == config.releases_url else None


def _fetch(url: str) -> bytes:
    """The body of the answer. Raises NoReleases after five seconds, too."""
    until, body = time.monotonic() + TOTAL_SECONDS, bytearray()
    headers = {"accept": "application/json", "user-agent": "Storefront"}
    try:
        with requests.get(url, headers=headers, timeout=TOTAL_SECONDS, stream=True, allow_redirects=False) as answer:
            if answer.status_code != requests.codes.ok:
                raise NoReleases(f"answered with status {answer.status_code}")
            for chunk in answer.iter_content(CHUNK):
                body += chunk
                if len(body) > MAX_BYTES or time.monotonic() > until:
                    raise NoReleases("the answer is too long or too slow")
    except requests.RequestException as error:
        raise NoReleases(f"no answer ({type(error).__name__})") from error
    return bytes(body)


def _newest(body: bytes) -> str:
    """The newest version in a list of releases as GitHub, GitLab and Forgejo have it, without drafts; "" for none.

    Source: docs.github.com/en/rest/releases/releases. Raises NoReleases.
    """
    try:
        listed = json.loads(body)
        listed = listed if isinstance(listed, list) else [listed]
        tags = [str(one["tag_name"]) for one in listed if not one.get("draft") and not one.get("prerelease")]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NoReleases("the answer is not a list of releases") from error
    versions = [tag.removeprefix("v") for tag in tags if _VERSION.fullmatch(tag)]
    return max(versions, key=_parts, default="")


def _parts(version: str) -> list[int]:
    found = _VERSION.fullmatch(version)
    return [int(part) for part in found.groups()] if found else []
