"""Hosts that share a PostgreSQL database share their keys: one that has made its own does not start."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from storefront import db, runtime, server
from storefront.config import Config, ConfigError
from storefront.models import Merchant, ShopSetting
from tests.deployment.conftest import Command

pytestmark = pytest.mark.postgres
KEYS = {"SECRET_KEY": "a-key-of-the-first-host-0123456789", "ENCRYPTION_KEYS": Fernet.generate_key().decode()}


@pytest.fixture
def hosts(tmp_path: Path, empty_postgres: str) -> Iterator[list[dict[str, str]]]:
    """The environments of two hosts without keys, on one empty database."""
    folders = [str(tmp_path / name) for name in ("first", "second")]
    yield [{"INSTANCE_DIR": folder, "DATABASE_URL": empty_postgres} for folder in folders]


def start(environment: dict[str, str]) -> Config:
    """What each process does before it serves."""
    config = Config.from_environment(environment)
    server.migrate(config)
    return config


def test_a_host_without_keys_does_not_start_on_a_database_that_knows_others(
    hosts: list[dict[str, str]], command: Command
) -> None:
    first, second = hosts
    start({**first, **KEYS})
    for typed in ("storefront", "storefront worker", "flask --app wsgi migrate", "flask --app wsgi doctor"):
        answer = command(*typed.split(), env=second)
        assert answer.returncode == 2, typed
        assert answer.stderr.startswith("SECRET_KEY: ") and "ENCRYPTION_KEYS" in answer.stderr, typed
        assert answer.stderr.count("\n") == 1, typed
        for key in KEYS.values():
            assert key not in answer.stderr
    file = Path(first["INSTANCE_DIR"]) / "shop.backup"
    refused = command("flask", "--app", "wsgi", "backup", str(file), env=second)
    assert refused.returncode == 2 and "\nSECRET_KEY: " in refused.stderr and not file.exists()
    start({**second, **KEYS})
    start({**first, **KEYS})


def test_the_variable_that_is_missing_is_named(hosts: list[dict[str, str]]) -> None:
    first, second = hosts
    start({**first, **KEYS})
    for name in KEYS:
        with pytest.raises(ConfigError, match=rf"\A{name}: ") as refused:
            start({**second, **{other: key for other, key in KEYS.items() if other != name}})
        assert not [other for other in KEYS if other != name and other in str(refused.value)]


def test_a_host_alone_keeps_the_keys_that_it_has_made(hosts: list[dict[str, str]]) -> None:
    alone, other = hosts
    before = start(alone)
    assert start(alone) == before
    file = Path(alone["INSTANCE_DIR"]) / "encryption_keys"
    file.write_text(f"{Fernet.generate_key().decode()},{file.read_text()}")
    assert len(start(alone).encryption_keys) == 2
    file.write_text(start(alone).encryption_keys[0])
    assert start(alone).secret_key == before.secret_key
    with pytest.raises(ConfigError, match="SECRET_KEY: "):
        start(other)


def test_keys_in_the_environment_may_be_changed(hosts: list[dict[str, str]]) -> None:
    first, second = hosts
    start(first)
    assert start({**second, **KEYS}).secret_key == KEYS["SECRET_KEY"]
    with pytest.raises(ConfigError, match="SECRET_KEY: "):
        start(first)


def test_a_database_that_an_older_version_has_used_with_other_keys_is_recognized(hosts: list[dict[str, str]]) -> None:
    first, second = hosts
    config = start({**first, **KEYS})
    with runtime.activate(runtime.Runtime(config)), db.connection():
        merchant = Merchant(name="Studio", mode="test", publishable_key="pk_test_1")
        merchant.secret_key = "sk_test_1"
        merchant.save()
        ShopSetting.delete().where(ShopSetting.name == "key_fingerprints").execute()
    with pytest.raises(ConfigError, match="SECRET_KEY: "):
        start(second)
    start({**second, **KEYS})


def test_the_fingerprints_do_not_tell_the_keys(hosts: list[dict[str, str]]) -> None:
    config = start({**hosts[0], **KEYS})
    with runtime.activate(runtime.Runtime(config)), db.connection():
        stored = ShopSetting.get(ShopSetting.name == "key_fingerprints")
        assert {name: len(value) for name, value in stored.value.items()} == dict.fromkeys(KEYS, 8)
        before = stored.value
        ShopSetting.delete().execute()
    start({**hosts[0], **KEYS})
    with runtime.activate(runtime.Runtime(config)), db.connection():
        after = ShopSetting.get(ShopSetting.name == "key_fingerprints").value
    assert not set(before.values()) & set(after.values()), "another database has other fingerprints"


@pytest.mark.parametrize("passphrase", ["", "seven green bicycles"])
def test_a_host_of_its_own_keys_goes_on_after_a_restore(
    hosts: list[dict[str, str]], command: Command, tmp_path: Path, passphrase: str
) -> None:
    """With the keys of the backup where it has them, otherwise with its own."""
    first, second = hosts
    start({**first, **KEYS})
    flask = ("flask", "--app", "wsgi")
    sealed = {"BACKUP_PASSPHRASE": passphrase}
    made = command(*flask, "backup", str(tmp_path / "shop.backup"), env={**first, **KEYS, **sealed})
    assert made.returncode == 0, made.stderr
    restored = command(*flask, "restore", str(tmp_path / "shop.backup"), env={**second, **sealed})
    assert restored.returncode == 0, restored.stderr
    assert (start(second).secret_key == KEYS["SECRET_KEY"]) is bool(passphrase)
