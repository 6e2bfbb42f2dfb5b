import sys

from storefront import create_app
from storefront.config import ConfigError

try:
    app = create_app()
except ConfigError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(2)
