"""Entities in a message: what has a form is found by its form, the rest by the token classifier.

Every kind that has a form has its module, which yields candidates; `finder` decides between those
that overlap. `tagger` tags what else is annotated in the training data.
"""

from nlu.entities.finder import EntityFinder
from nlu.entities.name_lists import NameLists
from nlu.entities.patterns import Patterns
from nlu.entities.scheme import Scheme
from nlu.entities.tagger import Tagger

__all__ = ["EntityFinder", "NameLists", "Patterns", "Scheme", "Tagger"]
