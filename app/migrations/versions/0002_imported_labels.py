"""Labels that were imported from elsewhere.

Revision: 0002
After: 0001
"""

import sqlalchemy as sa
from alembic import op

from dialogue.orders.models import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "imported_label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("intent", sa.String(length=120), nullable=False),
        sa.Column("imported_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_label")),
        sa.UniqueConstraint("key", name=op.f("uq_imported_label_key")),
    )


def downgrade() -> None:
    op.drop_table("imported_label")
