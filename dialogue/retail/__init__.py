"""The retail bot's actions: what it does in the shop, one small class each."""

from dialogue.retail.registry import action_executor, retail_actions
from dialogue.retail.services import RetailServices

__all__ = ["RetailServices", "action_executor", "retail_actions"]
