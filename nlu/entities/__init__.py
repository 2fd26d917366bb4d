"""Entities in a message: what has a form is found by its form, the rest by the token classifier.

Every kind has its module, which yields candidates; `finder` decides between those that overlap.
"""

from nlu.entities.finder import EntityFinder
from nlu.entities.patterns import Patterns

__all__ = ["EntityFinder", "Patterns"]
