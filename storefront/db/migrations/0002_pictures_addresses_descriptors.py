"""Images, former slugs and statement descriptors of offers; data for the onboarding checklist."""

from peewee import BooleanField, CharField, Database, DateTimeField, ForeignKeyField, IntegerField, Model
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    class Offer(Model):
        class Meta:
            database = db
            table_name = "offer"

    class FormerAddress(Model):
        slug = CharField(unique=True, max_length=80)
        offer = ForeignKeyField(Offer, on_delete="CASCADE")
        created_at = DateTimeField()

        class Meta:
            database = db
            table_name = "former_address"

    db.create_tables([FormerAddress])
    migrator.migrate(
        migrator.add_column("offer", "statement_descriptor_suffix", CharField(max_length=22, default="")),
        migrator.add_column("offer", "picture", CharField(max_length=64, default="")),
        migrator.add_column("offer", "picture_alt", CharField(max_length=200, default="")),
        migrator.add_column("offer", "picture_width", IntegerField(default=0)),
        migrator.add_column("offer", "picture_height", IntegerField(default=0)),
        migrator.add_column("merchant", "descriptor_prefix", CharField(max_length=22, default="")),
        migrator.add_column("payment", "challenged", BooleanField(default=False)),
        migrator.add_column("payment", "statement_descriptor_suffix", CharField(max_length=22, default="")),
    )


def down(migrator: SchemaMigrator, db: Database) -> None:
    migrator.migrate(
        migrator.drop_column("payment", "statement_descriptor_suffix"),
        migrator.drop_column("payment", "challenged"),
        migrator.drop_column("merchant", "descriptor_prefix"),
        *(
            migrator.drop_column("offer", name)
            for name in (
                "picture_height",
                "picture_width",
                "picture_alt",
                "picture",
                "statement_descriptor_suffix",
            )
        ),
        migrator.drop_table("former_address"),
    )
