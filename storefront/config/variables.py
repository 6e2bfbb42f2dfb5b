"""The environment variables that the shop reads: name, default and meaning.

The table in docs/reference.md is generated from this list: `python -m tools.environment_table update`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """One environment variable.

    `default` is the value that is used where nothing is set. It is "" where the shop generates or derives a value, or
    needs none; `without_value` then says what happens. `meaning` and `without_value` are Markdown for the
    documentation, with links relative to docs/.
    """

    name: str
    meaning: str
    default: str = ""
    without_value: str = ""


VARIABLES = (
    Variable(
        "SECRET_KEY",
        "signs sessions and links; at least 32 random characters; comma-separated, newest first: older ones still "
        "verify",
        without_value="made once, kept in `INSTANCE_DIR`",
    ),
    Variable(
        "ENCRYPTION_KEYS",
        "Fernet keys, comma-separated, newest first; they encrypt the merchants' secret keys",
        without_value="made once, kept in `INSTANCE_DIR`",
    ),
    Variable(
        "INSTANCE_DIR",
        "database, keys, queue, images; only the shop's user can read them",
        default="instance",
    ),
    Variable(
        "DATABASE_URL",
        "`postgresql://…` for more than one host",
        without_value="SQLite file in `INSTANCE_DIR`",
    ),
    Variable(
        "REDIS_URL",
        "the job queue",
        without_value="none: SQLite queue in `INSTANCE_DIR`",
    ),
    Variable(
        "UPLOADS_URL",
        "where images and files for customers are stored: a folder, or `s3://bucket/prefix` for more than one host",
        without_value="folder `uploads` in `INSTANCE_DIR`",
    ),
    Variable(
        "AWS_ACCESS_KEY_ID",
        "with `s3://…`: the key's id; the other `AWS_*` variables of S3 clients work too "
        "([more](scale.md#uploaded-files))",
        without_value="none",
    ),
    Variable(
        "AWS_SECRET_ACCESS_KEY",
        "with `s3://…`: the key",
        without_value="none",
    ),
    Variable(
        "AWS_REGION",
        "with `s3://…`: the bucket's region",
        without_value="none: `us-east-1`",
    ),
    Variable(
        "AWS_ENDPOINT_URL",
        "with `s3://…`: the address of another S3-compatible store",
        without_value="none: Amazon S3",
    ),
    Variable(
        "SEND_FILE_HEADER",
        "`X-Sendfile`, or `X-Accel-Redirect:` with an internal location of nginx: the proxy sends them "
        "([more](operations.md#files-for-customers))",
        without_value="none: the shop sends downloads",
    ),
    Variable(
        "PUBLIC_URL",
        "the address in links and in the webhook registration",
        without_value="`http://127.0.0.1:$PORT`",
    ),
    Variable(
        "ALLOWED_HOSTS",
        "more host names to serve, comma-separated; with `PUBLIC_URL` set, only its host, this machine and these "
        "are served ([more](operations.md#addresses-and-files))",
        without_value="none",
    ),
    Variable(
        "HOST",
        "the address it listens on",
        default="127.0.0.1",
    ),
    Variable(
        "PORT",
        "the port it listens on",
        default="8000",
    ),
    Variable(
        "WEB_CONCURRENCY",
        "web processes",
        without_value="number of cores",
    ),
    Variable(
        "WORKER_THREADS",
        "threads of the worker: so many jobs run at once, and one fewer ask Stripe about events "
        "([more](operations.md#the-worker))",
        default="4",
    ),
    Variable(
        "TRUSTED_PROXIES",
        "how many proxies' `X-Forwarded-*` headers are trusted",
        default="0",
    ),
    Variable(
        "STRIPE_API_BASE",
        "address of the Stripe API: https, or on this machine; live accounts use only Stripe or this machine",
        default="https://api.stripe.com",
    ),
    Variable(
        "STRIPE_JS_URL",
        "address of Stripe.js, likewise; the Content-Security-Policy follows it",
        default="https://js.stripe.com/endive/stripe.js",
    ),
    Variable(
        "REHEARSAL_STRIPE_URL",
        "address of a Stripe simulator on this machine, such as `http://127.0.0.1:12111`: lets the owner rehearse "
        "without a Stripe account",
        without_value="none",
    ),
    Variable(
        "SMTP_URL",
        "`smtp://user:pass@host:587` or `smtps://…`; TLS is required unless the server is on this machine "
        "([more](operations.md#emails))",
        without_value="none: emails are kept and shown under Admin → Emails",
    ),
    Variable(
        "MAIL_FROM",
        "sender address of emails; required with `SMTP_URL`. Customers see the shop's name as the sender "
        "([more](shop-settings.md))",
        without_value="none",
    ),
    Variable(
        "TELEGRAM_API_BASE",
        "where Telegram’s bot API is: another address is for an own bot API server, or for tests "
        "([more](notifications.md))",
        default="https://api.telegram.org",
    ),
    Variable(
        "WEBHOOK_ALLOW_NETWORKS",
        "networks such as `10.1.2.0/24`, comma-separated, that outgoing webhooks may reach although they are "
        "private ([more](webhooks.md#private-addresses))",
        without_value="none",
    ),
    Variable(
        "DNS_SERVER",
        "IP address, with `:port` unless it is 53, of the DNS server that is asked about SPF and DMARC of `MAIL_FROM`",
        without_value="the system's",
    ),
    Variable(
        "METRICS_TOKEN",
        "bearer token for `/metrics`",
        without_value="none: this machine only",
    ),
    Variable(
        "BACKUP_URL",
        "where daily backups go: a folder outside of `INSTANCE_DIR`, or `s3://bucket/prefix` "
        "([more](operations.md#daily-backups))",
        without_value="none: no scheduled backups",
    ),
    Variable(
        "BACKUP_PASSPHRASE",
        "encrypts and seals backups, and puts the shop's keys into them; at least 12 characters. While it is set, an "
        "unsealed backup is refused",
        without_value="none: backups are not encrypted, and have no keys",
    ),
    Variable(
        "RELEASES_URL",
        "a list of releases that the shop asks once a day for a newer version ([more](upgrade.md#new-releases))",
        without_value="none: nobody is asked",
    ),
    Variable(
        "LOG_LEVEL",
        "`debug`, `info`, `warning` or `error`: the least important messages that are logged",
        default="info",
    ),
)

# {name: default}. "" where the default is generated, derived from other values, or none.
DEFAULTS = {variable.name: variable.default for variable in VARIABLES}
