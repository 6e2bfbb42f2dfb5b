"""`python -m storefront` runs the web server and the worker; `… web` or `… worker` runs only one of them."""

import argparse
import logging
import sys

from storefront import server, stripe_gateway
from storefront.config import VERSION, Config, ConfigError
from storefront.operations import ChildEnded, ProcessTree, StopRequested, clean_up_restores, set_up_logging

log = logging.getLogger("storefront")


def main() -> int:
    """Return the exit code: 0 after a stop request, 1 if a process ended unexpectedly, 2 for a configuration error."""
    parser = argparse.ArgumentParser(prog="python -m storefront", description=__doc__)
    parser.add_argument("part", nargs="?", choices=("web", "worker"), help="run only this part, on several hosts")
    parser.add_argument("--version", action="version", version=f"storefront {VERSION}")
    part = parser.parse_args().part
    try:
        config = Config.from_environment()
        set_up_logging(config.log_level)
        server.choose_temporary_folder(config)
        clean_up_restores(config)
        server.prepare(config, serves_pages=part != "worker")
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    if part is not None:
        _warn_of_addresses(config)
    return {"web": web, "worker": worker, None: both}[part](config)


def _warn_of_addresses(config: Config) -> None:
    for name, address in stripe_gateway.foreign_variables(config).items():
        log.warning("%s is %s, not Stripe's own address: fine for trying out, not for real money", name, address)
    if config.webhook_networks:
        networks = ", ".join(map(str, config.webhook_networks))
        log.warning("WEBHOOK_ALLOW_NETWORKS is %s: outgoing webhooks may reach these private addresses", networks)


def both(config: Config) -> int:
    """Run the web server and the worker as child processes, until a stop request or until one of them ends."""
    with ProcessTree(grace_seconds=server.GRACE_SECONDS + 5) as tree:
        for part in ("web", "worker"):
            tree.start(part, [sys.executable, "-m", "storefront", part])
        try:
            tree.watch()
        except StopRequested:
            return 0
        except ChildEnded as error:
            print(error, file=sys.stderr, flush=True)
            return 1


def web(config: Config) -> int:
    """Run the web server. While there is no admin, print the URL that creates the first one."""
    address = server.first_admin_address(config)
    if address:
        print(f"There is no admin yet. The first admin account is made at {address}", flush=True)
    server.WebProcess(config).run()
    return 0


def worker(config: Config) -> int:
    """Run the worker."""
    server.WorkerProcess(config).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
