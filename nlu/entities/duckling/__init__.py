"""Duckling's dimensions, found by us and written as Duckling writes them.

Nothing of Duckling runs: a project that names it in its pipeline gets entities of the same names
and shapes. Every dimension is a generator of `Found`s; `finder` decides between those that overlap.
"""

from nlu.entities.duckling.finder import DIMENSIONS, DucklingFinder

__all__ = ["DIMENSIONS", "DucklingFinder"]
