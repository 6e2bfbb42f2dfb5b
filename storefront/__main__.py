"""`python -m storefront`: web and worker in one process tree; `… web` and `… worker`: one half alone."""

import argparse
import logging
import sys

from storefront import server
from storefront.config import Config, ConfigError
from storefront.operations import ChildEnded, ProcessTree, StopRequested


def main() -> int:
    """The exit code: 0 when asked to stop, 1 when a half ended by itself, 2 when the environment is wrong."""
    parser = argparse.ArgumentParser(prog="python -m storefront", description=__doc__)
    parser.add_argument("half", nargs="?", choices=("web", "worker"), help="only this half, for several hosts")
    half = parser.parse_args().half
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("huey").setLevel(logging.WARNING)
    logging.getLogger("stripe").setLevel(logging.WARNING)
    try:
        config = Config.from_environment()
        if half != "worker":
            server.require_free("PORT", config.host, config.port)
        server.migrate(config)
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    return {"web": web, "worker": worker, None: both}[half](config)


def both(config: Config) -> int:
    """Run the halves as children until somebody asks to stop or one of them ends."""
    with ProcessTree(patience=server.GRACE_SECONDS + 5) as tree:
        for half in ("web", "worker"):
            tree.start(half, [sys.executable, "-m", "storefront", half])
        try:
            tree.watch()
        except StopRequested:
            return 0
        except ChildEnded as error:
            print(error, file=sys.stderr, flush=True)
            return 1


def web(config: Config) -> int:
    """Serve pages; while nobody can sign in, say first where that is mended."""
    address = server.first_admin_address(config)
    if address:
        print(f"Nobody can sign in yet. The first admin's account is made at {address}", flush=True)
    server.WebProcess(config).run()
    return 0


def worker(config: Config) -> int:
    """Run jobs."""
    server.WorkerProcess(config).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
