"""An encoder that has seen other intents: `python -m tests.bench.warm_start --data DIR --out DIR`.

It learns to tell the intents of some data sets apart (each among those of its own set) by their
training files, leaving out every sentence that the other sets have in any file. The mean of the
weights before and after (Wortsman et al. 2022, robust fine-tuning) is written as a folder for
FRONTDESK_ENCODER or `python -m tests.bench.ablation --encoder`.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Annotated

import torch
import typer
from safetensors.torch import load_file, save_file
from torch.nn import functional
from tqdm import tqdm

from nlu.classifier import IntentClassifier
from nlu.encoder import default_encoder_path, load_pretrained
from nlu.tokens import tokenized
from training.batches import padded, shuffled_batches
from training.data import normalised
from training.formats import read_examples
from training.index import unit_vectors

SETS = ("banking77", "clinc150", "hwu64")
RATES = {"encoder": 1e-4, "head": 1e-3}
BATCH = 32


def main(
    data: Annotated[Path, typer.Option(help="Folder with the data sets.")],
    out: Annotated[Path, typer.Option(help="Folder to write the encoder to.")],
    target: Annotated[str, typer.Option(help="The set that is kept out of it.")] = "hwu64",
    share: Annotated[float, typer.Option(help="Of what was learnt in the mean.")] = 0.3,
    epochs: Annotated[int, typer.Option(help="Passes over the other sets.")] = 3,
    threads: Annotated[int, typer.Option(help="Processors of the training.")] = 2,
) -> None:
    """Train on all sets but one and write the encoder."""
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    kept_out = {normalised(e.text) for f in (data / target).glob("*.csv") for e in read_examples(f)}
    sets = [name for name in SETS if name != target]
    rows = [
        (example.text, f"{name} {example.intent}", number)
        for number, name in enumerate(sets)
        for example in read_examples(data / name / "train.csv")
        if normalised(example.text) not in kept_out
    ]
    texts = [text for text, _, _ in rows]
    names = sorted({name for _, name, _ in rows})
    targets = torch.tensor([names.index(name) for _, name, _ in rows])  # (N,)
    own_set = torch.tensor([number for _, _, number in rows])  # (N,)
    set_of_class = torch.zeros(len(names), dtype=torch.long).scatter(0, targets, own_set)  # (C,)
    pretrained = load_pretrained()
    classifier = IntentClassifier(pretrained.encoder, len(names), scale=20.0)
    vectors = unit_vectors(texts, classifier.encoder, pretrained.tokenizer, torch.device("cpu"))
    classifier.start_from_prototypes(torch.from_numpy(vectors), targets)
    classifier.encoder.word_embeddings.requires_grad_(False)
    groups = [
        {"params": [*classifier.encoder.parameters()], "lr": RATES["encoder"]},
        {"params": [*classifier.head.parameters()], "lr": RATES["head"]},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    total = epochs * -(-len(texts) // BATCH)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, [*RATES.values()], total_steps=total, pct_start=0.1, anneal_strategy="linear"
    )
    ids = tokenized(pretrained.tokenizer, texts)
    classifier.train()
    with tqdm(total=total, desc="warm start", unit="step") as bar:
        for epoch in range(epochs):
            for batch in shuffled_batches([*map(len, ids)], BATCH, random.Random(epoch)):
                tokens, mask = padded([ids[row] for row in batch], torch.device("cpu"))  # (B, T)
                with torch.autocast("cpu", torch.bfloat16):
                    logits = classifier(tokens, mask)[0].float()  # (B, C)
                others = set_of_class[None, :] != own_set[batch][:, None]  # (B, C)
                loss = functional.cross_entropy(logits.masked_fill(others, -1e4), targets[batch])
                loss.backward()
                torch.nn.utils.clip_grad_norm_(classifier.parameters(), 1.0)
                optimiser.step()
                optimiser.zero_grad()
                schedule.step()
                bar.update()
    _write(classifier, out, share)
    print(f"{len(texts)} sentences of {' and '.join(sets)}, {len(names)} intents: {out}")


def _write(classifier: IntentClassifier, out: Path, share: float) -> None:
    """The published encoder's folder, its weights moved by `share` towards the trained ones."""
    shutil.copytree(default_encoder_path(), out, copy_function=shutil.copyfile)
    before = load_file(out / "model.safetensors")
    after = classifier.encoder.transformer.state_dict()
    mean = {
        name: (tensor.float() + share * (after[name].float() - tensor.float())).contiguous()
        if name in after and tensor.is_floating_point()
        else tensor
        for name, tensor in before.items()
    }
    save_file(mean, out / "model.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    typer.run(main)
