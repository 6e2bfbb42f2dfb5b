"""The configuration object."""

from storefront.config import Config


def test_the_repr_of_the_configuration_contains_no_secret(environment: dict[str, str]) -> None:
    secrets = {
        "SECRET_KEY": "very-secret-key-of-sessions",
        "DATABASE_URL": "postgresql://shop:very-secret-password@db/shop",
        "REDIS_URL": "redis://:very-secret-word@redis",
        "SMTP_URL": "smtp://shop:very-secret-mail@mail",
        "MAIL_FROM": "shop@example.com",
    }
    config = Config.from_environment({**environment, **secrets})
    assert "very-secret" not in repr(config)
    assert not [key for key in config.encryption_keys if key in repr(config)]
