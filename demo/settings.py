"""Folder and ports of the demo. It does not touch a real shop on the same machine."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from storefront.config import DEFAULTS, Config, ConfigError

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Demo:
    """`directory` holds all data of the demo. Ports are on the loopback address."""

    directory: Path
    port: int
    simulator_port: int

    @classmethod
    def from_environment(cls) -> "Demo":
        """PORT (8000), SIMULATOR_PORT (12111) and DEMO_DIR (.demo). Raises ConfigError."""
        demo = cls(
            directory=Path(os.environ.get("DEMO_DIR") or ".demo").resolve(),
            port=_port("PORT", DEFAULTS["PORT"]),
            simulator_port=_port("SIMULATOR_PORT", "12111"),
        )
        if demo.port == demo.simulator_port:
            raise ConfigError(f"SIMULATOR_PORT: must differ from PORT, which is {demo.port} too")
        return demo

    @property
    def simulator_url(self) -> str:
        """The simulator's address."""
        return f"http://{HOST}:{self.simulator_port}"

    @property
    def simulator_state(self) -> Path:
        """The simulator's state file."""
        return self.directory / "simulator.db"

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables of the demo's storefront.

        All variables are set, if only to "": a real shop's `.env` in this folder must have no effect on the demo.
        """
        changed = {
            "INSTANCE_DIR": str(self.directory / "instance"),
            "HOST": HOST,
            "PORT": str(self.port),
            "WEB_CONCURRENCY": "2",
            "STRIPE_API_BASE": self.simulator_url,
            "STRIPE_JS_URL": f"{self.simulator_url}/endive/stripe.js",
            "REHEARSAL_STRIPE_URL": self.simulator_url,
        }
        return {**dict.fromkeys(DEFAULTS, ""), **changed}

    def config(self) -> Config:
        """The storefront's configuration. Raises ConfigError."""
        return Config.from_environment(self.environment)

    def child_environment(self) -> Mapping[str, str]:
        """The environment for a child process."""
        return {**os.environ, **self.environment}


def _port(name: str, default: str) -> int:
    text = os.environ.get(name, "").strip() or default
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise ConfigError(f"{name}: must be a whole number from 1 to 65535, not {text!r}")
    return int(text)
