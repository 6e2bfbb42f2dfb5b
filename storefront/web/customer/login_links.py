"""The way in: whoever types an email address gets the same answer; the link goes to that mailbox."""

from flask import render_template, request

from storefront import customers as buyers
from storefront.web.customer import access as door
from storefront.web.forms.customer import EmailForm
from storefront.worker import tasks as jobs

blueprint = door.pages("links", "/my")


@blueprint.get("")
def new() -> str:
    """The form."""
    return render_template("my/login_links/new.html", form=EmailForm())


@blueprint.post("")
def create() -> str | tuple[str, int]:
    """Send the link, if there is anybody to send it to and not too often: the page tells neither."""
    form = EmailForm()
    if not form.validate():
        return render_template("my/login_links/new.html", form=form), 422
    buyers.send_link(form.email.data, request.remote_addr or "")
    # In either case, so that both answers take as long.
    jobs.wake_for_letters()
    return render_template("my/login_links/created.html", email=form.email.data)
