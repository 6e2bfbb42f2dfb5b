"""Pages of the admin area, over HTTP."""
