"""Background work: the queue's tasks, reconciliation with Stripe, the heartbeat."""
