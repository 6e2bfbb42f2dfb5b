"""Rules for random histories: a mail server that is away, recipients it refuses, custom texts that can't be used."""

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from storefront import db, emails
from storefront.models import CustomEmailText, Email, EmailState, now
from storefront.worker import tasks
from tests.histories.common_rules import HOUR, MINUTE, CommonRules
from tests.money.in_process_mail import InProcessMailServer

# The times at which an email is tried again, for about 30 hours.
OUTAGE = (*(MINUTE * 2**attempt for attempt in range(7)), *[2 * HOUR] * 14)


class EmailRules(CommonRules):
    """Whatever happens to one email or to the mail server, all emails that are still true are sent in the end."""

    mail_was_away = False
    # Kinds of emails whose text of the owner raises when it is used.
    broken_texts: frozenset[str] = frozenset()

    @property
    def mail_server(self) -> InProcessMailServer:
        assert isinstance(self.shop.mail_server, InProcessMailServer)
        return self.shop.mail_server

    @rule(hours=st.sampled_from([1, 30]))
    @precondition(lambda self: self.secrets and not self.mail_was_away)
    def the_mail_server_is_away(self, hours: int) -> None:
        """Something is sold before. At most once, because it takes many attempts to send."""
        self.something_is_sold()
        self.mail_was_away = self.mail_server.away = True
        for wait in OUTAGE if hours > 1 else OUTAGE[:6]:
            self.shop.run(tasks.send_emails)
            self.shop.advance_clock(wait)
        self.mail_server.away = False

    @rule(kind=st.sampled_from(["receipt", "owner_sale", "refund_made", "renewal_receipt", "trial_started"]))
    def the_owner_writes_a_text_that_cannot_be_used(self, kind: str) -> None:
        self.broken_texts |= {kind}
        text = CustomEmailText.insert(kind=kind, language="en", subject="{nobody}", words="{nobody}")
        self.shop.run(text.on_conflict_ignore().execute)

    @rule(address=st.sampled_from(["marko@example.com", "iryna@example.com"]))
    def the_mail_server_refuses_a_recipient(self, address: str) -> None:
        self.mail_server.refused_recipients.add(address)

    @rule()
    def the_worker_runs(self) -> None:
        """Every email that is due is tried, whatever happens to the others."""
        crashes = len(self.shop.crashes)
        self.shop.run_worker()
        if len(self.shop.crashes) > crashes or self.mail_server.away:
            return
        with db.connection():
            untried = list(
                Email.select().where(Email.state == EmailState.WAITING, Email.due_at <= now(), Email.attempts == 0)
            )
        assert not untried, self.report([f"email {one.id} ({one.kind}) is due and was not tried" for one in untried])

    def email_works_again(self) -> None:
        """The owner corrects the texts and sends what has failed again."""
        with db.connection():
            CustomEmailText.delete().execute()
            refused = Email.recipient.in_(list(self.mail_server.refused_recipients))
            for email in Email.select().where(
                Email.state == EmailState.FAILED, Email.kind.in_(list(self.broken_texts)) | refused
            ):
                emails.send_again(email)
        self.mail_server.refused_recipients.clear()

    def email_differences(self) -> list[str]:
        """Emails that have failed, and sent ones that the mail server has not accepted."""
        with db.connection():
            failed = [
                f"email {one.id} ({one.kind}) has failed: {one.problem}"
                for one in Email.select().where(Email.state == EmailState.FAILED)
            ]
            sent = Email.select().where(Email.state == EmailState.SENT).count()
        accepted = len(self.mail_server.accepted)
        return failed + (
            [f"{sent} emails are sent, the mail server has accepted {accepted}"] if sent > accepted else []
        )
