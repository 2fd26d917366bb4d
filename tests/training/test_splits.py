from __future__ import annotations

import random
from collections import Counter

from hypothesis import example, given
from hypothesis import strategies as st

from training.data import Example
from training.splits import stratified

examples = st.lists(
    st.builds(Example, text=st.text(max_size=6), intent=st.sampled_from("abc")), max_size=60
)


@given(examples, st.floats(0, 0.5), st.integers(0, 3))
def test_nothing_is_lost_and_every_class_keeps_its_share(found, fraction, seed) -> None:
    split = stratified(found, fraction, seed)
    assert Counter([*split.train, *split.held_out]) == Counter(found)
    counts, held = Counter(e.intent for e in found), Counter(e.intent for e in split.held_out)
    for intent, count in counts.items():
        wanted = round(count * fraction)
        assert held[intent] == (max(1, wanted) if count >= 4 and fraction > 0 else wanted)


@given(examples, st.randoms())
@example([Example("", "a"), Example("L", "a"), Example("\r", "a")], random.Random(1))
def test_the_order_of_the_examples_does_not_matter(found, rng) -> None:
    unique = list({example.text: example for example in found}.values())
    shuffled = list(unique)
    rng.shuffle(shuffled)
    assert set(stratified(unique, 0.2, 0).held_out) == set(stratified(shuffled, 0.2, 0).held_out)


def test_another_seed_holds_out_others() -> None:
    found = [Example(f"sentence {number}", "a") for number in range(100)]
    held_out = [set(stratified(found, 0.2, seed).held_out) for seed in (0, 0, 1)]
    assert held_out[0] == held_out[1] != held_out[2]
