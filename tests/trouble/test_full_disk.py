"""The disk of a SQLite shop is full: what can't be written is said calmly, and all of it heals by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulator_process import Simulator
from tests.trouble.small_disk import SmallDisk
from tests.trouble.troubled_shop import TroubledShop, check_doctor, check_one_line, sign_in_form

pytestmark = pytest.mark.sqlite
PRESSES = 10


@pytest.fixture
def shop(disk: SmallDisk, simulator: Simulator, tmp_path: Path) -> Iterator[TroubledShop]:
    shop = TroubledShop(simulator, tmp_path / "shop", INSTANCE_DIR=str(disk.folder / "instance"))
    shop.start_missing()
    yield shop
    shop.kill()


def test_a_full_disk_is_told_everywhere_and_heals(shop: TroubledShop, disk: SmallDisk, tmp_path: Path) -> None:
    instance = disk.folder / "instance"
    paid = shop.pay("marko-comes-first")
    session, token = sign_in_form(shop)
    with disk.full(instance / "storefront.db"):
        shop.check_unavailable(paid, session, token)
        for number in range(PRESSES):
            assert shop.press(f"visit-number-{number}").status_code == 503
        assert shop.order_status(paid) == "pending"
        check_doctor(shop.command("doctor", before=disk.limit_child))
        check_one_line(shop.command("reconcile", before=disk.limit_child), "database")
        onto = disk.folder / "shop.backup"
        check_one_line(shop.command("backup", str(onto), before=disk.limit_child), str(disk.folder))
        if disk.is_mounted:
            assert shop.command("backup", str(tmp_path / "shop.backup")).returncode == 0
        shop.check_small_logs("is full" if disk.is_mounted else "disk I/O error")
    shop.until_healed(paid)
