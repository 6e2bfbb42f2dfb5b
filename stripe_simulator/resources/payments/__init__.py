"""Resources that take and return money: intents, charges, payment methods, refunds, disputes."""
