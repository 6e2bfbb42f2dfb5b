"""A Stripe that runs offline, for rehearsal and for tests.

It speaks the API version named below over plain HTTP on loopback, and nothing else: no money, no
network beyond this machine. It shares no code with the shop; they meet over HTTP.
"""

API_VERSION = "2026-10-28.endive"
