"""SPF and DMARC of the domain that emails come from: mailboxes refuse or hide emails from domains without them.

RFC 7208 and RFC 7489. The names are looked up as the system does, or with the server that DNS_SERVER names.
"""

import time
from dataclasses import dataclass
from typing import Literal

from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from storefront.emails import mail_server
from storefront.emails.mail_server import MailServerAway
from storefront.runtime import current

# For all lookups of a domain together, in seconds.
TIME_LIMIT = 5.0
MAX_LENGTH = 500
# What the SPF record has to include for these providers' mail servers.
PROVIDERS = {
    "gmail.com": "_spf.google.com",
    "googlemail.com": "_spf.google.com",
    "office365.com": "spf.protection.outlook.com",
    "amazonaws.com": "amazonses.com",
    "sendgrid.net": "sendgrid.net",
    "mailgun.org": "mailgun.org",
    "mailjet.com": "spf.mailjet.com",
    "brevo.com": "spf.brevo.com",
    "zoho.com": "zohomail.com",
    "zoho.eu": "zohomail.eu",
    "fastmail.com": "spf.messagingengine.com",
    "migadu.com": "spf.migadu.com",
}


@dataclass(frozen=True)
class DomainRecord:
    """What was found at `name`: `text` is the record, "" for none. `suggested` is what should stand there.

    state: ok, missing, several (all of them count for nothing), provider_missing (it does not allow the provider that
    SMTP_URL names), or unknown (it could not be looked up).
    """

    kind: Literal["spf", "dmarc"]
    state: Literal["ok", "missing", "several", "provider_missing", "unknown"]
    name: str
    text: str = ""
    suggested: str = ""


class _NotAnswered(Exception):
    """A name could not be looked up."""


def sender_domain() -> str:
    """The domain of MAIL_FROM in ASCII; "" without a mail server or a domain that others can look up."""
    if not mail_server.is_configured():
        return ""
    try:
        domain = mail_server.sender().domain.lower().rstrip(".")
    except MailServerAway:
        return ""
    return domain if "." in domain and not domain.startswith("[") else ""


def check_domain() -> list[DomainRecord]:
    """SPF and DMARC of the sender's domain; empty without one. Takes at most about TIME_LIMIT."""
    domain = sender_domain()
    if not domain:
        return []
    lookup = _Lookup()
    return [_spf(lookup, domain), _dmarc(lookup, domain)]


class _Lookup:
    """Looks up TXT records until the time is over."""

    def __init__(self) -> None:
        self._ends = time.monotonic() + TIME_LIMIT
        self._resolver: Resolver | None = None

    def texts(self, name: str) -> list[str]:
        """The TXT records of a name, none if there is none. Raises _NotAnswered."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise _NotAnswered
        try:
            if self._resolver is None:
                self._resolver = _resolver()
            answer = self._resolver.resolve(f"{name}.", "TXT", lifetime=left)
        except (NXDOMAIN, NoAnswer):
            return []
        except (DNSException, OSError, ValueError) as error:
            raise _NotAnswered from error
        texts = [b"".join(record.strings).decode("ascii", "replace") for record in answer]
        # Servers answer in any order.
        return sorted("".join(c if c.isprintable() else "?" for c in text)[:MAX_LENGTH] for text in texts)


def _resolver() -> Resolver:
    server = current().config.dns_server
    if server is None:
        return Resolver()
    resolver = Resolver(configure=False)
    resolver.nameservers, resolver.port = [server[0]], server[1]
    return resolver


def _spf(lookup: _Lookup, domain: str) -> DomainRecord:
    host = mail_server.configured_server().host
    include = next((spf for end, spf in PROVIDERS.items() if host == end or host.endswith(f".{end}")), "")
    allowed = f"include:{include}" if include else f"a:{host}" if "." in host else "a mx"
    try:
        texts = lookup.texts(domain)
    except _NotAnswered:
        return DomainRecord("spf", "unknown", domain)
    records = [text for text in texts if text.lower() == "v=spf1" or text.lower().startswith("v=spf1 ")]
    suggested = f"v=spf1 {allowed} ~all"
    if not records:
        return DomainRecord("spf", "missing", domain, "", suggested)
    if len(records) > 1:
        return DomainRecord("spf", "several", domain, "; ".join(records)[:MAX_LENGTH], _merged(records))
    (record,) = records
    # Another record may include the provider in turn; a redirect replaces all of it.
    if include and include not in record.lower() and "include:" not in record and "redirect=" not in record:
        first, *others = record.split()
        return DomainRecord("spf", "provider_missing", domain, record, " ".join([first, allowed, *others]))
    return DomainRecord("spf", "ok", domain, record)


def _merged(records: list[str]) -> str:
    """One record that allows what all of them allow; its end is that of the first."""
    terms = dict.fromkeys(term for record in records for term in record.split()[1:])
    ends = [term for term in terms if term.lstrip("+-~?").lower() == "all"]
    return " ".join(["v=spf1", *(term for term in terms if term not in ends), *(ends[:1] or ["~all"])])


def _dmarc(lookup: _Lookup, domain: str) -> DomainRecord:
    """The record of the domain, or of one above it, which counts for all below."""
    labels = domain.split(".")
    name = f"_dmarc.{domain}"
    try:
        for first in range(len(labels) - 1):
            texts = lookup.texts(f"_dmarc.{'.'.join(labels[first:])}")
            records = [text for text in texts if text.lower().replace(" ", "").startswith("v=dmarc1;")]
            if len(records) > 1:
                return DomainRecord("dmarc", "several", name, "; ".join(records)[:MAX_LENGTH], records[0])
            if records:
                return DomainRecord("dmarc", "ok", name, records[0])
    except _NotAnswered:
        return DomainRecord("dmarc", "unknown", name)
    return DomainRecord("dmarc", "missing", name, "", "v=DMARC1; p=none")
