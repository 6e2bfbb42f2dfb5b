"""A customer's own pages (`/my/…`), over HTTP."""
