"""How the commands for operators end while the database or its disk can't be used: with one line, and exit code 1."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path

import click
from peewee import DatabaseError

from storefront import db
from storefront.config import Config, ConfigError
from storefront.operations.backups.errors import BackupError
from storefront.operations.logs import shorten_storage_trouble
from storefront.operations.shared_keys import require_same_keys
from storefront.operations.write_check import write_problem


@contextmanager
def database_for_command(config: Config) -> Iterator[None]:
    """A database connection. If the database can't be used, the command ends with one line of error text.

    It ends with exit code 2 if this host has keys of its own, or a newer version of the shop has changed the database.
    """
    try:
        with db.connection():
            db.refuse_newer_database()
            require_same_keys(config)
            yield
    except ConfigError as error:
        raise _invalid_configuration(error) from error
    except DatabaseError as error:
        raise click.ClickException(f"DATABASE_URL: the database can't be used: {_one_line(error)}") from error


def require_writes() -> None:
    """End the command with one line of error text if the database can't be written."""
    problem = write_problem()
    if problem:
        raise click.ClickException(f"DATABASE_URL: the database can't be written: {problem}")


@contextmanager
def errors_about(file: Path) -> Iterator[None]:
    """End the command with one line of error text, which names a file: `file` where the error names none."""
    try:
        yield
    except ConfigError as error:
        raise _invalid_configuration(error) from error
    except BackupError as error:
        raise click.ClickException(_one_line(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or file}: {error.strerror or error}") from error


def _invalid_configuration(error: ConfigError) -> SystemExit:
    """End the command as the start does: a line for each variable, and exit code 2."""
    click.echo(str(error), err=True)
    return SystemExit(2)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__


def end_with_one_line(command: click.Command) -> click.Command:
    """The command; if the database or its disk can't be used, it ends with one line of error text and exit code 1."""
    run = command.callback

    @wraps(run)  # type: ignore[arg-type]
    def callback(*arguments: object, **options: object) -> object:
        shorten_storage_trouble()
        try:
            return run(*arguments, **options)  # type: ignore[misc]
        except DatabaseError as error:
            raise click.ClickException(f"the database can't be used: {_one_line(error)}") from error
        except OSError as error:
            if db.storage_trouble(error) is None:
                raise
            raise click.ClickException(f"{error.filename or 'the disk'}: {error.strerror or error}") from error

    command.callback = callback
    return command
