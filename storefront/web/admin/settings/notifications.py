"""Messages in Telegram: bot and chat, what is told there, and a test."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from storefront import integrations
from storefront.errors import FieldErrors
from storefront.integrations import TelegramProblem
from storefront.models import TelegramChannel
from storefront.web.admin import labels
from storefront.web.admin.shared import requires_recent_password, show_notice
from storefront.web.forms import TelegramForm
from storefront.web.support import current_language

blueprint = Blueprint("notifications", __name__, url_prefix="/settings/notifications")


@blueprint.get("")
def edit() -> str:
    """What is set up, without the token."""
    return _page(_form())


@blueprint.post("")
@requires_recent_password
def update() -> Response | tuple[str, int]:
    """Check bot and chat with Telegram and save. The button Send test then sends a message as well."""
    form = _form()
    if not form.validate_on_submit():
        return _page(form), 422
    is_test = request.form.get("action") == "test"
    try:
        unchecked = integrations.save_telegram(
            form.token.data, form.chat_id.data, form.kinds.data or (), form.details.data or (), form.language.data
        )
        problem = integrations.send_test_message() if is_test else unchecked
    except FieldErrors as error:
        form.add_errors(labels.field_errors(error))
        return _page(form), 422
    if is_test and problem is not None:
        words = labels.telegram_problem(problem)
        return _page(_form(), _("Settings saved, but the test message wasn’t sent. %(words)s", words=words)), 422
    show_notice(_notice(is_test, problem))
    return redirect(url_for(".edit"), 303)


@blueprint.get("/removal")
def confirm_removal() -> str | Response:
    """Ask whether to disconnect Telegram."""
    channel = TelegramChannel.current()
    if channel is None:
        return redirect(url_for(".edit"), 303)
    return render_template("admin/notifications/removal.html", channel=channel)


@blueprint.post("/removal")
@requires_recent_password
def remove() -> Response:
    """Forget bot and chat."""
    integrations.disconnect_telegram()
    show_notice(_("Telegram disconnected."))
    return redirect(url_for(".edit"), 303)


def _notice(is_test: bool, problem: TelegramProblem | None) -> str:
    if problem is not None:
        return _("Saved. Telegram doesn’t answer now, so bot and chat weren’t checked. Send a test later.")
    return _("Test message sent. It should be in the chat now.") if is_test else _("Notification settings saved.")


def _form() -> TelegramForm:
    channel = TelegramChannel.current()
    if channel is None:
        return TelegramForm(data={"language": current_language()})
    names = ("chat_id", "kinds", "details", "language")
    return TelegramForm(data={name: getattr(channel, name) for name in names})


def _page(form: TelegramForm, alert: str = "") -> str:
    channel = TelegramChannel.current()
    return render_template(
        "admin/notifications/edit.html",
        form=form,
        alert=alert,
        channel=channel,
        is_readable=channel is None or integrations.is_token_readable(channel),
        kinds=labels.TELEGRAM_KINDS,
        details=labels.TELEGRAM_DETAILS,
    )
