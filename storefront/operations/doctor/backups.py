"""Whether the shop is backed up every day."""

from storefront.config import Config
from storefront.operations.backups.schedule import schedule_state
from storefront.operations.doctor.findings import Finding, amber, green, red


def backup_findings(config: Config) -> list[Finding]:
    """When the last scheduled backup was made, and why the newest one failed. No query without BACKUP_URL."""
    if not config.backup_url:
        return [amber("backups_unscheduled")]
    state, place = schedule_state(), config.backup_url
    made = [green("backup_made", at=state.last_at, place=place)] if state.last_at else []
    if state.problem:
        return [red("backup_failed", place=place, words=state.problem), *made]
    if state.last_at is None:
        return [green("backup_awaited", place=place)]
    return [red("backup_late", at=state.last_at, place=place)] if state.is_late else made
