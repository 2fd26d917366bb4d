"""Conformal sets: the intents that contain the true one with a chosen confidence.

Split conformal prediction with the probability of the true intent as its score (LAC: Sadinle et
al. 2019; Angelopoulos & Bates 2021). Of all scores it gives the smallest sets at the same
coverage, which is what a clarification question needs (as CICC, Hengst et al. 2024, asks one).
"""

from __future__ import annotations

from math import ceil

import numpy as np

from nlu.outofscope import Array

CONFIDENCE = 0.95


def fit_conformal(chances_of_truth: Array, confidence: float = CONFIDENCE) -> float:
    """The least probability with which an intent belongs to the set.

    `chances_of_truth` (N,) are the probabilities that held-out examples gave their own intents.
    The set of a new example of the same kind holds its intent with at least `confidence`; with
    too few examples to promise that, everything belongs to the set, and the result is 0.
    """
    count = len(chances_of_truth)
    rank = ceil((count + 1) * confidence)
    if rank > count:
        return 0.0
    return float(1.0 - np.sort(1.0 - chances_of_truth)[rank - 1])
