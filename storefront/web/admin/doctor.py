"""The doctor's page: findings about the shop and its merchants, and a test email."""

from itertools import groupby

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import emails, operations
from storefront.models import Merchant
from storefront.operations import Finding
from storefront.web.admin.labels import mail_problem
from storefront.web.admin.shared import show_error, show_notice
from storefront.web.support import shop_config

blueprint = Blueprint("doctor", __name__, url_prefix="/doctor")


@blueprint.get("")
def show() -> str:
    """Findings that need no request to Stripe."""
    return _page(operations.diagnose(shop_config()), stripe_asked=False)


@blueprint.post("")
def create() -> str:
    """All findings. Asks Stripe about every merchant."""
    return _page(operations.diagnose_with_stripe(shop_config()), stripe_asked=True)


@blueprint.post("/mail")
def send_test_email() -> Response:
    """Send an email to the signed-in admin now, without the queue."""
    if not emails.is_configured():
        show_error(_("Email isn’t set up. Set SMTP_URL and MAIL_FROM, then restart the shop."))
        return redirect(url_for(".show"), 303)
    problem = emails.send_test(
        current_user.email, _("Test email from your shop"), _("This is a test email. Your shop can send email.") + "\n"
    )
    if problem:
        show_error(_("The mail server refused the email: %(words)s", words=mail_problem(problem)))
    else:
        show_notice(_("Test email sent to %(address)s.", address=current_user.email))
    return redirect(url_for(".show"), 303)


def _page(findings: list[Finding], stripe_asked: bool) -> str:
    groups = [(about, list(group)) for about, group in groupby(findings, key=lambda finding: finding.about)]
    return render_template(
        "admin/doctor.html",
        groups=groups,
        worst_grade=max((finding.grade for finding in findings), key=("green", "amber", "red").index),
        stripe_asked=stripe_asked,
        merchants=Merchant.connected(),
    )
