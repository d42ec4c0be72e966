"""The draw: a replacement beacon, decisions before it, replays, misses, seats given by hand."""

import hmac

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_ROUND_TEXTS = (
    *("beacon_where", "beacon_where_en", "beacon_example"),
    *("spare_source", "spare_source_en", "spare_example"),
)


def upgrade():
    with op.batch_alter_table("round") as table:
        for name in _ROUND_TEXTS:
            table.add_column(sa.Column(name, sa.String(200), nullable=False, server_default=""))
        table.add_column(sa.Column("spare_why", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("changes", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("learner") as table:
        table.add_column(sa.Column("misses", sa.Integer(), nullable=False, server_default="0"))
        took_part = sa.Column("took_part", sa.Boolean(), nullable=False, server_default=sa.true())
        table.add_column(took_part)
        table.drop_column("lottery")
    with op.batch_alter_table("choice") as table:
        table.add_column(sa.Column("listed_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_choice_listed_id"), "section", ["listed_id"], ["id"])
    with op.batch_alter_table("section") as table:
        table.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_section_merged_into_id"), "section", ["merged_into_id"], ["id"]
        )
    with op.batch_alter_table("run") as table:
        table.add_column(sa.Column("asked_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("facts", sa.JSON(), nullable=False, server_default="{}"))
        table.create_foreign_key(op.f("fk_run_asked_by_id"), "account", ["asked_by_id"], ["id"])
        table.alter_column("kind", existing_type=sa.String(5), type_=sa.String(10))
        table.drop_constraint(op.f("ck_run_kind"), type_="check")
        table.create_check_constraint(op.f("ck_run_kind"), "kind IN ('dry', 'final', 'replay')")
    op.create_table(
        "round_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('exempt', 'merge', 'widen', 'change')",
            name=op.f("ck_round_decision_kind"),
        ),
        sa.CheckConstraint(
            "(kind = 'merge') = (into_id IS NOT NULL)", name=op.f("ck_round_decision_into")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_round_decision_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["into_id"], ["section.id"], name=op.f("fk_round_decision_into_id")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["round.id"], name=op.f("fk_round_decision_round_id")
        ),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_round_decision_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_decision")),
    )
    op.create_index(op.f("ix_round_decision_round_id"), "round_decision", ["round_id"])
    op.create_table(
        "override",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=5), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.Integer(), nullable=False),
        sa.Column("approval_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind IN ('give', 'take')", name=op.f("ck_override_kind")),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approval.id"], name=op.f("fk_override_approval_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_override_person_id")),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_override_placement_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_override_round_id")),
        sa.ForeignKeyConstraint(
            ["section_id"], ["section.id"], name=op.f("fk_override_section_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
        sa.UniqueConstraint("approval_id", name=op.f("uq_override_approval_id")),
    )
    op.create_index(op.f("ix_override_round_id"), "override", ["round_id"])


def _write_numbers(connection):
    """The draw numbers, which the seed and the learner ids give at any time, back into the rows."""
    drawn = "SELECT round_id, seed FROM run WHERE kind = 'final' AND seed <> ''"
    for round_id, seed in connection.execute(sa.text(drawn)).all():
        ids = sa.text("SELECT id, code FROM learner WHERE round_id = :round_id")
        rows = [
            {
                "of_id": id_,
                "number": hmac.digest(bytes.fromhex(seed), code.encode(), "sha256").hex(),
            }
            for id_, code in connection.execute(ids, {"round_id": round_id})
        ]
        if rows:
            step = sa.text("UPDATE learner SET lottery = :number WHERE id = :of_id")
            connection.execute(step, rows)


def downgrade():
    op.drop_table("override")
    op.drop_table("round_decision")
    op.execute("DELETE FROM run WHERE kind = 'replay'")
    with op.batch_alter_table("run") as table:
        table.drop_constraint(op.f("ck_run_kind"), type_="check")
        table.create_check_constraint(op.f("ck_run_kind"), "kind IN ('dry', 'final')")
        table.alter_column("kind", existing_type=sa.String(10), type_=sa.String(5))
        table.drop_constraint(op.f("fk_run_asked_by_id"), type_="foreignkey")
        table.drop_column("facts")
        table.drop_column("asked_by_id")
    with op.batch_alter_table("section") as table:
        table.drop_constraint(op.f("fk_section_merged_into_id"), type_="foreignkey")
        table.drop_column("merged_into_id")
    with op.batch_alter_table("choice") as table:
        table.drop_constraint(op.f("fk_choice_listed_id"), type_="foreignkey")
        table.drop_column("listed_id")
    with op.batch_alter_table("learner") as table:
        table.add_column(sa.Column("lottery", sa.String(64), nullable=False, server_default=""))
        table.drop_column("took_part")
        table.drop_column("misses")
    _write_numbers(op.get_bind())
    with op.batch_alter_table("learner") as table:
        table.alter_column("lottery", server_default=None)
    with op.batch_alter_table("round") as table:
        for name in ("changes", "spare_why", *reversed(_ROUND_TEXTS)):
            table.drop_column(name)
