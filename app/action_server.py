"""The retail actions behind rasa-sdk's own HTTP server, for those who run actions apart.

The bot that calls it is started with `FRONTDESK_ACTION_ENDPOINT=http://HOST:PORT/webhook`. The
server trusts whoever reaches it, as Rasa's does: it belongs on a private address.
"""

from __future__ import annotations

from rasa_sdk.endpoint import create_app

from app.background import Restocker
from app.build import open_redis, retail_services, shop_recommender
from app.clock import utc_now
from app.settings import Settings
from app.shop_source import open_shop
from dialogue.retail import action_executor


def serve(settings: Settings, host: str, port: int) -> None:
    """Answer action calls until stopped (SIGINT, SIGTERM)."""
    shop = open_shop(settings, utc_now)
    redis = open_redis(settings.effective_redis_url)
    recommender = shop_recommender(settings, shop.catalogue, shop.purchases, redis, utc_now)
    Restocker(recommender).start()
    executor = action_executor(retail_services(settings, shop, recommender, utc_now))
    app = create_app(executor, cors_origins=None)
    app.run(host=host, port=port, single_process=True, access_log=False, motd=False)
