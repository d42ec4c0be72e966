"""Enrolling: relations asked for, people without a phone, paper forms, feeds, requests."""

import sqlalchemy as sa
from alembic import op

# revision identifiers, used by Alembic.
revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ONE_OF_THREE = (
    "CASE WHEN phone IS NULL THEN 0 ELSE 1 END"
    " + CASE WHEN username IS NULL THEN 0 ELSE 1 END"
    " + CASE WHEN person_id IS NULL THEN 0 ELSE 1 END = 1"
)


def upgrade():
    _add_tables_of_people()
    _add_tables_of_paper()
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("person_id", sa.Integer(), nullable=True))
        table.create_unique_constraint(op.f("uq_account_person_id"), ["person_id"])
        table.create_foreign_key(op.f("fk_account_person_id"), "person", ["person_id"], ["id"])
        table.drop_constraint(op.f("ck_account_one_sign_in"), type_="check")
        table.create_check_constraint(op.f("ck_account_one_sign_in"), _ONE_OF_THREE)
    with op.batch_alter_table("course") as table:
        table.add_column(sa.Column("pinyin", sa.Text(), nullable=False, server_default=""))
    _spell_courses()
    with op.batch_alter_table("person") as table:
        table.add_column(sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("contact") as table:
        table.add_column(sa.Column("added_by_id", sa.Integer(), nullable=True))
        table.create_foreign_key(op.f("fk_contact_added_by_id"), "account", ["added_by_id"], ["id"])
    with op.batch_alter_table("representation") as table:
        table.add_column(sa.Column("ended_by_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("ended_note", sa.Text(), nullable=False, server_default=""))
        table.create_foreign_key(
            op.f("fk_representation_ended_by_id"), "account", ["ended_by_id"], ["id"]
        )
    with op.batch_alter_table("session") as table:
        table.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("sign_in_code") as table:
        table.add_column(
            sa.Column("purpose", sa.String(30), nullable=False, server_default="sign_in")
        )
    with op.batch_alter_table("waitlist_entry") as table:
        table.add_column(sa.Column("first_place", sa.Integer(), nullable=True))
        table.add_column(sa.Column("first_length", sa.Integer(), nullable=True))
    with op.batch_alter_table("web_session") as table:
        table.add_column(
            sa.Column("only_apply", sa.Boolean(), nullable=False, server_default=sa.false())
        )


def _spell_courses():
    """As catalogue.spelling does for a course that is saved."""
    from pypinyin import lazy_pinyin

    course = sa.table("course", sa.column("id"), sa.column("name"), sa.column("pinyin"))
    connection = op.get_bind()
    for row in connection.execute(sa.select(course.c.id, course.c.name)).all():
        spelt = ["".join(filter(str.isalnum, one.lower())) for one in lazy_pinyin(row.name)]
        syllables = [syllable for syllable in spelt if syllable]
        tails = "".join(f" {''.join(syllables[start:])}" for start in range(len(syllables)))
        connection.execute(course.update().where(course.c.id == row.id).values(pinyin=tails))


def _add_tables_of_people():
    op.create_table(
        "calendar_feed",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["account.id"], name=op.f("fk_calendar_feed_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_feed_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token", name=op.f("uq_calendar_feed_token")),
    )
    op.create_table(
        "data_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_at IS NULL)", name=op.f("ck_data_request_decided_at")
        ),
        sa.CheckConstraint("kind IN ('correct', 'erase')", name=op.f("ck_data_request_kind")),
        sa.CheckConstraint(
            "state IN ('asked', 'done', 'refused', 'withdrawn')", name=op.f("ck_data_request_state")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_data_request_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_data_request_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_data_request_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_request")),
    )
    op.create_index(op.f("ix_data_request_person_id"), "data_request", ["person_id"])
    where = sa.text("state = 'asked'")
    op.create_index(
        "uq_data_request_open",
        "data_request",
        ["person_id", "kind"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )
    op.create_table(
        "desk_code",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("checked", sa.String(length=10), nullable=False),
        sa.Column("given_by_id", sa.Integer(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["given_by_id"], ["account.id"], name=op.f("fk_desk_code_given_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_desk_code_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_code")),
    )
    op.create_index(op.f("ix_desk_code_person_id"), "desk_code", ["person_id"])
    op.create_table(
        "kept_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_kept_form_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_form")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_kept_form_token_hash")),
    )
    op.create_index(op.f("ix_kept_form_kept_at"), "kept_form", ["kept_at"])
    op.create_table(
        "relation_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("named", sa.String(length=60), nullable=False),
        sa.Column("asker", sa.String(length=60), nullable=False),
        sa.Column("relation", sa.String(length=20), nullable=False),
        sa.Column("may_apply", sa.Boolean(), nullable=False),
        sa.Column("may_answer", sa.Boolean(), nullable=False),
        sa.Column("may_see", sa.Boolean(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("how", sa.String(length=10), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'asked') = (decided_at IS NULL)", name=op.f("ck_relation_request_decided_at")
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'given', 'refused', 'withdrawn')",
            name=op.f("ck_relation_request_state"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_relation_request_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["account.id"], name=op.f("fk_relation_request_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_relation_request_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation_request")),
    )
    op.create_index(op.f("ix_relation_request_account_id"), "relation_request", ["account_id"])
    op.create_index(op.f("ix_relation_request_person_id"), "relation_request", ["person_id"])
    where = sa.text("state = 'asked'")
    op.create_index(
        "uq_relation_request_open",
        "relation_request",
        ["account_id", "person_id"],
        unique=True,
        sqlite_where=where,
        postgresql_where=where,
    )


def _add_tables_of_paper():
    op.create_table(
        "late_paper",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("draft", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("receipt", sa.String(length=20), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approval_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_late_paper_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["approval_id"], ["approval.id"], name=op.f("fk_late_paper_approval_id")
        ),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["account.id"], name=op.f("fk_late_paper_entered_by_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_late_paper_person_id")),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_late_paper_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_late_paper")),
        sa.UniqueConstraint("approval_id", name=op.f("uq_late_paper_approval_id")),
    )
    op.create_index(op.f("ix_late_paper_person_id"), "late_paper", ["person_id"])
    op.create_index(op.f("ix_late_paper_round_id"), "late_paper", ["round_id"])
    op.create_table(
        "paper_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receipt", sa.String(length=20), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("printed_by_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_paper_form_application_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_paper_form_person_id")),
        sa.ForeignKeyConstraint(
            ["printed_by_id"], ["account.id"], name=op.f("fk_paper_form_printed_by_id")
        ),
        sa.ForeignKeyConstraint(["round_id"], ["round.id"], name=op.f("fk_paper_form_round_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_form")),
        sa.UniqueConstraint("application_id", name=op.f("uq_paper_form_application_id")),
        sa.UniqueConstraint("receipt", name=op.f("uq_paper_form_receipt")),
    )
    op.create_index(op.f("ix_paper_form_person_id"), "paper_form", ["person_id"])
    op.create_index(op.f("ix_paper_form_round_id"), "paper_form", ["round_id"])


def downgrade():
    with op.batch_alter_table("web_session") as table:
        table.drop_column("only_apply")
    with op.batch_alter_table("waitlist_entry") as table:
        table.drop_column("first_length")
        table.drop_column("first_place")
    op.execute("DELETE FROM sign_in_code WHERE purpose <> 'sign_in'")
    with op.batch_alter_table("sign_in_code") as table:
        table.drop_column("purpose")
    with op.batch_alter_table("session") as table:
        table.drop_column("version")
    with op.batch_alter_table("contact") as table:
        table.drop_constraint(op.f("fk_contact_added_by_id"), type_="foreignkey")
        table.drop_column("added_by_id")
    with op.batch_alter_table("representation") as table:
        table.drop_constraint(op.f("fk_representation_ended_by_id"), type_="foreignkey")
        table.drop_column("ended_note")
        table.drop_column("ended_by_id")
    with op.batch_alter_table("person") as table:
        table.drop_column("erased_at")
    with op.batch_alter_table("course") as table:
        table.drop_column("pinyin")
    _forget_accounts_without_sign_in()
    with op.batch_alter_table("account") as table:
        table.drop_constraint(op.f("ck_account_one_sign_in"), type_="check")
        table.drop_constraint(op.f("fk_account_person_id"), type_="foreignkey")
        table.drop_constraint(op.f("uq_account_person_id"), type_="unique")
        table.drop_column("person_id")
        table.create_check_constraint(
            op.f("ck_account_one_sign_in"), "(phone IS NULL) <> (username IS NULL)"
        )
    op.drop_table("paper_form")
    op.drop_table("late_paper")
    op.drop_table("relation_request")
    op.drop_table("kept_form")
    op.drop_table("desk_code")
    op.drop_table("data_request")
    op.drop_table("calendar_feed")


def _forget_accounts_without_sign_in():
    """Rows elsewhere keep naming them, so they stay, as phones that nobody can have."""
    op.execute("UPDATE account SET phone = 'person:' || person_id WHERE person_id IS NOT NULL")
