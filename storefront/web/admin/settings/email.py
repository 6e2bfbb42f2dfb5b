"""How emails are sent: the mail server in force, a test email, and the records of the sender's domain."""

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import emails, operations
from storefront.web.admin.labels import mail_problem
from storefront.web.admin.shared import show_notice, wants_fragment
from storefront.web.forms import MailTestForm
from storefront.web.support import current_profile, shop_config

blueprint = Blueprint("email_settings", __name__, url_prefix="/settings/email")


@blueprint.get("")
def show() -> str:
    """The settings in force. The DNS is asked by the page's own request, which may take a few seconds."""
    return _page(MailTestForm(data={"to": current_user.email}))


@blueprint.get("/domain")
def domain() -> str:
    """SPF and DMARC of the sender's domain: for htmx a fragment, else the page with it."""
    findings = operations.mail_domain_findings()
    if wants_fragment():
        return render_template("admin/settings/_mail_domain.html", findings=findings)
    return _page(MailTestForm(data={"to": current_user.email}), findings=findings)


@blueprint.post("/test")
def send_test() -> Response | tuple[str, int]:
    """Send an email now, without the queue, and say what the mail server answered."""
    form = MailTestForm()
    if not form.validate_on_submit():
        return _page(form), 422
    if not emails.is_configured():
        return _page(form, _("Email isn’t set up. Set SMTP_URL and MAIL_FROM, then restart the shop.")), 422
    shop = current_profile().display_name
    subject = _("Test email from %(shop)s", shop=shop)
    body = _("This is a test. Emails from %(shop)s reach this address.", shop=shop)
    problem = emails.send_test(form.to.data, subject, f"{body}\n")
    if problem:
        alert = _("The test email wasn’t sent. The mail server’s answer: %(words)s", words=mail_problem(problem))
        return _page(form, alert), 422
    show_notice(_("Test email sent to %(address)s. It should arrive within a few minutes.", address=form.to.data))
    return redirect(url_for(".show"), 303)


def _page(form: MailTestForm, alert: str = "", findings: list[operations.Finding] | None = None) -> str:
    return render_template(
        "admin/settings/email.html",
        form=form,
        alert=alert,
        server=emails.server_in_force(),
        mail_from=shop_config().mail_from,
        domain=emails.sender_domain(),
        findings=findings,
    )
