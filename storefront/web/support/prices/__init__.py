"""Words about prices and taxes, for pages and emails."""
