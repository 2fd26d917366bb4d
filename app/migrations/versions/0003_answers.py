"""Questions and answers that are written at the desk.

Revision: 0003
After: 0002
"""

import sqlalchemy as sa
from alembic import op

from dialogue.orders.models import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_answer_staff_id_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer")),
    )


def downgrade() -> None:
    op.drop_table("answer")
