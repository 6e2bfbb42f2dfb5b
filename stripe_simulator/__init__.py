"""An offline Stripe for trying the shop out and for tests.

It implements the API version below over plain HTTP on loopback. It moves no money and sends nothing beyond this
machine. It shares no code with the shop; the two communicate over HTTP only.
"""

API_VERSION = "2026-10-28.endive"
