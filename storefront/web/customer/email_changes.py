"""Change the email address: the customer confirms it through a link that is sent to the new address."""

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from storefront import customers, emails, worker
from storefront.web import support
from storefront.web.customer import access, messages
from storefront.web.forms import EmailForm

blueprint = access.customer_blueprint("email_changes", "/my")


@blueprint.get("/<token>/email")
def new(token: str) -> str:
    """The form for the new address."""
    return _form_page(token, access.email_or_404(token), EmailForm())


@blueprint.post("/<token>/email")
def create(token: str) -> str | tuple[str, int]:
    """Send the confirmation link to the new address. Nothing changes until it is confirmed."""
    email, form = access.email_or_404(token), EmailForm()
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

    If everything has been moved already, it redirects to the account of the new address: the link proves access to
    that mailbox.
    """
    email, new_email = _read_change_or_404(change)
    language = customers.purchases_of(email).language
    if language is None:
        return redirect(url_for("account.show", token=emails.make_account_token(new_email)), 303)
    support.set_page_language(language)
    return render_template("my/email_changes/edit.html", change=change, email=email, new_email=new_email)


@blueprint.post("/email/<change>")
def update(change: str) -> Response:
    """Move all purchases to the new address. Safe to repeat."""
    email, new_email = _read_change_or_404(change)
    if customers.change_email(email, new_email):
        worker.wake_for_emails()
    token = emails.make_account_token(new_email)
    return redirect(url_for("account.show", token=token, done="email"), 303)


def _read_change_or_404(change: str) -> tuple[str, str]:
    """The old and the new address from the signed token of the emailed link."""
    addresses = emails.read_email_change_token(change)
    if addresses is None:
        access.abort_invalid_link()
    return addresses
