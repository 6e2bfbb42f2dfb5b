"""An email that is being sent is claimed by its process. What a killed process claimed is sent by another at once."""

import asyncio
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from storefront import db, emails
from storefront.models import Email, Offer, now
from storefront.models.process_identity import has_ended, process_identity
from tests import databases
from tests.mail_server import MailServer
from tests.purchase_steps import buy
from tests.simulator_process import Simulator

OTHER_CONTAINER = "pid:[1]"


class MailServerThatWaitsWithQuit(MailServer):
    """`asked_to_quit` is set when a client has sent QUIT; it is answered when `may_quit` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_to_quit, self.may_quit = threading.Event(), threading.Event()

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.asked_to_quit.set()
        await asyncio.get_running_loop().run_in_executor(None, self.may_quit.wait)
        return "221 Bye"


@pytest.fixture
def mail_server() -> Iterator[MailServerThatWaitsWithQuit]:
    server = MailServerThatWaitsWithQuit()
    server.may_quit.set()
    server.start()
    yield server
    server.may_quit.set()
    server.stop()


@pytest.fixture
def receipt(offer: Offer, simulator: Simulator, mail_server: MailServerThatWaitsWithQuit) -> Email:
    """A receipt that waits to be sent."""
    buy(offer, simulator)
    Email.delete().where(Email.kind != "receipt").execute()
    return Email.get()


def claim_as(receipt: Email, identity: str) -> None:
    until = now() + timedelta(minutes=5)
    Email.update(claimed_by=identity, claimed_until=until).where(Email.id == receipt.id).execute()


def identity_of_an_ended_process() -> str:
    code = "from storefront.models.process_identity import process_identity; print(process_identity())"
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_an_ended_process_is_told_from_a_running_one_and_from_those_elsewhere() -> None:
    own, ended = process_identity(), identity_of_an_ended_process()
    place, _, process = own.rpartition("/")
    pid, _, started = process.partition(" ")
    assert ended.rpartition("/")[0] == place and has_ended(ended)
    assert not has_ended(own)
    assert has_ended(f"{place}/{pid} {int(started) + 1}"), "another process has the same ID now"
    boot = place.partition("/")[0]
    assert not has_ended(f"{boot}/{OTHER_CONTAINER}/{ended.rpartition('/')[2]}")
    assert not has_ended(f"another-boot/{place.partition('/')[2]}/{ended.rpartition('/')[2]}")
    assert not has_ended("") and not has_ended("2 1")


def test_an_email_whose_claim_this_process_could_not_end_is_sent_at_once(
    receipt: Email, mail_server: MailServer
) -> None:
    """As when the database goes away while the email is sent: neither the result nor the failure can be stored."""
    with databases.refusing_updates("letter", "NEW.state = 'sent' OR NEW.problem <> ''"):
        emails.send_due()
    left = Email.get_by_id(receipt.id)
    assert left.state == "waiting" and left.claimed_until > now() and left.claimed_by == process_identity()
    assert emails.send_due() == 1
    assert Email.get_by_id(receipt.id).state == "sent"


def test_an_email_that_another_thread_sends_is_left_to_it(receipt: Email, mail_server: MailServer) -> None:
    Email.hold(receipt.id)
    claim_as(receipt, process_identity())
    assert emails.send_due() == 0
    Email.let_go(receipt.id)
    assert emails.send_due() == 1


def test_the_email_of_a_killed_process_is_sent_at_once(receipt: Email, mail_server: MailServer) -> None:
    claim_as(receipt, identity_of_an_ended_process())
    emails.send_due()
    assert len(mail_server.received) == 1 and Email.get().state == "sent"


@pytest.mark.parametrize("owner", ["another process", "another host", "unknown"])
def test_the_email_of_another_process_waits_for_the_end_of_its_claim(
    receipt: Email, mail_server: MailServer, owner: str
) -> None:
    place = process_identity().rpartition("/")[0]
    started = Path("/proc/1/stat").read_text().rpartition(")")[2].split()[19]
    identities = {"another process": f"{place}/1 {started}", "another host": "boot/pid:[1]/1 1", "unknown": ""}
    claim_as(receipt, identities[owner])
    emails.send_due()
    assert not mail_server.received and Email.get().state == "waiting"


def test_the_outbox_notes_who_has_got_an_email_before_it_closes_the_connection(
    receipt: Email, mail_server: MailServerThatWaitsWithQuit
) -> None:
    def send() -> None:
        with db.connection():
            emails.send_due()

    mail_server.may_quit.clear()
    with ThreadPoolExecutor(1) as worker:
        sending = worker.submit(send)
        assert mail_server.asked_to_quit.wait(60)
        # A kill here would not send it twice.
        assert Email.get().delivered_to == ["marko@example.com"]
        mail_server.may_quit.set()
        sending.result()
    assert Email.get().state == "sent"
