"""A Rasa project's NLU: `python -m tests.bench.rasa_project [--intents 500]`.

Its two retrieval intents are two files of the shop's questions, its plain intents some of the
shop's; of each class the first phrasings are learnt and the next judge. With `--intents` the
project has so many made-up intents instead, and only its training is timed.
"""

from __future__ import annotations

import json
import tempfile
import time
from itertools import islice, product
from pathlib import Path
from typing import Annotated

import typer

from nlu.engine import load_engine
from nlu.types import FALLBACK_INTENT
from tests.conftest import PROJECT
from training.data import Example, class_of
from training.pipeline import train
from training.plan import Machine, Plan
from training.rasa_yaml import write_yaml
from training.reading import read_training_data

CONFIG = "recipe: default.v1\nlanguage: en\npipeline:\n"  # Rasa's default pipeline
RETRIEVAL = ("account", "delivery")
PLAIN = ("greet", "goodbye", "thank", "affirm", "deny", "human_agent", "complaint", "praise")
VERBS = (
    *("open", "close", "buy", "sell", "lend", "paint", "move", "wash", "fix", "send", "find"),
    *("lose", "rent", "book", "cook"),
)
THINGS = (
    *("door", "book", "car", "lamp", "house", "boat", "shirt", "table", "clock", "phone", "garden"),
    *("bridge", "piano", "ticket", "letter", "room", "bottle", "cake", "window", "carpet", "tent"),
    *("camera", "wheel", "drum", "ladder", "mirror", "pillow", "basket", "kettle", "rope", "coat"),
    *("chair", "fence", "roof", "candle"),
)
FORMS = ("I want to {} a {}", "how do I {} the {}", "{} my {} please", "can you {} my {}", "{} {}")


def main(
    learnt: Annotated[int, typer.Option(help="Phrasings of each class to learn from.")] = 6,
    judging: Annotated[int, typer.Option(help="Phrasings of each class that judge.")] = 6,
    intents: Annotated[int, typer.Option(help="Made-up intents; 0: the shop's.")] = 0,
) -> None:
    """Make the project, train it, ask it what was held out, and print what was found."""
    with tempfile.TemporaryDirectory(prefix="fd-rasa-") as folder:
        found = _measured(Path(folder), learnt, judging, intents)
    typer.echo(json.dumps(found, indent=1))


def _measured(folder: Path, learnt: int, judging: int, intents: int) -> dict[str, object]:
    examples, held_out = _made_up(intents) if intents else _of_the_shop(learnt, judging)
    project = folder / "bot"
    (project / "data").mkdir(parents=True)
    (project / "config.yml").write_text(CONFIG)
    write_yaml(examples, project / "data" / "nlu.yml")
    started = time.monotonic()
    made = train(project, folder / "models", Plan(machine=Machine("cpu", export=True)))
    found: dict[str, object] = {
        "intents": made.metrics["intents"],
        "examples": len(examples),
        "train_s": round(time.monotonic() - started, 1),
        "phases_s": made.metrics["seconds"],
    }
    if held_out:
        found |= _judged(folder / "models" / made.version, held_out)
    return found


def _of_the_shop(learnt: int, judging: int) -> tuple[list[Example], list[Example]]:
    everything = [
        Example(one.text, name, response_key=str(one.response_key).replace("faq/", f"{name}/"))
        for name in RETRIEVAL
        for one in read_training_data(PROJECT / "faq" / f"{name}.yml").examples
    ]
    others = read_training_data(PROJECT / "nlu").examples
    everything += [Example(one.text, one.intent) for one in others if one.intent in PLAIN]
    classes: dict[str, list[Example]] = {}
    for one in everything:
        if "[" not in one.text and one.text.isascii():
            classes.setdefault(class_of(one), []).append(one)
    return (
        [one for some in classes.values() for one in some[:learnt]],
        [one for some in classes.values() for one in some[learnt : learnt + judging]],
    )


def _made_up(count: int) -> tuple[list[Example], list[Example]]:
    pairs = islice(product(VERBS, THINGS), count)
    return [Example(form.format(*pair), "_".join(pair)) for pair in pairs for form in FORMS], []


def _judged(model: Path, held_out: list[Example]) -> dict[str, object]:
    engine = load_engine(model)
    meanings = [one.to_rasa() for one in engine.parse_batch([e.text for e in held_out])]
    right = fell = best = keys = asked = 0
    for one, meaning in zip(held_out, meanings, strict=True):
        ranking = meaning["intent_ranking"]
        fell += ranking[0]["name"] == FALLBACK_INTENT
        right += ranking[0]["name"] == one.intent
        best += one.intent in [i["name"] for i in ranking if i["name"] != FALLBACK_INTENT][:1]
        if one.response_key:
            asked += 1
            selector = meaning["response_selector"].get("default") or {"ranking": []}
            ranked = selector["ranking"]
            own = [h for h in ranked if h["intent_response_key"].startswith(f"{one.intent}/")]
            keys += bool(own) and own[0]["intent_response_key"] == one.response_key
    count = len(held_out)
    return {
        "judged": count,
        "intent_right": round(right / count, 4),
        "intent_right_without_fallback": round(best / count, 4),
        "nlu_fallback": round(fell / count, 4),
        "questions": asked,
        "sub_key_right": round(keys / asked, 4),
    }


if __name__ == "__main__":
    typer.run(main)
