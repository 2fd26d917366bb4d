"""Gift cards, conditions of codes, who is to be told of stock and of orders, and tickets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_STATUS = sa.Enum(
    "processing",
    "packed",
    "partially_shipped",
    "shipped",
    "out_for_delivery",
    "delivered",
    "cancelled",
    "returned",
    native_enum=False,
    length=24,
    name="orderstatus",
)


def upgrade() -> None:
    """Codes of before keep their conditions; alerts of before have no conversation."""
    op.add_column(
        "shop_promotions",
        sa.Column("amount_cents", sa.Integer(), nullable=False, server_default="0"),
    )
    for name, default in (
        ("first_order_only", sa.false()),
        ("once_per_customer", sa.false()),
        ("public", sa.true()),
    ):
        op.add_column(
            "shop_promotions",
            sa.Column(name, sa.Boolean(), nullable=False, server_default=default),
        )
    op.add_column("shop_stock_alerts", sa.Column("sender", sa.String(length=255), nullable=True))
    op.add_column("shop_stock_alerts", sa.Column("channel", sa.String(length=32), nullable=True))
    op.add_column("shop_stock_alerts", sa.Column("claimed_at", sa.DateTime(), nullable=True))

    op.create_table(
        "shop_gift_cards",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("pin_hash", sa.String(length=120), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("bought_cents", sa.Integer(), nullable=False),
        sa.Column("balance_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("sold_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.CheckConstraint("balance_cents >= 0", name=op.f("ck_shop_gift_cards_not_negative")),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["shop_customers.id"], name=op.f("fk_shop_gift_cards_owner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_gift_cards")),
        sa.UniqueConstraint("code", name=op.f("uq_shop_gift_cards_code")),
    )
    op.create_index(op.f("ix_shop_gift_cards_owner_id"), "shop_gift_cards", ["owner_id"])
    op.create_table(
        "shop_order_watches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.String(length=255), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("status", _STATUS, nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("parcels", sa.Integer(), nullable=False),
        sa.Column("arrived", sa.Integer(), nullable=False),
        sa.Column("claimed_at", sa.DateTime(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_orders.id"], name=op.f("fk_shop_order_watches_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_order_watches")),
        sa.UniqueConstraint(
            "order_id", "sender", "channel", name=op.f("uq_shop_order_watches_order_id")
        ),
    )
    op.create_index(op.f("ix_shop_order_watches_sender"), "shop_order_watches", ["sender"])
    op.create_table(
        "shop_tickets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=True),
        sa.Column("customer_id", sa.Integer(), nullable=True),
        sa.Column("sender", sa.String(length=255), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("closed_by", sa.String(length=120), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_orders.id"], name=op.f("fk_shop_tickets_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["shop_customers.id"], name=op.f("fk_shop_tickets_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_tickets")),
        sa.UniqueConstraint("reference", name=op.f("uq_shop_tickets_reference")),
    )
    for column in ("order_id", "customer_id", "sender", "state"):
        op.create_index(op.f(f"ix_shop_tickets_{column}"), "shop_tickets", [column])


def downgrade() -> None:
    """Forget all that."""
    for table in ("shop_tickets", "shop_order_watches", "shop_gift_cards"):
        op.drop_table(table)
    for column in ("claimed_at", "channel", "sender"):
        op.drop_column("shop_stock_alerts", column)
    for column in ("public", "once_per_customer", "first_order_only", "amount_cents"):
        op.drop_column("shop_promotions", column)
