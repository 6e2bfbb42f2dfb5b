"""Checks of the domain that emails come from. They ask the DNS, so they are part of the full check only."""

from storefront import emails
from storefront.operations.doctor.findings import Finding, amber, green


def findings() -> list[Finding]:
    """SPF and DMARC of MAIL_FROM's domain, with the record to add; none without a mail server."""
    found = []
    for record in emails.check_domain():
        grade = green if record.state == "ok" else amber
        code = f"{record.kind}_{record.state}"
        found.append(grade(code, name=record.name, found=record.text, record=record.suggested))
    return found
