"""What Alembic runs: migrate over the connection that `upgrade` opened."""

from __future__ import annotations

from alembic import context

from dialogue.orders.migrations import VERSION_TABLE
from dialogue.orders.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
