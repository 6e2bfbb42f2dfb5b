"""Another email address: typed here, confirmed on the page that a letter to it opens."""

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from storefront import customers as buyers
from storefront.emails import signed_links as buyers_links
from storefront.web.customer import access as door
from storefront.web.customer import messages as words
from storefront.web.forms.customer import EmailForm
from storefront.web.support import languages
from storefront.worker import tasks as jobs

blueprint = door.pages("email_changes", "/my")


@blueprint.get("/<token>/email")
def new(token: str) -> str:
    """The form."""
    return _form(token, door.email_of(token), EmailForm())


@blueprint.post("/<token>/email")
def create(token: str) -> str | tuple[str, int]:
    """Write to the new address; nothing changes before its reader has pressed the button there."""
    email, form = door.email_of(token), EmailForm()
    if not form.validate():
        return _form(token, email, form), 422
    new_email = form.email.data
    if new_email.lower() == email.lower():
        form.email.errors = [words.same_address()]
        return _form(token, email, form), 422
    if not buyers.ask_to_change_email(email, new_email, request.remote_addr or ""):
        form.email.errors = [words.too_many_letters()]
        return _form(token, email, form), 429
    jobs.wake_for_letters()
    _speak(email)
    return render_template("my/email_changes/created.html", token=token, email=email, new_email=new_email)


def _form(token: str, email: str, form: EmailForm) -> str:
    _speak(email)
    return render_template("my/email_changes/new.html", token=token, email=email, form=form)


def _speak(email: str) -> None:
    language = buyers.belongings_of(email).language
    if language is None:
        # Nothing is here (any more) that could be moved.
        abort(404)
    languages.speak(language)


@blueprint.get("/email/<change>")
def edit(change: str) -> Response | str:
    """What the letter to the new address opens: nothing happens by looking at it, mail programs look too.

    Where all has moved already it leads to its page: who has this link reads that mailbox.
    """
    email, new_email = _asked(change)
    language = buyers.belongings_of(email).language
    if language is None:
        return redirect(url_for("my_page.show", token=buyers_links.buyer_token(new_email)), 303)
    languages.speak(language)
    return render_template("my/email_changes/edit.html", change=change, email=email, new_email=new_email)


@blueprint.post("/email/<change>")
def update(change: str) -> Response:
    """Move everything to the new address. A second press finds it moved."""
    email, new_email = _asked(change)
    if buyers.change_email(email, new_email):
        jobs.wake_for_letters()
    token = buyers_links.buyer_token(new_email)
    return redirect(url_for("my_page.show", token=token, done="email"), 303)


def _asked(change: str) -> tuple[str, str]:
    asked = buyers_links.email_change_of(change)
    if asked is None:
        door.no_longer()
    return asked
