"""Stories: a real browser, a real shop with its worker, a real simulator."""
