"""Projects of any size, made up: as many intents, rules and stories as asked for."""

from __future__ import annotations

import random
from pathlib import Path

TURNS = 4  # of a story


def write_project(folder: Path, *, intents: int, rules: int = 0, stories: int = 0) -> Path:
    """Write domain.yml, rules.yml and stories.yml into `folder`; the same numbers, the same files.

    Rules answer an intent, each of an intent's further ones in another of ten stages (a slot).
    Stories go through intents at random, each answered by a response of its own, and one in four
    by another one that depends on the turn before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"intent_{number}" for number in range(intents)]
    domain = [
        'version: "3.1"',
        f"intents: [{', '.join(names)}]",
        "entities: [stage]",
        "slots:",
        f"  stage: {{type: categorical, values: [{', '.join(f's{n}' for n in range(10))}],",
        "          mappings: [{type: from_entity, entity: stage}]}",
        "responses:",
        *(f"  utter_{name}: [text: This is about {name}]" for name in names),
        *(f"  utter_other_{name}: [text: This too is about {name}]" for name in names),
        "  utter_default: [text: Sorry]",
    ]
    (folder / "domain.yml").write_text("\n".join(domain), encoding="utf-8")
    if rules:
        written = (_rule(number, names[number % intents], intents) for number in range(rules))
        (folder / "rules.yml").write_text("rules:\n" + "".join(written), encoding="utf-8")
    if stories:
        rng = random.Random(0)
        told = (_story(number, names, rng) for number in range(stories))
        (folder / "stories.yml").write_text("stories:\n" + "".join(told), encoding="utf-8")
    return folder


def _rule(number: int, intent: str, intents: int) -> str:
    stage = number // intents  # the first rule of an intent asks for nothing else
    condition = f"  condition: [{{slot_was_set: [{{stage: s{stage % 10}}}]}}]\n" if stage else ""
    action = f"utter_{intent}" if stage % 2 == 0 else f"utter_other_{intent}"
    return (
        f"- rule: rule {number}\n{condition}  steps:\n  - intent: {intent}\n  - action: {action}\n"
    )


def _story(number: int, names: list[str], rng: random.Random) -> str:
    lines = [f"- story: story {number}\n  steps:\n"]
    before = ""
    for name in (rng.choice(names) for _ in range(TURNS)):
        other = int(name.rpartition("_")[2]) % 4 == 0 and before < name
        action = f"utter_other_{name}" if other else f"utter_{name}"
        lines.append(f"  - intent: {name}\n  - action: {action}\n")
        before = name
    return "".join(lines)
