"""The files in `deploy/` and the compose files fit the shop: its metrics, its commands and its variables."""

import json
import re
from pathlib import Path

import yaml
from flask import Flask

from storefront import create_app
from storefront.config import DEFAULTS, Config
from tests.architecture.source import ROOT
from tests.web.test_metrics import asked, numbers

DEPLOY = ROOT / "deploy"
METRIC = re.compile(r"\bstorefront_\w+")
# Variables that are not the shop's: of the database's container, and of the compose files alone.
OF_COMPOSE = {"POSTGRES_PASSWORD", "POSTGRES_USER", "POSTGRES_DB", "MEMORY_LIMIT"}


def expressions() -> list[str]:
    rules = yaml.safe_load((DEPLOY / "prometheus-alerts.yml").read_text())
    panels = json.loads((DEPLOY / "grafana-dashboard.json").read_text())["panels"]
    alerts = [rule["expr"] for group in rules["groups"] for rule in group["rules"]]
    return alerts + [target["expr"] for panel in panels for target in panel["targets"]]


def test_alerts_and_dashboard_ask_for_metrics_that_the_shop_prints(
    app: Flask, environment: dict[str, str], tmp_path: Path
) -> None:
    with_backups = {**environment, "BACKUP_URL": str(tmp_path / "backups")}
    answer = asked(create_app(Config.from_environment(with_backups)))
    printed = {name for name, _labels in numbers(answer)}
    printed |= set(re.findall(r"^# TYPE (\w+) ", answer.text, re.MULTILINE))
    printed |= {f"{name}_total" for name in printed}
    wanted = {name for expression in expressions() for name in METRIC.findall(expression)}
    assert len(wanted) > 10
    assert wanted - printed == set()
    # A histogram is shown by its buckets.
    wanted |= {name.removesuffix("_bucket") for name in wanted}
    types = set(re.findall(r"^# TYPE (storefront_\w+) ", answer.text, re.MULTILINE))
    assert types - wanted == set(), "the dashboard shows each metric"


def test_compose_files_set_variables_that_exist() -> None:
    for name in ("compose.yaml", "compose.scale.yaml"):
        services = yaml.safe_load((ROOT / name).read_text())["services"]
        for service in services.values():
            unknown = set(service.get("environment", {})) - set(DEFAULTS) - OF_COMPOSE
            assert unknown == set(), name
        used = set(re.findall(r"\$\{(\w+)", (ROOT / name).read_text()))
        assert used - set(DEFAULTS) - OF_COMPOSE == set(), name


def test_the_unit_starts_the_shop_and_writes_to_the_folders_of_data_and_backups() -> None:
    unit = (DEPLOY / "storefront.service").read_text().splitlines()
    assert "ExecStart=/opt/storefront/.venv/bin/python -m storefront" in unit
    assert {"ProtectSystem=strict", "StateDirectory=storefront storefront-backups", "NoNewPrivileges=true"} <= set(unit)
    assert "Environment=INSTANCE_DIR=/var/lib/storefront" in unit
    assert not [line for line in unit if line.startswith("ReadWritePaths")]
    settings = (DEPLOY / "storefront.env").read_text()
    assert set(re.findall(r"^#?([A-Z_]+)=", settings, re.MULTILINE)) <= set(DEFAULTS)
