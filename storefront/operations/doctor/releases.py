"""Which version of the shop this is, and whether a newer one exists."""

from storefront.config import VERSION, Config
from storefront.operations.doctor.findings import Finding, amber, green
from storefront.operations.releases import newest_release


def release_findings(config: Config) -> list[Finding]:
    """What RELEASES_URL has said, if it is set. One query then."""
    newest = newest_release(config)
    if newest is None:
        return [green("version", version=VERSION)]
    if newest.is_newer:
        return [amber("version_newer", version=VERSION, newest=newest.version)]
    if newest.problem:
        return [green("version", version=VERSION), amber("releases_unreachable", words=newest.problem)]
    return [green("version_newest", version=VERSION)]
