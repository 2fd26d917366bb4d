"""What was done under which key, so that a command that is sent twice happens once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from dialogue.orders.models import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was done yet."""
    op.create_table(
        "shop_done_commands",
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_shop_done_commands")),
    )
    op.create_index(op.f("ix_shop_done_commands_done_at"), "shop_done_commands", ["done_at"])


def downgrade() -> None:
    """Forget it."""
    op.drop_table("shop_done_commands")
