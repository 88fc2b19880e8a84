"""The taxonomy: versions of ESCO with their skills, occupations, groups, relations and labels."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "registry_0006"
down_revision = "registry_0005"
branch_labels = None
depends_on = None

# Rows of one version: columns, and which of them make the key besides the version. No foreign keys between
# concepts: an import has checked every URI, and 250,000 checks more would cost it seconds.
_TABLES: dict[str, tuple[list[sa.Column], list[str]]] = {
    "skills": (
        [
            sa.Column("uri", sa.Text, nullable=False),
            sa.Column("type", sa.Text),
            sa.Column("reuse_level", sa.Text),
            sa.Column("green", sa.Boolean, nullable=False),
            sa.Column("description", sa.Text, nullable=False),
        ],
        ["uri"],
    ),
    "occupations": (
        [
            sa.Column("uri", sa.Text, nullable=False),
            sa.Column("isco08", sa.Text, nullable=False),
            sa.Column("code", sa.Text, nullable=False),
            sa.Column("regulated", sa.Boolean, nullable=False),
            sa.Column("description", sa.Text, nullable=False),
        ],
        ["uri"],
    ),
    "isco_groups": (
        [
            sa.Column("code", sa.Text, nullable=False),
            sa.Column("uri", sa.Text, nullable=False),
            sa.Column("description", sa.Text, nullable=False),
        ],
        ["code"],
    ),
    "skill_groups": (
        [
            sa.Column("uri", sa.Text, nullable=False),
            sa.Column("code", sa.Text, nullable=False),
            sa.Column("description", sa.Text, nullable=False),
        ],
        ["uri"],
    ),
    "occupation_skills": (
        [
            sa.Column("occupation", sa.Text, nullable=False),
            sa.Column("skill", sa.Text, nullable=False),
            sa.Column("essential", sa.Boolean, nullable=False),
        ],
        ["occupation", "skill"],
    ),
    "skill_relations": (
        [
            sa.Column("skill", sa.Text, nullable=False),
            sa.Column("related", sa.Text, nullable=False),
            sa.Column("essential", sa.Boolean, nullable=False),
        ],
        ["skill", "related"],
    ),
    "broader_concepts": (
        [sa.Column("narrower", sa.Text, nullable=False), sa.Column("broader", sa.Text, nullable=False)],
        ["narrower", "broader"],
    ),
    "concept_labels": (
        [
            sa.Column("uri", sa.Text, nullable=False),
            sa.Column("language", sa.Text, nullable=False),
            sa.Column("kind", sa.Text, nullable=False),
            sa.Column("label", sa.Text, nullable=False),
            sa.Column("alternatives", ARRAY(sa.Text), nullable=False),
            sa.Column("folded", sa.Text, nullable=False),
        ],
        ["uri", "language"],
    ),
    "taxonomy_snapshots": (
        [sa.Column("etag", sa.Text, nullable=False), sa.Column("body", sa.LargeBinary, nullable=False)],
        [],
    ),
}

# Row-level security puts its own condition before any operator that is not leakproof, and trigram operators are
# not: under the reader's policy they could never use the index (a scan of 40,000 rows instead). So the search runs
# as the owner, whose policy is `true`, and asks for a tenant itself.
_FIND = """
CREATE FUNCTION find_concepts(wanted text, languages text[], words text, most integer)
RETURNS TABLE (uri text, score real) LANGUAGE sql STABLE SECURITY DEFINER
SET search_path = public, pg_temp
SET pg_trgm.word_similarity_threshold = 0.5
AS $$
    SELECT l.uri, max(word_similarity(words, l.folded) + similarity(words, split_part(l.folded, E'\\n', 1)))
    FROM concept_labels AS l
    WHERE current_setting('passerelle.tenant', true) <> ''
        AND l.taxonomy_id = (SELECT id FROM taxonomies WHERE active)
        AND l.kind = wanted AND l.language = ANY (languages) AND words <% l.folded
    GROUP BY l.uri ORDER BY 2 DESC, 1 LIMIT most
$$
"""

# Only the owner may ANALYZE. Without statistics of a fresh import a search reads every label (1.1 s instead of 0.06).
_ANALYZE = """
CREATE FUNCTION analyze_taxonomy() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
BEGIN
    ANALYZE taxonomies, skills, occupations, isco_groups, skill_groups, occupation_skills, skill_relations,
        broader_concepts, concept_labels;
END
$$
"""


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "taxonomies",
        sa.Column("id", sa.Integer, sa.Identity(), nullable=False),
        sa.Column("version", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("languages", JSONB, nullable=False),
        sa.Column("sources", JSONB, nullable=False),
        sa.Column("report", JSONB, nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_taxonomies"),
        sa.UniqueConstraint("version", name="uq_taxonomies_version"),
    )
    op.create_index("uq_taxonomies_active", "taxonomies", ["active"], unique=True, postgresql_where=sa.text("active"))
    for table, (columns, key) in _TABLES.items():
        op.create_table(
            table,
            sa.Column("taxonomy_id", sa.Integer, nullable=False),
            *columns,
            sa.PrimaryKeyConstraint("taxonomy_id", *key, name=f"pk_{table}"),
            sa.ForeignKeyConstraint(["taxonomy_id"], ["taxonomies.id"], name=f"fk_{table}_taxonomy_id_taxonomies"),
        )
    op.create_index("ix_occupations_isco08", "occupations", ["taxonomy_id", "isco08"])
    op.create_index("ix_broader_concepts_broader", "broader_concepts", ["taxonomy_id", "broader"])
    op.create_index(
        "ix_concept_labels_folded",
        "concept_labels",
        ["folded"],
        postgresql_using="gin",
        postgresql_ops={"folded": "gin_trgm_ops"},
    )
    op.execute("ALTER TABLE taxonomy_snapshots ALTER COLUMN body SET STORAGE EXTERNAL")  # it is compressed already
    for table in ("taxonomies", *_TABLES):
        _publish(table)
    op.execute(_FIND)
    op.execute(_ANALYZE)


def _publish(table: str) -> None:
    """Public reference data: every client reads, the house writes, and without a tenant there are no rows."""
    tenant = "(SELECT current_setting('passerelle.tenant', true))"
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    op.execute(f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({tenant} <> '')")
    op.execute(f"CREATE POLICY {table}_write ON {table} USING ({tenant} = '*')")
    if table in ("taxonomies", "concept_labels"):
        op.execute(f"CREATE POLICY {table}_find ON {table} FOR SELECT TO CURRENT_USER USING (true)")


def downgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '3s'")
    op.execute("DROP FUNCTION analyze_taxonomy()")
    op.execute("DROP FUNCTION find_concepts(text, text[], text, integer)")
    for table in reversed(_TABLES):
        op.drop_table(table)
    op.drop_table("taxonomies")
