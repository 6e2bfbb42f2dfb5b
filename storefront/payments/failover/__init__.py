"""Orders go to the second merchant of their offer while the first one can't be paid."""

from storefront.payments.failover.leaving import leave_merchant, successor
from storefront.payments.failover.retiring import retire_moved

__all__ = ["leave_merchant", "retire_moved", "successor"]
