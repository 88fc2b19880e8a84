"""Fairness by closed periods, cases kept from employers, and answers, hashes and logs that erasure and time reach."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "matching_0016"
down_revision = "matching_0015"
branch_labels = None
depends_on = None

_HOUSE = "(SELECT current_setting('passerelle.tenant', true)) = '*'"
_OF_GUARD_CASES = (
    "(organisation_id = nullif(nullif((SELECT current_setting('passerelle.tenant', true)), ''), '*')::uuid"
    f" OR {_HOUSE} OR EXISTS (SELECT 1 FROM shares WHERE shares.record_id = %s AND shares.reader_id ="
    " nullif(nullif((SELECT current_setting('passerelle.tenant', true)), ''), '*')::uuid))"
)
_CONSENT_KEPT = """
    CREATE OR REPLACE FUNCTION consent_kept(before jsonb, sent jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
        SELECT CASE
            WHEN sent ->> 'granted_on' < before ->> 'granted_on' AND sent ->> 'withdrawn_on' IS NULL THEN before
            WHEN NOT before ? 'withdrawn' THEN {sent}
            ELSE {sent} || coalesce((
                SELECT jsonb_build_object('withdrawn', jsonb_object_agg(scope, day))
                FROM jsonb_each_text(before -> 'withdrawn') AS w (scope, day)
                WHERE day >= sent ->> 'granted_on' HAVING count(*) > 0
            ), '{{}}')
        END
    $$
"""
# A limit set on the day of the receipt that an import repeats must not go with it.
_WITH_LIMITS = (
    "(CASE WHEN before ->> 'granted_on' = sent ->> 'granted_on' AND jsonb_typeof(before -> 'limits') = 'object'"
    " AND jsonb_typeof(sent -> 'limits') IS DISTINCT FROM 'object'"
    " THEN sent || jsonb_build_object('limits', before -> 'limits') ELSE sent END)"
)
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("SELECT set_config('passerelle.tenant', '*', true)")  # what is there already is looked at for the house
    _fairness()
    _kept_cases()
    _kept_answers()
    _retention()
    op.add_column("consents", sa.Column("limits", JSONB(none_as_null=True)))
    op.execute(_CONSENT_KEPT.format(sent=_WITH_LIMITS))
    # Which key a hash was made with, so that a new key can take its place.
    op.add_column("candidates", sa.Column("likeness_key", sa.LargeBinary))
    op.create_index("ix_candidates_likeness_key", "candidates", ["likeness_key"])


def _fairness() -> None:
    op.create_table(
        "fairness_cells",
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("month", sa.Date, nullable=False),
        *(sa.Column(n, sa.Text, nullable=False) for n in ("run", "dimension", "group")),
        *(sa.Column(n, sa.Integer, nullable=False) for n in ("eligible", "selected", "strong", "strong_selected")),
        *(sa.Column(n, sa.Double, nullable=False) for n in ("exposure", "merit")),
        sa.PrimaryKeyConstraint("partnership_id", "month", "run", "dimension", "group", name="pk_fairness_cells"),
    )
    op.create_table(
        "fairness_releases",
        sa.Column("partnership_id", sa.Uuid, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("last_month", sa.Date, nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("report", JSONB, nullable=False),
        sa.PrimaryKeyConstraint("partnership_id", "period", name="pk_fairness_releases"),
    )
    for table in ("fairness_cells", "fairness_releases"):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY {table}_house ON {table} USING ({_HOUSE}) WITH CHECK ({_HOUSE})")


def _kept_cases() -> None:
    # NULL is kept from the employer, as in the ledger.
    op.add_column("guard_cases", sa.Column("shared_placement_id", sa.Uuid))
    op.execute("UPDATE guard_cases SET shared_placement_id = placement_id")
    op.execute("DROP POLICY guard_cases_read ON guard_cases")
    op.execute(
        f"CREATE POLICY guard_cases_read ON guard_cases FOR SELECT USING {_OF_GUARD_CASES % 'shared_placement_id'}"
    )


def _kept_answers() -> None:
    # Whom a kept answer is about: every id in it, and the keys that an organisation gave to its people.
    op.execute(
        f"""
        CREATE FUNCTION subjects_of(headers jsonb, body bytea) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $$
        DECLARE
            answer text := convert_from(body, 'UTF8');
            keys text[] := '{{}}';
        BEGIN
            BEGIN
                keys := ARRAY(SELECT 'key:' || (k #>> '{{}}')
                              FROM jsonb_path_query(answer::jsonb, '$.**.external_id') AS k
                              WHERE jsonb_typeof(k) = 'string');
            EXCEPTION WHEN invalid_text_representation THEN NULL;  -- no JSON, no keys
            END;
            RETURN ARRAY(SELECT DISTINCT s FROM (
                SELECT m[1] FROM regexp_matches(headers::text || answer, '({_UUID})', 'g') AS m
                UNION SELECT unnest(keys)) AS all_of_them (s));
        END $$
        """
    )
    # A table beside, looked up by equality: what row-level security guards is searched by no other index.
    op.create_table(
        "answer_subjects",
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("subject", "scope", name="pk_answer_subjects"),
        sa.ForeignKeyConstraint(
            ["scope"], ["idempotency_keys.scope"], name="fk_answer_subjects_scope", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_answer_subjects_scope", "answer_subjects", ["scope"])
    op.execute(
        "INSERT INTO answer_subjects (subject, scope)"
        " SELECT unnest(subjects_of(headers, body)), scope FROM idempotency_keys"
    )
    op.execute("ALTER TABLE answer_subjects ENABLE ROW LEVEL SECURITY")
    op.execute("ALTER TABLE answer_subjects FORCE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY answer_subjects_add ON answer_subjects FOR INSERT WITH CHECK (true)")
    op.execute(f"CREATE POLICY answer_subjects_house ON answer_subjects USING ({_HOUSE})")
    op.execute(
        "CREATE FUNCTION note_subjects() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " INSERT INTO answer_subjects (subject, scope)"
        " SELECT unnest(subjects_of(NEW.headers, NEW.body)), NEW.scope; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER idempotency_keys_subjects AFTER INSERT ON idempotency_keys"
        " FOR EACH ROW EXECUTE FUNCTION note_subjects()"
    )


def _retention() -> None:
    # How often an organisation has asked about duplicates is counted in the log itself.
    op.execute(
        "CREATE INDEX ix_access_log_questions ON access_log (by_organisation, at) WHERE operation = 'list_duplicates'"
    )
    op.create_index("ix_access_log_at", "access_log", ["at"])
    # The house may let go of what is older than six months, and of the seals of rows that are gone; nobody else of
    # anything.
    op.execute(
        "CREATE FUNCTION refuse_to_forget_recent_access() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF OLD.at > now() - interval '183 days' THEN"
        " RAISE EXCEPTION 'the access log is kept for six months' USING ERRCODE = 'restrict_violation'; END IF;"
        " RETURN OLD; END $$"
    )
    op.execute(
        "CREATE FUNCTION refuse_to_forget_seal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF EXISTS (SELECT 1 FROM access_log WHERE number = OLD.number) THEN"
        " RAISE EXCEPTION 'the row is still there' USING ERRCODE = 'restrict_violation'; END IF;"
        " RETURN OLD; END $$"
    )
    for table, function in (("access_log", "recent_access"), ("access_log_seals", "seal")):
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget_access()"
        )
        op.execute(
            f"CREATE TRIGGER {table}_kept BEFORE DELETE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION refuse_to_forget_{function}()"
        )
        op.execute(f"CREATE POLICY {table}_forget ON {table} FOR DELETE USING ({_HOUSE})")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.drop_column("candidates", "likeness_key")
    op.execute(_CONSENT_KEPT.format(sent="sent"))
    op.drop_column("consents", "limits")
    for table, function in (("access_log", "recent_access"), ("access_log_seals", "seal")):
        op.execute(f"DROP POLICY {table}_forget ON {table}")
        op.execute(f"DROP TRIGGER {table}_kept ON {table}")
        op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_forget_access()"
        )
        op.execute(f"DROP FUNCTION refuse_to_forget_{function}()")
    op.execute("DROP INDEX ix_access_log_at, ix_access_log_questions")
    op.execute("DROP TRIGGER idempotency_keys_subjects ON idempotency_keys")
    op.drop_table("answer_subjects")
    op.execute("DROP FUNCTION note_subjects(), subjects_of(jsonb, bytea)")
    op.execute("DROP POLICY guard_cases_read ON guard_cases")
    op.execute(f"CREATE POLICY guard_cases_read ON guard_cases FOR SELECT USING {_OF_GUARD_CASES % 'placement_id'}")
    op.drop_column("guard_cases", "shared_placement_id")
    for table in ("fairness_releases", "fairness_cells"):
        op.drop_table(table)
