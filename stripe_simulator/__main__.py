"""Command line: `python -m stripe_simulator` serves on loopback until SIGINT or SIGTERM."""

import argparse
import ipaddress
import logging
import signal
import threading
from pathlib import Path
from types import FrameType

from werkzeug.serving import BaseWSGIServer, make_server

from stripe_simulator.app import build_app
from stripe_simulator.request_handler import Handler
from stripe_simulator.simulation import DEFAULT_DELAY, Simulation


def main() -> None:
    options = parse_options()
    logging.basicConfig(format="%(message)s", level=logging.ERROR if options.quiet else logging.INFO)
    if options.state:
        options.state.parent.mkdir(parents=True, exist_ok=True)
    simulation = Simulation(
        options.state,
        delay=options.later,
        retry_scale=options.retry_scale,
        threads=True,
        constant_time=options.constant_time,
    )
    server = make_server(options.host, options.port, build_app(simulation), threaded=True, request_handler=Handler)
    simulation.start()
    stop_on_signals(server)
    if not options.quiet:
        print(f"Stripe simulator: http://{options.host}:{server.server_port}/simulator", flush=True)
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    simulation.close()


def parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m stripe_simulator", description=__doc__)
    parser.add_argument("--host", type=loopback_host, default="127.0.0.1", help="a loopback address")
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--state", type=Path, help="SQLite file for the state; default: in memory")
    parser.add_argument(
        "--retry-scale", type=float, default=1.0, help="seconds before the first webhook retry; doubles each time"
    )
    parser.add_argument(
        "--later",
        type=float,
        default=DEFAULT_DELAY,
        metavar="SECONDS",
        help="delay until refunds fail, disputes open and payments in processing end",
    )
    parser.add_argument(
        "--constant-time",
        action="store_true",
        help="for measurements: no events are made or sent, delayed effects happen at once",
    )
    parser.add_argument("--quiet", action="store_true", help="do not log requests")
    return parser.parse_args()


def loopback_host(host: str) -> str:
    """Accept only loopback hosts: the keys are public, so nothing here may be reachable from outside."""
    try:
        is_loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_loopback = False
    if not is_loopback:
        raise argparse.ArgumentTypeError("the simulator serves on loopback only")
    return host


def stop_on_signals(server: BaseWSGIServer) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        # shutdown() waits for serve_forever(), which runs in this thread.
        threading.Thread(target=server.shutdown).start()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)


if __name__ == "__main__":
    main()
