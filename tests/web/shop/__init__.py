"""Pages where people buy and pay, over HTTP."""
