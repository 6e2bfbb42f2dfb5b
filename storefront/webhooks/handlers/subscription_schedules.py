"""Subscription schedule events: the schedule of an installment plan ended or was changed."""

from storefront.webhooks.handlers.subscriptions import subscription_changed

HANDLERS = {
    "subscription_schedule.aborted": subscription_changed,
    "subscription_schedule.canceled": subscription_changed,
    "subscription_schedule.completed": subscription_changed,
    "subscription_schedule.released": subscription_changed,
    "subscription_schedule.updated": subscription_changed,
}
