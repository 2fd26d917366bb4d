"""A `transformers` text-classification pipeline, called a message at a time, as most call it.

Its network is the published encoder with a classification head of as many labels as the model has
intents: untrained, which takes no less time.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated

import typer
from transformers import AutoModelForSequenceClassification, AutoTokenizer, pipeline

from nlu.encoder import default_encoder_path
from tests.bench.apart import answer_questions
from tests.bench.clocked import clocked, latencies, turns
from training.formats import read_texts


def main(
    texts: Annotated[Path, typer.Argument(help="Texts to ask.")],
    labels: Annotated[int, typer.Argument(help="Labels of the head.")],
) -> None:
    """Answer questions about the pipeline, all its settings left as they are."""
    encoder = default_encoder_path()
    with tempfile.TemporaryDirectory() as folder:
        AutoModelForSequenceClassification.from_pretrained(
            encoder, num_labels=labels
        ).save_pretrained(folder)
        AutoTokenizer.from_pretrained(encoder).save_pretrained(folder)
        classify = pipeline("text-classification", model=folder)
    asked = turns(read_texts(texts), 1)

    def one_by_one(seconds: float) -> dict[str, float]:
        return latencies(clocked(lambda batch: classify(batch[0]), asked, seconds))

    answer_questions({"one": one_by_one})


if __name__ == "__main__":
    typer.run(main)
