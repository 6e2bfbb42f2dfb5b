"""Configuration from environment variables: `Config.from_environment()`, the list of variables, and the key files."""

from storefront.config.configuration import LOG_LEVELS, MIN_PASSPHRASE, VERSION, Config, ConfigError
from storefront.config.service_urls import database_url
from storefront.config.variables import DEFAULTS, VARIABLES, Variable

__all__ = [
    "DEFAULTS",
    "LOG_LEVELS",
    "MIN_PASSPHRASE",
    "VARIABLES",
    "VERSION",
    "Config",
    "ConfigError",
    "Variable",
    "database_url",
]
