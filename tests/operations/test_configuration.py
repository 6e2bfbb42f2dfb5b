"""The configuration object."""

from pathlib import Path

import pytest

from storefront import create_app
from storefront.config import Config, ConfigError


def test_the_repr_of_the_configuration_contains_no_secret(environment: dict[str, str]) -> None:
    secrets = {
        "SECRET_KEY": "very-secret-key-of-sessions-and-links",
        "DATABASE_URL": "postgresql://shop:very-secret-password@db/shop",
        "REDIS_URL": "redis://:very-secret-word@redis",
        "SMTP_URL": "smtp://shop:very-secret-mail@mail",
        "MAIL_FROM": "shop@example.com",
    }
    config = Config.from_environment({**environment, **secrets})
    assert "very-secret" not in repr(config)
    assert not [key for key in config.encryption_keys if key in repr(config)]


@pytest.mark.parametrize(
    ("typed", "used"),
    [
        ("https://shop.example.com", "https://shop.example.com"),
        ("HTTPS://Shop.Example.COM", "https://shop.example.com"),
        ("https://shop.example.com/", "https://shop.example.com"),
        ("https://shop.example.com.", "https://shop.example.com"),
        ("https://shop.example.com:443/", "https://shop.example.com"),
        ("http://shop.example.com:80", "http://shop.example.com"),
        ("http://shop.example.com:8080", "http://shop.example.com:8080"),
        ("http://[::0001]:8000", "http://[::1]:8000"),
        ("https://Магазин.укр", "https://xn--80aairftm.xn--j1amh"),
    ],
)
def test_defect_39_the_public_address_has_one_spelling(environment: dict[str, str], typed: str, used: str) -> None:
    config = Config.from_environment({**environment, "PUBLIC_URL": typed})
    assert config.public_url == used
    assert create_app(config).config["SESSION_COOKIE_SECURE"] == used.startswith("https")


NOT_WEB_ADDRESSES = (
    "shop.example.com",
    "ftp://shop.example.com",
    "https://",
    "https:///shop",
    "https://shop.example.com?",
    "https://shop.example.com/?utm=1",
    "https://shop.example.com#top",
    "https://olena:secret-7@shop.example.com",
    "https://shop.example.com:0",
    "https://shop.example.com:99999",
    "https://shop.example.com:port",
    "https://shop example.com",
    "https://shop.example.com\\path",
    "https://shop..example.com",
    "https://-shop.example.com",
    "https://[::1",
    "https://*.example.com",
)


@pytest.mark.parametrize("typed", [*NOT_WEB_ADDRESSES, "https://shop.example.com/shop"])
def test_defect_39_a_public_address_that_breaks_links_is_refused_by_name(
    environment: dict[str, str], typed: str
) -> None:
    with pytest.raises(ConfigError, match=r"\APUBLIC_URL: ") as refused:
        Config.from_environment({**environment, "PUBLIC_URL": typed})
    assert "secret-7" not in str(refused.value)


@pytest.mark.parametrize("name", ["STRIPE_API_BASE", "STRIPE_JS_URL"])
def test_defect_39_stripes_addresses_follow_the_same_rules(environment: dict[str, str], name: str) -> None:
    for typed in NOT_WEB_ADDRESSES:
        with pytest.raises(ConfigError, match=rf"\A{name}: "):
            Config.from_environment({**environment, name: typed})
    config = Config.from_environment({**environment, name: "HTTPS://Js.Stripe.com:443/endive/stripe.js"})
    assert "https://js.stripe.com/endive/stripe.js" in (config.stripe_api_base, config.stripe_js_url)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("SMTP_URL", "smtp://olena:secret-7@"),
        ("SMTP_URL", "smtp://mail.example.com:smtp"),
        ("SMTP_URL", "https://mail.example.com"),
        ("REDIS_URL", "redis://:secret-7@redis:70000"),
        ("REDIS_URL", "redis://red is"),
        ("DATABASE_URL", "postgresql://shop:secret-7@db:port/shop"),
        ("DATABASE_URL", "mysql://db/shop"),
        ("MAIL_FROM", "shop@example.com, other@example.com"),
        ("MAIL_FROM", "shop"),
        ("MAIL_FROM", "Shop <shop@example.com"),
        ("DNS_SERVER", "dns.example.com"),
        ("DNS_SERVER", "192.0.2.53:port"),
        ("DNS_SERVER", "192.0.2.53:0"),
        ("DNS_SERVER", "192.0.2.53:70000"),
        ("DNS_SERVER", "udp://192.0.2.53"),
        ("DNS_SERVER", "192.0.2.53/x"),
    ],
)
def test_defect_39_the_other_addresses_are_refused_by_name(environment: dict[str, str], name: str, typed: str) -> None:
    mail = {"SMTP_URL": "smtp://mail.example.com", "MAIL_FROM": "Shop <shop@example.com>"}
    with pytest.raises(ConfigError, match=rf"\A{name}: ") as refused:
        Config.from_environment({**environment, **mail, name: typed})
    assert "secret-7" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("DATABASE_URL", "postgresql://shop:secret-7@db"),
        ("DATABASE_URL", "postgresql://shop:secret-7@db:0/shop"),
        ("DATABASE_URL", "postgresql://shop:secret-7@db:70000/shop"),
        ("DATABASE_URL", "postgresql://shop:secret-7@[::1/shop"),
        ("DATABASE_URL", "postgresql://shop:secret-7%@db/shop"),
        ("DATABASE_URL", "postgresql://shop:secret-7@db/shop?sslmode=yes"),
        ("DATABASE_URL", "postgresql://shop:secret-7@db/shop?connect_timeout=soon"),
        ("DATABASE_URL", "postgresql://shop:secret-7@db/shop?secret-7=1"),
        ("DATABASE_URL", "sqlite:///"),
        ("DATABASE_URL", "sqlite:////tmp"),
        ("DATABASE_URL", "sqlite:///:memory:"),
        ("DATABASE_URL", "sqlite:////srv/shop.db?mode=ro"),
        ("UPLOADS_URL", "s3://"),
        ("UPLOADS_URL", "s3://secret-7@bucket/shop"),
        ("UPLOADS_URL", "s3://bucket/../shop"),
        ("UPLOADS_URL", "s3://bucket/shop?region=eu"),
        ("UPLOADS_URL", "gs://bucket/shop"),
        ("UPLOADS_URL", "/"),
        ("UPLOADS_URL", "/dev/null"),
        ("REDIS_URL", "redis://:secret-7@redis/queue"),
        ("REDIS_URL", "redis://:secret-7@redis/0/1"),
        ("REDIS_URL", "redis://:secret-7@redis/0?secret-7=1"),
        ("REDIS_URL", "redis://:secret-7@redis/0?socket_timeout=soon"),
        ("REDIS_URL", "rediss://:secret-7@redis/0?ssl_cert_reqs=perhaps"),
        ("REDIS_URL", "unix://"),
        ("SMTP_URL", "smtp://olena:secret-7@mail.example.com/inbox"),
        ("SMTP_URL", "smtp://olena:secret-7@mail.example.com?starttls=perhaps"),
        ("SMTP_URL", "smtp://olena:secret-7@mail.example.com?tls=1"),
        ("SMTP_URL", "smtp://:secret-7@mail.example.com"),
        ("METRICS_TOKEN", "secret-7\twith a tab"),
        ("METRICS_TOKEN", "secret-7-é"),
        ("HOST", "http://127.0.0.1"),
        ("HOST", "127.0.0.1:8000"),
        ("HOST", "127.0.0.256"),
        ("HOST", "::g"),
    ],
)
def test_a_variable_is_looked_at_whole(environment: dict[str, str], name: str, typed: str) -> None:
    mail = {"MAIL_FROM": "Shop <shop@example.com>"}
    with pytest.raises(ConfigError, match=rf"\A{name}: ") as refused:
        Config.from_environment({**environment, **mail, name: typed})
    assert "secret-7" not in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("DATABASE_URL", "postgresql://shop:p%40ss@db1:5432,db2:5433/shop?sslmode=verify-full&connect_timeout=3"),
        ("DATABASE_URL", "postgresql://shop@/shop?host=/run/postgresql"),
        ("DATABASE_URL", "postgresql://db/?dbname=shop"),
        ("REDIS_URL", "unix:///run/redis.sock?db=1"),
        ("REDIS_URL", "rediss://:secret-7@redis:6380/1?socket_timeout=3&ssl_cert_reqs=required"),
        ("SMTP_URL", "smtp://olena%40example.com:secret-7@mail.example.com:587?starttls=1"),
        ("HOST", "localhost"),
        ("HOST", "::1"),
        ("HOST", "[::]"),
        ("METRICS_TOKEN", "abc.DEF-123_~+/="),
        ("METRICS_TOKEN", "long random words"),
    ],
)
def test_a_variable_with_parameters_is_taken(environment: dict[str, str], name: str, typed: str) -> None:
    assert Config.from_environment({**environment, "MAIL_FROM": "shop@example.com", name: typed})


def test_defect_39_schemes_in_capital_letters_are_accepted(environment: dict[str, str]) -> None:
    typed = {
        "SMTP_URL": "SMTPS://Olena:Secret@Mail.example.com:465?StartTLS=1",
        "MAIL_FROM": "shop@example.com",
        "REDIS_URL": "Redis://:Secret@Redis:6379/1",
        "DATABASE_URL": "Postgres://Shop:Secret@db/Shop",
    }
    config = Config.from_environment({**environment, **typed})
    assert config.smtp_url == "smtps://Olena:Secret@mail.example.com:465?StartTLS=1"
    assert config.redis_url == "redis://:Secret@redis:6379/1"
    assert config.database_url == "postgresql://Shop:Secret@db/Shop"


def test_all_variables_that_are_not_valid_are_named_at_once(environment: dict[str, str]) -> None:
    wrong = {"PORT": "eighty", "SECRET_KEY": "secret-7", "PUBLIC_URL": "shop", "REDIS_URL": "redis://:secret-7@r:port"}
    with pytest.raises(ConfigError) as refused:
        Config.from_environment({**environment, **wrong})
    lines = str(refused.value).splitlines()
    assert sorted(line.partition(": ")[0] for line in lines) == sorted(wrong)
    assert "secret-7" not in str(refused.value)


@pytest.mark.parametrize("key", ["x", "k" * 31])
def test_a_secret_key_that_could_be_guessed_is_refused(environment: dict[str, str], key: str) -> None:
    with pytest.raises(ConfigError, match=r"\ASECRET_KEY: must have at least 32 characters"):
        Config.from_environment({**environment, "SECRET_KEY": key})
    assert Config.from_environment({**environment, "SECRET_KEY": "k" * 32}).secret_key == "k" * 32


def test_a_short_passphrase_is_refused_without_being_shown(environment: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"\ABACKUP_PASSPHRASE: must have at least 12 characters") as refused:
        Config.from_environment({**environment, "BACKUP_PASSPHRASE": "secret-word"})
    assert "secret-word" not in str(refused.value)
    assert Config.from_environment({**environment, "BACKUP_PASSPHRASE": "p" * 12}).backup_passphrase == "p" * 12


@pytest.mark.parametrize("name", ["secret_key", "encryption_keys"])
def test_a_key_file_that_cannot_be_used_is_named(environment: dict[str, str], name: str) -> None:
    Config.from_environment(environment)
    file = Path(environment["INSTANCE_DIR"]) / name
    key = file.read_text()
    for damaged in (b"", b"\n \n", b"\xff\xfe"):
        file.write_bytes(damaged)
        with pytest.raises(ConfigError, match=rf"\A{name.upper()}: {file} ") as refused:
            Config.from_environment(environment)
        assert "\n" not in str(refused.value)
    file.unlink()
    file.mkdir()
    with pytest.raises(ConfigError, match=rf"\A{name.upper()}: {file} "):
        Config.from_environment(environment)
    file.rmdir()
    file.write_text(key)
    assert Config.from_environment(environment)


def modes(folder: Path) -> dict[str, int]:
    """{path: its permission bits for group and others} of the folder and all in it."""
    return {str(path): path.stat().st_mode & 0o077 for path in (folder, *folder.rglob("*"))}


def test_files_of_other_programs_lose_the_rights_of_other_users(environment: dict[str, str]) -> None:
    folder = Path(environment["INSTANCE_DIR"])
    (folder / "uploads").mkdir(parents=True)
    (folder / "uploads" / "a-480.webp").write_bytes(b"an image")
    (folder / "storefront.db").touch()
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    Config.from_environment(environment)
    assert set(modes(folder).values()) == {0}


def test_uploaded_files_are_in_a_folder_of_their_own(environment: dict[str, str], tmp_path: Path) -> None:
    folder = Path(environment["INSTANCE_DIR"])
    assert Config.from_environment(environment).uploads_url == str(folder / "uploads")
    elsewhere = {**environment, "UPLOADS_URL": str(tmp_path / "files")}
    assert Config.from_environment(elsewhere).uploads_url == str(tmp_path / "files")
    for wrong in (folder, folder.parent):
        # They would get the keys into each backup.
        with pytest.raises(ConfigError, match=r"\AUPLOADS_URL: must be a folder of its own"):
            Config.from_environment({**environment, "UPLOADS_URL": str(wrong)})


def test_an_object_store_needs_its_variables_and_all_faults_are_named_at_once(environment: dict[str, str]) -> None:
    store = {**environment, "UPLOADS_URL": "S3://bucket/shop/"}
    with pytest.raises(ConfigError, match=r"\AUPLOADS_URL: s3:// needs AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, and"):
        Config.from_environment(store)
    wrong = {"AWS_SECRET_ACCESS_KEY": "secret-7", "AWS_ENDPOINT_URL": "minio:9000", "PORT": "eighty"}
    with pytest.raises(ConfigError) as refused:
        Config.from_environment({**store, **wrong})
    assert [line.partition(": ")[0] for line in str(refused.value).splitlines()] == [
        *("PORT", "AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL")
    ]
    assert "secret-7" not in str(refused.value)

    variables = {"AWS_ACCESS_KEY_ID": "olena", "AWS_SECRET_ACCESS_KEY": "secret-7", "AWS_SESSION_TOKEN": "secret-8"}
    config = Config.from_environment({**store, **variables, "AWS_PROFILE": "other"})
    assert (config.uploads_url, config.object_store) == ("s3://bucket/shop", variables)
    assert "secret-" not in repr(config)
    # A folder takes none of them.
    assert Config.from_environment({**environment, **variables}).object_store == {}


@pytest.mark.parametrize(
    ("typed", "server"),
    [
        ("192.0.2.53", ("192.0.2.53", 53)),
        ("192.0.2.53:5353", ("192.0.2.53", 5353)),
        ("[2001:db8::53]:5353", ("2001:db8::53", 5353)),
        ("2001:db8::53", ("2001:db8::53", 53)),
        ("", None),
    ],
)
def test_the_dns_server_is_an_address_with_or_without_port(
    environment: dict[str, str], typed: str, server: tuple[str, int] | None
) -> None:
    assert Config.from_environment({**environment, "DNS_SERVER": typed}).dns_server == server
