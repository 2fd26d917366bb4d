"""The parts a recipe is made of: settings, augmentation, losses, adapters, pruning, teachers."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from nlu.classifier import IntentClassifier
from nlu.encoder import Encoder, load_pretrained
from nlu.tokens import tokenized
from training import adapters
from training.augmentation import augmented, mistyped, recombined, shortened
from training.batches import padded
from training.data import Example
from training.ensemble import cross_taught
from training.errors import UnknownSetting
from training.objectives import cross_entropy, disagreement, supervised_contrastive
from training.perturbation import perturbed
from training.pruning import pruned
from training.recipe import Recipe, changed, epochs_of, gentler
from training.splits import fold_places

CPU = torch.device("cpu")
SENTENCES = st.text(alphabet="abcdefgh 0123456789?", min_size=0, max_size=60)


def vectors(encoder: Encoder) -> torch.Tensor:
    texts = ["where is my parcel", "cancel it"]
    ids, mask = padded(tokenized(load_pretrained().tokenizer, texts), CPU)
    with torch.inference_mode():
        return encoder.eval()(ids, mask)


def test_settings_are_read_by_their_kind() -> None:
    recipe = changed(
        Recipe(), ["epochs=3", "adversarial=0.5", "intent_names=true", "precision=fp32"]
    )
    assert (recipe.epochs, recipe.adversarial) == (3, 0.5)
    assert recipe.intent_names is True and recipe.precision == "fp32"


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("epoch=3", "epochs"),
        ("epochs", "needs a value"),
        ("epochs=many", "whole number"),
        ("adversarial=-1", "below zero"),
        ("adversarial=nan", "below zero"),
        ("precision=fp8", "one of"),
        ("intent_names=perhaps", "true or false"),
    ],
)
def test_a_wrong_setting_is_explained(setting: str, words: str) -> None:
    with pytest.raises(UnknownSetting, match=words):
        changed(Recipe(), [setting])


def test_going_on_is_gentler() -> None:
    assert gentler(Recipe(epochs=1)).epochs == 1
    assert gentler(Recipe()).encoder_rate < Recipe().encoder_rate


def test_many_examples_take_fewer_epochs() -> None:
    recipe = Recipe(epochs=6, most_steps=4000)
    assert [epochs_of(recipe, steps) for steps in (10, 666, 760, 1030, 9000)] == [6, 6, 5, 4, 1]


@given(SENTENCES, st.integers(0, 999))
def test_augmentation_keeps_numbers_and_says_something(text: str, seed: int) -> None:
    numbers = [word for word in text.split() if any(sign.isdigit() for sign in word)]
    kept = shortened(text, random.Random(seed)).split()
    assert [word for word in kept if any(sign.isdigit() for sign in word)] == numbers
    assert bool(kept) == bool(text.split())
    slipped = mistyped(text, random.Random(seed))
    assert [sign for sign in slipped if sign.isdigit()] == [s for s in text if s.isdigit()]
    assert abs(len(slipped) - len(text)) <= 1


def test_recombination_joins_at_a_shared_word() -> None:
    joined = recombined("where is my parcel", "tell me where is the box", random.Random(1))
    assert joined in ("where is the box", "where is my parcel")
    assert recombined("one two", "three four", random.Random(0)) == "one two"


def test_augmentation_changes_the_share_it_is_told_to() -> None:
    texts = [f"could you please tell me about item {number}" for number in range(400)]
    same = augmented(texts, [0] * 400, 0.0, random.Random(0))
    some = augmented(texts, [0] * 400, 0.5, random.Random(0))
    assert same == texts
    assert 0.2 < np.mean([a != b for a, b in zip(texts, some, strict=True)]) <= 0.6


def test_contrastive_loss_wants_a_label_together() -> None:
    labels = torch.tensor([0, 0, 1, 1])
    together = torch.tensor([[1.0, 0.0], [1.0, 0.1], [0.0, 1.0], [0.1, 1.0]])
    apart = together[[0, 2, 1, 3]]
    near = supervised_contrastive(together, labels, 0.1)
    assert near < supervised_contrastive(apart, labels, 0.1)
    assert supervised_contrastive(together, torch.arange(4), 0.1) == 0.0


def test_disagreement_of_the_same_is_nothing() -> None:
    logits = torch.randn(3, 5)
    assert disagreement(torch.cat([logits, logits])) == pytest.approx(0.0, abs=1e-6)
    assert disagreement(torch.cat([logits, -logits])) > 0.1


def test_teachers_weigh_as_much_as_they_are_told() -> None:
    logits, labels = torch.tensor([[3.0, 0.0]]), torch.tensor([0])
    against = torch.tensor([[0.0, 1.0]])
    without = cross_entropy(logits, labels, 0.0, None, 0.5)
    assert cross_entropy(logits, labels, 0.0, against, 0.0) == without
    assert cross_entropy(logits, labels, 0.0, against, 1.0) == pytest.approx(
        float(cross_entropy(logits, torch.tensor([1]), 0.0, None, 0.0))
    )


def test_an_adversarial_step_has_its_length_and_hurts() -> None:
    pretrained = load_pretrained()
    classifier = IntentClassifier(pretrained.encoder, 2).eval()
    ids, mask = padded(tokenized(pretrained.tokenizer, ["hello", "where is my parcel"]), CPU)
    labels = torch.tensor([0, 1])
    with perturbed(classifier.encoder.word_embeddings) as perturbation:
        clean = torch.nn.functional.cross_entropy(classifier(ids, mask)[0], labels)
        clean.backward()
        perturbation.aim(0.5, mask)
        moved = torch.nn.functional.cross_entropy(classifier(ids, mask)[0], labels)
        assert perturbation.move is not None
        assert perturbation.move.flatten(1).norm(dim=1) == pytest.approx(0.5, rel=1e-3)
        assert (perturbation.move[mask == 0] == 0).all()
    assert moved > clean
    after = torch.nn.functional.cross_entropy(classifier(ids, mask)[0], labels)
    assert float(after.detach()) == pytest.approx(float(clean.detach()), rel=1e-4), (
        "nothing stays behind"
    )


def test_adapters_are_small_saved_alone_and_merged(tmp_path: Path) -> None:
    classifier = IntentClassifier(load_pretrained().encoder, 2)
    plain = vectors(classifier.encoder)
    adapters.attach(classifier, 4)
    trainable = sum(p.numel() for p in classifier.parameters() if p.requires_grad)
    assert trainable < 0.03 * sum(p.numel() for p in classifier.parameters())
    assert torch.allclose(vectors(classifier.encoder), plain, atol=1e-5), "they begin as nothing"
    for name, weights in classifier.encoder.named_parameters():
        if "lora_B" in name:
            torch.nn.init.normal_(weights, std=0.02)
    changed_by_adapters = vectors(classifier.encoder)
    adapters.save(classifier, tmp_path)
    adapters.merge(classifier)
    merged = vectors(classifier.encoder)
    assert not torch.allclose(merged, plain, atol=1e-3)
    assert torch.allclose(merged, changed_by_adapters, atol=1e-4)
    assert sum(f.stat().st_size for f in tmp_path.iterdir()) < 3_000_000
    again = adapters.load(load_pretrained().encoder, tmp_path)
    assert torch.allclose(vectors(again), merged, atol=1e-4)
    assert again.state_dict().keys() == load_pretrained().encoder.state_dict().keys()


def test_a_pruned_encoder_has_its_layers_and_can_be_made_again() -> None:
    encoder = load_pretrained().encoder
    shallow = pruned(encoder, 3)
    assert shallow.config["num_hidden_layers"] == 3
    again = Encoder.from_config(shallow.config)
    again.load_state_dict(shallow.state_dict())
    assert torch.allclose(vectors(again), vectors(shallow), atol=1e-5)
    assert encoder.config.get("num_hidden_layers", 12) == 6, "the original is as it was"
    with pytest.raises(UnknownSetting, match="from 1 to 6"):
        pruned(encoder, 7)


def test_every_teacher_judges_only_what_it_never_saw() -> None:
    examples = [Example(f"sentence {n}", "a" if n % 3 else "b") for n in range(40)]
    examples += [Example("sentence 3.", "b")]  # the same sentence once more
    labels = [int(one.intent == "b") for one in examples]
    places = fold_places(examples, 4, seed=10)
    assert places[3] == places[40]
    for label in (0, 1):
        own = [place for place, kind in zip(places, labels, strict=True) if kind == label]
        assert max(map(own.count, range(4))) - min(map(own.count, range(4))) <= 2

    def teach(rows: list[int], judged: list[int], seed: int) -> np.ndarray:
        assert not set(rows) & set(judged) and len(rows) + len(judged) == 41
        return np.full((len(judged), 2), float(seed))

    said = cross_taught(examples, 4, 10, teach)
    assert said[:, 0].tolist() == [11.0 + place for place in places]
