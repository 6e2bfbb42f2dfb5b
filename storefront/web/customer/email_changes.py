"""Change the email address: confirmed through a link to the new address, undone through a link to the old one."""

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from storefront import customers, emails, worker
from storefront.emails import EmailChangeRequest
from storefront.models import EmailChange
from storefront.web import support
from storefront.web.customer import access, messages
from storefront.web.forms import EmailForm

blueprint = access.customer_blueprint("email_changes", "/my")


@blueprint.get("/<token>/email")
def new(token: str) -> str:
    """The form for the new address. Needs a fresh link."""
    return _form_page(token, access.email_of_fresh_link(token, "email"), EmailForm())


@blueprint.post("/<token>/email")
def create(token: str) -> str | tuple[str, int]:
    """Send the confirmation link to the new address. Nothing changes until it is confirmed. Needs a fresh link."""
    email, form = access.email_of_fresh_link(token, "email"), EmailForm()
    if not form.validate():
        return _form_page(token, email, form), 422
    new_email = form.email.data
    if new_email.lower() == email.lower():
        form.email.errors = [messages.same_address()]
        return _form_page(token, email, form), 422
    if not customers.request_email_change(email, new_email, request.remote_addr or ""):
        form.email.errors = [messages.too_many_emails()]
        return _form_page(token, email, form), 429
    worker.wake_for_emails()
    _use_language_of(email)
    return render_template("my/email_changes/created.html", token=token, email=email, new_email=new_email)


def _form_page(token: str, email: str, form: EmailForm) -> str:
    _use_language_of(email)
    return render_template("my/email_changes/new.html", token=token, email=email, form=form)


def _use_language_of(email: str) -> None:
    """Show the page in the customer's language; 404 if the address has no purchases (any more)."""
    language = customers.purchases_of(email).language
    if language is None:
        abort(404)
    support.set_page_language(language)


@blueprint.get("/email/<change>")
def edit(change: str) -> Response | str:
    """The page of the emailed link. It only asks for confirmation, because email programs open links too.

    If the link was used already, it redirects to the account of the new address: it proves access to that mailbox.
    """
    asked = _requested_change_or_404(change)
    if customers.is_confirmed(change):
        return redirect(_new_account_url(asked), 303)
    _use_language_of(asked.old)
    move = customers.planned_move(asked.old, asked.new)
    return render_template("my/email_changes/edit.html", change=change, email=asked.old, new_email=asked.new, move=move)


@blueprint.post("/email/<change>")
def update(change: str) -> Response:
    """Move all purchases to the new address. Safe to repeat."""
    asked = _requested_change_or_404(change)
    if not customers.change_email(change):
        access.abort_invalid_link()
    worker.wake_for_emails()
    return redirect(_new_account_url(asked, done="email"), 303)


def _requested_change_or_404(change: str) -> EmailChangeRequest:
    asked = customers.requested_change(change)
    if asked is None:
        access.abort_invalid_link()
    return asked


def _new_account_url(asked: EmailChangeRequest, done: str | None = None) -> str:
    """The account page of the new address. The link is as fresh as the one that was mailed there."""
    token = emails.make_account_token(asked.new, mailed_at=asked.signed_at)
    return url_for("account.show", token=token, done=done)


@blueprint.get("/undo/<undo_token>")
def confirm_undo(undo_token: str) -> str:
    """The page of the link in the email to the old address. It only asks for confirmation."""
    change = _change_or_404(undo_token)
    if change.undone_at is not None:
        return render_template("my/email_changes/undone.html")
    return render_template("my/email_changes/undo.html", undo_token=undo_token, change=change)


@blueprint.post("/undo/<undo_token>")
def undo(undo_token: str) -> str:
    """Move everything back to the old address, and end all links. Safe to repeat."""
    if customers.undo_email_change(_change_or_404(undo_token)):
        worker.wake_for_emails()
    return render_template("my/email_changes/undone.html")


def _change_or_404(undo_token: str) -> EmailChange:
    """The change that the link undoes, or has undone."""
    change_id = emails.read_undo_token(undo_token)
    change = EmailChange.get_or_none(EmailChange.id == change_id) if change_id is not None else None
    if change is None or not (change.can_be_undone or change.undone_at):
        access.abort_invalid_link()
    return change
