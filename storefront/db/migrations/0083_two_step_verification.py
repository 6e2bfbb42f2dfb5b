"""Two-step verification, passkeys, and what the list of sessions shows."""

from peewee import BigIntegerField, CharField, Database, DateTimeField, ForeignKeyField, IntegerField, Model, TextField
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Base(Model):
        class Meta:
            database = db

    class Admin(Base):
        pass

    class SecondFactor(Base):
        admin = ForeignKeyField(Admin, on_delete="CASCADE", unique=True)
        secret_encrypted = TextField()
        confirmed_at = DateTimeField(null=True)
        last_step = IntegerField()
        created_at = DateTimeField()

        class Meta:
            table_name = "second_factor"

    class RecoveryCode(Base):
        admin = ForeignKeyField(Admin, on_delete="CASCADE")
        code_hash = CharField(max_length=64)

        class Meta:
            table_name = "recovery_code"
            indexes = ((("admin", "code_hash"), True),)

    class Passkey(Base):
        admin = ForeignKeyField(Admin, on_delete="CASCADE")
        name = CharField(max_length=100)
        host = CharField()
        credential_id = TextField(unique=True)
        public_key = TextField()
        sign_count = BigIntegerField()
        created_at = DateTimeField()
        last_used_at = DateTimeField(null=True)

    class PendingSignIn(Base):
        key = CharField(unique=True, max_length=40)
        admin = ForeignKeyField(Admin, on_delete="CASCADE")
        password_version = IntegerField()
        challenge = CharField(max_length=50)
        started_at = DateTimeField(index=True)

        class Meta:
            table_name = "pending_sign_in"

    db.create_tables([SecondFactor, RecoveryCode, Passkey, PendingSignIn])
    migrator.migrate(
        migrator.add_column("admin_session", "address", CharField(max_length=45, default="")),
        migrator.add_column("admin_session", "user_agent", CharField(max_length=300, default="")),
        migrator.add_column("admin", "signed_in_at", DateTimeField(null=True)),
    )


def down(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(
        migrator.drop_column("admin", "signed_in_at"),
        migrator.drop_column("admin_session", "user_agent"),
        migrator.drop_column("admin_session", "address"),
    )
    for table in ("pending_sign_in", "passkey", "recovery_code", "second_factor"):
        db.execute_sql(f"DROP TABLE {table}")  # type: ignore[no-untyped-call]
