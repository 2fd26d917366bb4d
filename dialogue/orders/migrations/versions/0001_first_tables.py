"""The shop's first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make every table, parents before children."""
    op.create_table(
        "shop_customers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("first_name", sa.String(length=80), nullable=False),
        sa.Column("last_name", sa.String(length=80), nullable=False),
        sa.Column("phone", sa.String(length=32), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_customers")),
        sa.UniqueConstraint("email", name=op.f("uq_shop_customers_email")),
    )
    op.create_table(
        "shop_products",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.String(length=24), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=40), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("price_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_products")),
        sa.UniqueConstraint("sku", name=op.f("uq_shop_products_sku")),
    )
    op.create_index(op.f("ix_shop_products_category"), "shop_products", ["category"])

    op.create_table(
        "shop_promotions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("minimum_cents", sa.Integer(), nullable=False),
        sa.Column("department", sa.String(length=40), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_promotions")),
        sa.UniqueConstraint("code", name=op.f("uq_shop_promotions_code")),
    )
    op.create_table(
        "shop_addresses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("street", sa.String(length=120), nullable=False),
        sa.Column("postcode", sa.String(length=16), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["shop_customers.id"], name=op.f("fk_shop_addresses_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_addresses")),
    )
    op.create_index(op.f("ix_shop_addresses_customer_id"), "shop_addresses", ["customer_id"])

    op.create_table(
        "shop_orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("subtotal_cents", sa.Integer(), nullable=False),
        sa.Column("discount_cents", sa.Integer(), nullable=False),
        sa.Column("shipping_cents", sa.Integer(), nullable=False),
        sa.Column("total_cents", sa.Integer(), nullable=False),
        sa.Column("promotion_code", sa.String(length=32), nullable=True),
        sa.Column("recipient", sa.String(length=160), nullable=False),
        sa.Column("street", sa.String(length=120), nullable=False),
        sa.Column("postcode", sa.String(length=16), nullable=False),
        sa.Column("city", sa.String(length=80), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("placed_at", sa.DateTime(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("changed_at", sa.DateTime(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["shop_customers.id"], name=op.f("fk_shop_orders_customer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_orders")),
        sa.UniqueConstraint("number", name=op.f("uq_shop_orders_number")),
    )
    op.create_index(op.f("ix_shop_orders_customer_id"), "shop_orders", ["customer_id"])
    op.create_index(op.f("ix_shop_orders_placed_at"), "shop_orders", ["placed_at"])

    op.create_table(
        "shop_stock",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Integer(), nullable=False),
        sa.Column("colour", sa.String(length=32), nullable=False),
        sa.Column("size", sa.String(length=16), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("restock_on", sa.Date(), nullable=True),
        sa.CheckConstraint("quantity >= 0", name=op.f("ck_shop_stock_not_negative")),
        sa.ForeignKeyConstraint(
            ["product_id"], ["shop_products.id"], name=op.f("fk_shop_stock_product_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_stock")),
        sa.UniqueConstraint("product_id", "colour", "size", name=op.f("uq_shop_stock_product_id")),
    )
    op.create_table(
        "shop_payments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("method", sa.String(length=40), nullable=False),
        sa.Column("amount_cents", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_orders.id"], name=op.f("fk_shop_payments_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_payments")),
    )
    op.create_index(op.f("ix_shop_payments_order_id"), "shop_payments", ["order_id"])

    op.create_table(
        "shop_problems",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("wish", sa.String(length=16), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_orders.id"], name=op.f("fk_shop_problems_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_problems")),
        sa.UniqueConstraint("order_id", "kind", name=op.f("uq_shop_problems_order_id")),
    )
    op.create_table(
        "shop_returns",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=24), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_orders.id"], name=op.f("fk_shop_returns_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_returns")),
    )
    op.create_index(op.f("ix_shop_returns_order_id"), "shop_returns", ["order_id"])

    op.create_table(
        "shop_shipments",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("carrier", sa.String(length=40), nullable=False),
        sa.Column("tracking_number", sa.String(length=40), nullable=False),
        sa.Column("status", sa.String(length=24), nullable=False),
        sa.Column("shipped_at", sa.DateTime(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_orders.id"], name=op.f("fk_shop_shipments_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_shipments")),
        sa.UniqueConstraint("tracking_number", name=op.f("uq_shop_shipments_tracking_number")),
    )
    op.create_index(op.f("ix_shop_shipments_order_id"), "shop_shipments", ["order_id"])

    op.create_table(
        "shop_stock_alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("customer_id", sa.Integer(), nullable=False),
        sa.Column("stock_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["shop_customers.id"], name=op.f("fk_shop_stock_alerts_customer_id")
        ),
        sa.ForeignKeyConstraint(
            ["stock_id"], ["shop_stock.id"], name=op.f("fk_shop_stock_alerts_stock_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_stock_alerts")),
        sa.UniqueConstraint(
            "customer_id", "stock_id", name=op.f("uq_shop_stock_alerts_customer_id")
        ),
    )
    op.create_table(
        "shop_order_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("stock_id", sa.Integer(), nullable=False),
        sa.Column("shipment_id", sa.Integer(), nullable=True),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_cents", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["order_id"], ["shop_orders.id"], name=op.f("fk_shop_order_items_order_id")
        ),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shop_shipments.id"], name=op.f("fk_shop_order_items_shipment_id")
        ),
        sa.ForeignKeyConstraint(
            ["stock_id"], ["shop_stock.id"], name=op.f("fk_shop_order_items_stock_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_order_items")),
        sa.UniqueConstraint("order_id", "line", name=op.f("uq_shop_order_items_order_id")),
    )
    op.create_index(op.f("ix_shop_order_items_stock_id"), "shop_order_items", ["stock_id"])

    op.create_table(
        "shop_tracking_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("shipment_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("place", sa.String(length=80), nullable=False),
        sa.Column("description", sa.String(length=160), nullable=False),
        sa.ForeignKeyConstraint(
            ["shipment_id"], ["shop_shipments.id"], name=op.f("fk_shop_tracking_events_shipment_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_tracking_events")),
    )
    op.create_index(
        op.f("ix_shop_tracking_events_shipment_id"), "shop_tracking_events", ["shipment_id"]
    )

    op.create_table(
        "shop_return_items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("return_id", sa.Integer(), nullable=False),
        sa.Column("order_item_id", sa.Integer(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("replacement_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["order_item_id"],
            ["shop_order_items.id"],
            name=op.f("fk_shop_return_items_order_item_id"),
        ),
        sa.ForeignKeyConstraint(
            ["replacement_id"], ["shop_stock.id"], name=op.f("fk_shop_return_items_replacement_id")
        ),
        sa.ForeignKeyConstraint(
            ["return_id"], ["shop_returns.id"], name=op.f("fk_shop_return_items_return_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop_return_items")),
    )
    op.create_index(
        op.f("ix_shop_return_items_order_item_id"), "shop_return_items", ["order_item_id"]
    )
    op.create_index(op.f("ix_shop_return_items_return_id"), "shop_return_items", ["return_id"])


def downgrade() -> None:
    """Drop every table, children before parents."""
    for table in (
        "shop_return_items",
        "shop_tracking_events",
        "shop_order_items",
        "shop_stock_alerts",
        "shop_shipments",
        "shop_returns",
        "shop_problems",
        "shop_payments",
        "shop_stock",
        "shop_orders",
        "shop_addresses",
        "shop_promotions",
        "shop_products",
        "shop_customers",
    ):
        op.drop_table(table)
