"""What the way back of a return costs the customer."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Returns announced before cost nothing."""
    op.add_column(
        "shop_returns",
        sa.Column("postage_cents", sa.Integer(), nullable=False, server_default="0"),
    )


def downgrade() -> None:
    """Forget it."""
    op.drop_column("shop_returns", "postage_cents")
