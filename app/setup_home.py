"""What a first start needs: databases up to date, a demonstration shop, an administrator."""

from __future__ import annotations

import random

from app.clock import utc_now
from app.database import Database, make_engine, migrate
from app.settings import Settings
from app.staff import StaffAccounts
from dialogue.orders.migrations import upgrade as upgrade_orders
from dialogue.orders.seed import SEED, seed

ADMIN = "admin"


def prepare_databases(settings: Settings) -> None:
    """Migrate the databases and, for the demonstration shop, fill the order database once.

    Orders behind an API are the shop's own affair.
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    migrate(settings.transcript_url)
    if settings.rasa_project:
        # A project's folder is under version control; what we keep in it is not.
        (settings.home / ".gitignore").write_text("*\n", encoding="utf-8")
    if not settings.sells or settings.orders_over_http:
        return
    engine = make_engine(settings.order_database_url)
    try:
        upgrade_orders(engine)
        if settings.demo_shop and (settings.project / "shop").is_dir():
            seed(engine, settings.project / "shop", utc_now().date(), random.Random(SEED))
    finally:
        engine.dispose()


def prepare_admin(settings: Settings) -> bool:
    """Make the administrator when nobody has an account yet; True when it was made."""
    database = Database(settings.transcript_url)
    try:
        accounts = StaffAccounts(database, utc_now)
        if accounts.anyone():
            return False
        accounts.add(ADMIN, "Administrator", settings.first_admin_password, role="admin")
        return True
    finally:
        database.close()
