"""Request a login link by email. The answer never tells whether the address has purchases."""

from flask import render_template, request

from storefront import customers, emails, worker
from storefront.web.customer import access
from storefront.web.forms import EmailForm

blueprint = access.customer_blueprint("login_links", "/my")


@blueprint.get("")
def new() -> str:
    """The form for the email address."""
    return render_template("my/login_links/new.html", form=EmailForm())


@blueprint.post("")
def create() -> str | tuple[str, int]:
    """Store the request. The worker looks for purchases of the address, so that the answer's time tells nothing."""
    form = EmailForm()
    if not form.validate():
        return render_template("my/login_links/new.html", form=form), 422
    customers.request_login_link(form.email.data, request.remote_addr or "")
    worker.wake_for_emails()
    return render_template("my/login_links/created.html", email=form.email.data)


@blueprint.post("/<token>/link")
def renew(token: str) -> str:
    """Send a new link to the address that this one was made for. It leads to the page that needs it, if any.

    The answer neither shows the address nor tells whether it has purchases.
    """
    link = emails.account_access(token)
    if link is None:
        access.abort_invalid_link()
    page = request.form.get("page", "")
    known_page = page if access.PAGES_OF_NEW_LINKS.fullmatch(page) else ""
    customers.request_login_link(link.email, request.remote_addr or "", known_page)
    worker.wake_for_emails()
    return render_template("my/login_links/created.html", email="")
