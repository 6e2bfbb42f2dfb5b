"""Tools for operators: backups, the doctor, metrics, and the process tree of web server and worker."""

from storefront.operations.account_commands import log_from_console, logged, reset_two_step
from storefront.operations.backups.before_upgrade import upgrade_database
from storefront.operations.backups.create import backup
from storefront.operations.backups.delivered_files import files_missing_beside
from storefront.operations.backups.errors import BackupError
from storefront.operations.backups.restoration import clean_up_restores, restore
from storefront.operations.backups.schedule import make_due_backup
from storefront.operations.backups.unreadable import unreadable_lines
from storefront.operations.backups.verification import verification_lines, verify_backup
from storefront.operations.command_actor import audited, command_user, record_restore
from storefront.operations.command_errors import (
    database_for_command,
    end_with_one_line,
    errors_about,
    require_writes,
)
from storefront.operations.database_move.errors import MoveError
from storefront.operations.database_move.move import move_database
from storefront.operations.doctor import (
    backup_findings,
    diagnose,
    diagnose_with_stripe,
    failing_emails,
    mail_domain_findings,
    proxy_findings,
)
from storefront.operations.doctor.findings import Finding, Grade
from storefront.operations.key_rotation import rotate_keys
from storefront.operations.logs import set_up_logging
from storefront.operations.measured import keep_storing
from storefront.operations.metrics import metrics_exposition
from storefront.operations.reconciliation_output import reconciliation_lines
from storefront.operations.releases import ask_for_releases
from storefront.operations.shared_keys import remember_keys, require_same_keys
from storefront.operations.supervisor import ChildEnded, ProcessTree, StopRequested
from storefront.operations.write_check import write_problem

__all__ = [
    "BackupError",
    "ChildEnded",
    "Finding",
    "Grade",
    "MoveError",
    "ProcessTree",
    "StopRequested",
    "ask_for_releases",
    "audited",
    "backup",
    "backup_findings",
    "clean_up_restores",
    "command_user",
    "database_for_command",
    "diagnose",
    "diagnose_with_stripe",
    "end_with_one_line",
    "errors_about",
    "failing_emails",
    "files_missing_beside",
    "keep_storing",
    "log_from_console",
    "logged",
    "mail_domain_findings",
    "make_due_backup",
    "metrics_exposition",
    "move_database",
    "proxy_findings",
    "reconciliation_lines",
    "record_restore",
    "remember_keys",
    "require_same_keys",
    "require_writes",
    "reset_two_step",
    "restore",
    "rotate_keys",
    "set_up_logging",
    "unreadable_lines",
    "upgrade_database",
    "verification_lines",
    "verify_backup",
    "write_problem",
]
