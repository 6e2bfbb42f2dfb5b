"""The way in: whoever types an email address gets the same answer; the link goes to that mailbox."""

from flask import render_template, request

from storefront import customers, worker
from storefront.web.customer import access
from storefront.web.forms import EmailForm

blueprint = access.customer_blueprint("links", "/my")


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
    customers.send_login_link(form.email.data, request.remote_addr or "")
    # In either case, so that both answers take as long.
    worker.wake_for_emails()
    return render_template("my/login_links/created.html", email=form.email.data)
