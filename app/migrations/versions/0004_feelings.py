"""How a conversation's customer sounded last.

Revision: 0004
After: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

COLUMNS = ("sentiment", "urgency", "language")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("conversation", sa.Column(name, sa.String(length=16), nullable=True))


def downgrade() -> None:
    for name in COLUMNS:
        op.drop_column("conversation", name)
