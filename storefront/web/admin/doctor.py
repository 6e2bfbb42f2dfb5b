"""The doctor's page: what was found, asking Stripe on a press, a trial letter on a press."""

from itertools import groupby

from flask import Blueprint, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.wrappers import Response

from storefront import emails, operations
from storefront.models import Merchant
from storefront.operations import Finding
from storefront.web.admin.labels import doctor as doctor_words
from storefront.web.admin.shared import show_error, show_notice
from storefront.web.support import shop_config

blueprint = Blueprint("doctor", __name__, url_prefix="/doctor")


@blueprint.get("")
def show() -> str:
    """What can be seen without asking anybody else."""
    return _page(operations.diagnose(shop_config()), asked=False)


@blueprint.post("")
def ask() -> str:
    """Stripe is asked about every merchant."""
    return _page(operations.diagnose_with_stripe(shop_config()), asked=True)


@blueprint.post("/mail")
def post_trial() -> Response:
    """A letter to the admin who asks, at once."""
    if not emails.is_configured():
        show_error(_("No mail server is set up: set SMTP_URL and MAIL_FROM, and start the shop again."))
        return redirect(url_for(".show"), 303)
    problem = emails.send_test(current_user.email, _("The shop can send letters"), _("This letter is a trial.") + "\n")
    if problem:
        show_error(_("The mail server did not take the letter: %(words)s", words=problem))
    else:
        show_notice(_("The mail server has taken a letter to %(address)s.", address=current_user.email))
    return redirect(url_for(".show"), 303)


def _page(findings: list[Finding], asked: bool) -> str:
    groups = [(about, list(group)) for about, group in groupby(findings, key=lambda finding: finding.about)]
    return render_template(
        "admin/doctor.html",
        groups=groups,
        worst=max((finding.grade for finding in findings), key=("green", "amber", "red").index),
        asked=asked,
        merchants=Merchant.connected(),
        doctor_words=doctor_words,
        mail_is_configured=emails.is_configured(),
    )
