"""Orders that are posted: marked as sent, with a tracking number and an email to the customer."""

from storefront.shipping.sending import can_send, mark_sent, mark_several_sent, send_again, undo_sent

__all__ = ["can_send", "mark_sent", "mark_several_sent", "send_again", "undo_sent"]
