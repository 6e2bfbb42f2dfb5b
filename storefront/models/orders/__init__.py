"""Orders with their payments, refunds, disputes and declined attempts."""
