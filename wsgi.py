import os
import sys

from storefront import create_app
from storefront.config import ConfigError
from storefront.operations import set_up_logging

try:
    app = create_app()
    if os.environ.get("FLASK_RUN_FROM_CLI") != "true":
        # Another web server has loaded this file. Commands say themselves what they have done.
        set_up_logging(app.config["SHOP"].log_level)
except ConfigError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(2)
