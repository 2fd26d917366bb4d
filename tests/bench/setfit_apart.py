"""SetFit's `predict`, a message at a time, with its default logistic head on the same encoder.

It does not work with this project's version of transformers: another interpreter runs this module,
which therefore needs nothing but SetFit and the standard library.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from setfit import SetFitModel  # type: ignore[import-not-found]

from tests.bench.apart import answer_questions
from tests.bench.clocked import clocked, latencies, turns


def main(encoder: str, examples: Path) -> None:
    """Fit the head on examples, a JSON list of [text, label], and answer questions."""
    asked, labels = zip(*json.loads(examples.read_text("utf-8")), strict=True)
    model = SetFitModel.from_pretrained(encoder)
    model.model_head.fit(model.model_body.encode(list(asked)), list(labels))
    texts = turns(asked, 1)

    def one_by_one(seconds: float) -> dict[str, float]:
        return latencies(clocked(lambda batch: model.predict(batch[0]), texts, seconds))

    answer_questions({"one": one_by_one})


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
