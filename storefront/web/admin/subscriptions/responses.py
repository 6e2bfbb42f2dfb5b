"""What all changes of a subscription answer: a question in place or as a page, a refusal, the page as it is now."""

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from storefront import subscriptions, worker
from storefront.errors import FieldErrors, SecretUnreadable, ShopError, StripeError
from storefront.models import Subscription
from storefront.subscriptions import Action
from storefront.web.admin import labels
from storefront.web.admin.labels import billing_terms as rhythm_words
from storefront.web.admin.labels import subscriptions as subscription_words
from storefront.web.admin.shared import show_error, show_notice, wants_fragment
from storefront.web.admin.subscriptions.detail import all_about
from storefront.web.admin.subscriptions.subscriptions import find
from storefront.web.forms import Form

Answer = str | Response | tuple[str, int]


def question(template: str, subscription: Subscription, form: Form, alert: str = "", **more: Any) -> str:
    """The form, where the buttons were, or on a page of its own."""
    shown = {"subscription": subscription, "order": subscription.order, "merchant": subscription.merchant}
    return render_template(
        template if wants_fragment() else "admin/subscriptions/actions/page.html",
        question=template,
        form=form,
        alert=alert,
        prefix="subscription",
        rhythm_words=rhythm_words,
        subscription_words=subscription_words,
        **shown,
        **more,
    )


def refusal(template: str, subscription: Subscription, form: Form, alert: str = "", **more: Any) -> Answer:
    """Words for htmx, which leaves the fields as they were typed; else the page anew."""
    if wants_fragment():
        return render_template("components/form_errors.html", form=form, prefix="subscription", alert=alert), 422
    return question(template, subscription, form, alert, **more), 422


def may(subscription: Subscription, action: Action) -> bool:
    """Whether this can be done now: a page may have stood open while the subscription changed."""
    return action in subscriptions.allowed_actions(subscription, "owner")


def carry_out(
    template: str,
    subscription: Subscription,
    form: Form,
    verb: Callable[[], object],
    words: str | Callable[[], str],
    **more: Any,
) -> Answer:
    """Do what the valid form asks: `words` tell of it, made afterwards if callable; the form shows a refusal."""
    try:
        verb()
    except FieldErrors as error:
        refused = labels.field_errors(error)
        form.refuse({name: sentences for name, sentences in refused.items() if name in form})
        return refusal(template, subscription, form, _about_no_field(refused, form), **more)
    except (StripeError, SecretUnreadable) as error:
        return refusal(template, subscription, form, problem(error), **more)
    return changed(subscription, words() if callable(words) else words)


def _about_no_field(refused: dict[str, list[str]], form: Form | None = None) -> str:
    """What is wrong with the subscription itself: it has changed since the page was opened."""
    return " ".join(" ".join(said) for name, said in refused.items() if form is None or name not in form)


def carry_out_at_once(subscription: Subscription, verb: Callable[[], object], words: str) -> Answer:
    """The same for a button that asks nothing."""
    try:
        verb()
    except FieldErrors as error:
        return changed(subscription, "", _about_no_field(labels.field_errors(error)))
    except (StripeError, SecretUnreadable) as error:
        return changed(subscription, "", problem(error))
    return changed(subscription, words)


def changed(subscription: Subscription, words: str, trouble: str = "") -> Answer:
    """The subscription's page as it is now, with what was done or why it was not."""
    worker.wake_for_emails()
    if wants_fragment():
        fresh = all_about(find(subscription.public_id))
        return render_template("admin/subscriptions/_updated.html", notice=words, alert=trouble, **fresh)
    if trouble:
        show_error(trouble)
    else:
        show_notice(words)
    return redirect(url_for("admin.subscriptions.show", public_id=subscription.public_id), 303)


def problem(error: ShopError) -> str:
    """Why it couldn't be done, in words."""
    return labels.stripe_problem(error) if isinstance(error, StripeError) else labels.secret_unreadable()
