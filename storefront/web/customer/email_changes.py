"""Another email address: typed here, confirmed on the page that a letter to it opens."""

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from storefront import customers, emails, worker
from storefront.web import support
from storefront.web.customer import access, messages
from storefront.web.forms import EmailForm

blueprint = access.customer_blueprint("email_changes", "/my")


@blueprint.get("/<token>/email")
def new(token: str) -> str:
    """The form."""
    return _form(token, access.email_or_404(token), EmailForm())


@blueprint.post("/<token>/email")
def create(token: str) -> str | tuple[str, int]:
    """Write to the new address; nothing changes before its reader has pressed the button there."""
    email, form = access.email_or_404(token), EmailForm()
    if not form.validate():
        return _form(token, email, form), 422
    new_email = form.email.data
    if new_email.lower() == email.lower():
        form.email.errors = [messages.same_address()]
        return _form(token, email, form), 422
    if not customers.request_email_change(email, new_email, request.remote_addr or ""):
        form.email.errors = [messages.too_many_letters()]
        return _form(token, email, form), 429
    worker.wake_for_emails()
    _speak(email)
    return render_template("my/email_changes/created.html", token=token, email=email, new_email=new_email)


def _form(token: str, email: str, form: EmailForm) -> str:
    _speak(email)
    return render_template("my/email_changes/new.html", token=token, email=email, form=form)


def _speak(email: str) -> None:
    language = customers.purchases_of(email).language
    if language is None:
        # Nothing is here (any more) that could be moved.
        abort(404)
    support.set_page_language(language)


@blueprint.get("/email/<change>")
def edit(change: str) -> Response | str:
    """What the letter to the new address opens: nothing happens by looking at it, mail programs look too.

    Where all has moved already it leads to its page: who has this link reads that mailbox.
    """
    email, new_email = _asked(change)
    language = customers.purchases_of(email).language
    if language is None:
        return redirect(url_for("my_page.show", token=emails.make_account_token(new_email)), 303)
    support.set_page_language(language)
    return render_template("my/email_changes/edit.html", change=change, email=email, new_email=new_email)


@blueprint.post("/email/<change>")
def update(change: str) -> Response:
    """Move everything to the new address. A second press finds it moved."""
    email, new_email = _asked(change)
    if customers.change_email(email, new_email):
        worker.wake_for_emails()
    token = emails.make_account_token(new_email)
    return redirect(url_for("my_page.show", token=token, done="email"), 303)


def _asked(change: str) -> tuple[str, str]:
    asked = emails.read_email_change_token(change)
    if asked is None:
        access.invalid_link_page()
    return asked
