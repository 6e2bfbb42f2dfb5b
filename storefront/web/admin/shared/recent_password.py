"""Actions for which the password must have been typed within the last 15 minutes: by signing in, or again.

For a form, the page with the password stands in for the answer: what was typed is kept, encrypted, and sent on with the
right password. For htmx, the form stays in its page; the script sends it again. A download begins after a page of its
own.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from storefront.models import KeptForm
from storefront.team import SecurityEvent
from storefront.web.admin.shared.htmx import show_notice, wants_fragment
from storefront.web.admin.shared.password_check import own_password_problem
from storefront.web.forms import ConfirmPasswordForm
from storefront.web.support import form_page, log_security_event

View = TypeVar("View", bound=Callable[..., Any])
# The field of the password form that names the kept form.
KEPT_FIELD = "kept_form"


def requires_recent_password(view: View) -> View:
    """Decorator: ask for the password before the view, unless it was typed within the last 15 minutes."""

    @wraps(view)
    def ask_first(*args: object, **kwargs: object) -> Any:
        if request.method == "POST" and KEPT_FIELD in request.form:
            refusal = _continue_with_kept_form()
            if refusal is not None:
                return refusal
        elif not current_user.session.is_proved:
            return _ask()
        return view(*args, **kwargs)

    return cast(View, ask_first)


def confirm_password(form: ConfirmPasswordForm) -> int:
    """Check the posted password and remember that it was right. Returns 200, else the status, with the form's error."""
    if not form.validate_on_submit():
        return 422
    problem = own_password_problem(form.password.data, SecurityEvent.PASSWORD_CONFIRM)
    if problem is not None:
        form.password.errors = [problem[0]]
        return problem[1]
    current_user.session.prove()
    log_security_event(SecurityEvent.PASSWORD_CONFIRM)
    return 200


def password_fragment(form: ConfirmPasswordForm, status: int) -> Response:
    """An htmx response that asks for the password above the page, which stays as it is."""
    response = make_response(render_template("admin/session/_confirm_password.html", form=form), status)
    response.headers.update({"HX-Retarget": "#page-alert", "HX-Reswap": "innerHTML"})
    return response


def _ask() -> Response:
    if wants_fragment():
        return password_fragment(ConfirmPasswordForm(formdata=None), 403)
    if request.method != "POST":
        return redirect(url_for("admin.password_confirmations.new", next=request.full_path.rstrip("?")))
    kept = KeptForm.seal(current_user.id, request.full_path, list(request.form.items(multi=True)))
    return _password_page(ConfirmPasswordForm(formdata=None), kept, 403)


def _continue_with_kept_form() -> Response | None:
    """Give the request the fields of the kept form. Returns an answer if the password is wrong, or nothing is kept."""
    form, kept_id = ConfirmPasswordForm(), request.form[KEPT_FIELD]
    status = confirm_password(form)
    if status != 200:
        return _password_page(form, kept_id, status)
    fields = KeptForm.unseal(current_user.id, kept_id.replace("\0", ""), request.full_path)
    if fields is None:
        show_notice(_("Password confirmed. Nothing has been done yet: press the button again."))
        return redirect(form_page(), 303)
    request.form = ImmutableMultiDict(fields)
    return None


def _password_page(form: ConfirmPasswordForm, kept_id: str, status: int) -> Response:
    page = render_template(
        "admin/session/confirm_password.html",
        form=form,
        action=request.full_path.rstrip("?"),
        kept=(KEPT_FIELD, kept_id),
        back=form_page(),
    )
    return make_response(page, status)
