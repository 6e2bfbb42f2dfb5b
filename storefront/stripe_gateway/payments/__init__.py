"""Payment intents, setup intents, refunds, disputes and cards."""
