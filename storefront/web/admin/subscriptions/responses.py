"""Responses of the actions on a subscription: a form, its errors, or the updated subscription."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from storefront import subscriptions, worker
from storefront.errors import FieldErrors, SecretUnreadable, StripeError
from storefront.models import Subscription
from storefront.subscriptions import Action
from storefront.web.admin import labels
from storefront.web.admin.shared import show_error, show_notice, wants_fragment
from storefront.web.admin.subscriptions.detail import subscription_context
from storefront.web.admin.subscriptions.subscriptions import subscription_or_404
from storefront.web.forms import Form

T = TypeVar("T")
ViewResult = str | Response | tuple[str, int]


def is_allowed(subscription: Subscription, action: Action) -> bool:
    """Whether the action is allowed now. The page with its button may be older than the subscription's status."""
    return action in subscriptions.allowed_actions(subscription, "owner")


def render_form(template: str, subscription: Subscription, form: Form, alert: str = "", **more: Any) -> str:
    """The form of an action: for htmx the fragment that replaces the buttons, otherwise a page."""
    return render_template(
        template if wants_fragment() else "admin/subscriptions/actions/page.html",
        form_template=template,
        form=form,
        alert=alert,
        prefix="subscription",
        subscription=subscription,
        order=subscription.order,
        merchant=subscription.merchant,
        **more,
    )


def render_errors(template: str, subscription: Subscription, form: Form, alert: str = "", **more: Any) -> ViewResult:
    """For htmx the messages only: the fields keep what was typed. Otherwise the page."""
    if wants_fragment():
        return render_template("components/form_errors.html", form=form, prefix="subscription", alert=alert), 422
    return render_form(template, subscription, form, alert, **more), 422


def perform(
    template: str,
    subscription: Subscription,
    form: Form,
    operation: Callable[[], object],
    notice: str | Callable[[], str],
    **more: Any,
) -> ViewResult:
    """Run an operation for a valid form. Shows the updated subscription with `notice`, or the form with errors.

    A callable `notice` is called after the operation.
    """
    try:
        operation()
    except FieldErrors as error:
        messages = labels.field_errors(error)
        form.add_errors({name: texts for name, texts in messages.items() if name in form})
        alert = _join(texts for name, texts in messages.items() if name not in form)
        return render_errors(template, subscription, form, alert, **more)
    except (StripeError, SecretUnreadable) as error:
        return render_errors(template, subscription, form, labels.stripe_error(error), **more)
    return show_updated(subscription, notice() if callable(notice) else notice)


def perform_without_form(
    subscription: Subscription, operation: Callable[[], T], notice: str | Callable[[T], str]
) -> ViewResult:
    """Run an operation that needs no input. Shows the updated subscription with `notice` or an error.

    A callable `notice` gets the result of the operation.
    """
    try:
        result = operation()
    except FieldErrors as error:
        return show_updated(subscription, alert=_join(labels.field_errors(error).values()))
    except (StripeError, SecretUnreadable) as error:
        return show_updated(subscription, alert=labels.stripe_error(error))
    return show_updated(subscription, notice(result) if callable(notice) else notice)


def show_updated(subscription: Subscription, notice: str = "", alert: str = "") -> ViewResult:
    """The subscription as it is now, with a notice or an error."""
    worker.wake_for_emails()
    if wants_fragment():
        context = subscription_context(subscription_or_404(subscription.public_id))
        return render_template("admin/subscriptions/_updated.html", notice=notice, alert=alert, **context)
    if alert:
        show_error(alert)
    else:
        show_notice(notice)
    return redirect(url_for("admin.subscriptions.show", public_id=subscription.public_id), 303)


def _join(messages: Iterable[list[str]]) -> str:
    return " ".join(" ".join(texts) for texts in messages)
