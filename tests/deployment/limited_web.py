"""`python -m storefront web` with other limits, `threads` and `worker_class`, given as JSON.

Calls to Stripe wait until the test ends them.
"""

import json
import sys

from storefront import server
from storefront.config import Config
from storefront.operations.logs import set_up_logging
from storefront.operations.web_server import Limits
from storefront.stripe_gateway import client

if __name__ == "__main__":
    client.READ_SECONDS = 120
    set_up_logging("info")
    limits = json.loads(sys.argv[1])
    server.THREADS = limits.pop("threads", server.THREADS)
    worker_class = limits.pop("worker_class", "")
    web = server.WebProcess(Config.from_environment(), Limits(**limits))
    if worker_class:
        web.cfg.set("worker_class", worker_class)
        web.cfg.set("threads", server.THREADS)
    web.run()
