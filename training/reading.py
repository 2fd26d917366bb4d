"""Reading training data as people write it in Rasa's files, into `Example`s."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nlu.entities.finder import KNOWN
from nlu.errors import SourceError
from nlu.project_files import older_files, project_files
from nlu.source import line_of, read_yaml
from training.annotations import Annotated, AnnotationError, LabelError, parse_annotated
from training.data import Example, TrainingData
from training.nlu_items import Entry, Item, items
from training.notes import Notes
from training.rasa_json import CONVERT, json_data, markdown_is_training_data

TEACHES = "teaches"  # in an intent's metadata: "entities" keeps its examples from teaching intents
# A file without such a line is somebody else's, and may be as broken as it likes.
_RASA = re.compile(r"^(?:nlu|responses|intents|entities|stories|rules|version)\s*:", re.MULTILINE)


def read_training_data(folder: Path, by_form: Collection[str] = KNOWN) -> TrainingData:
    """Read the training files below `folder`: YAML with an `nlu` section, or Rasa's older JSON.

    Which files are the bot's says `nlu.project_files`; conversation tests, `test_*.yml`, are none.
    Of the entities `by_form` other values than the written ones are no synonyms. Raises SourceError
    with file, line and the nearest valid name; SourceErrors for several mistakes.
    """
    reader = _Reader(frozenset(by_form))
    for path in project_files(folder).paths:
        if folder.is_file() or not path.name.startswith("test_"):
            reader.read_yaml(path)
    for path in older_files(folder, (".json", ".md")):
        reader.read_old(path)
    reader.notes.settle()
    return TrainingData(
        tuple(reader.examples),
        reader.regexes,
        reader.lookups,
        reader.synonyms,
        reader.entities,
        answers=reader.answers,
        retrieves=True,
        warnings=tuple(reader.notes.warnings),
    )


@dataclass
class _Reader:
    """Gathers what the files say."""

    by_form: frozenset[str]
    notes: Notes = field(default_factory=Notes)
    examples: list[Example] = field(default_factory=list)
    regexes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    lookups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    synonyms: dict[str, str] = field(default_factory=dict)
    entities: frozenset[str] | None = None
    answers: dict[str, str] = field(default_factory=dict)

    def read_yaml(self, path: Path) -> None:
        try:
            loaded = read_yaml(path)
        except SourceError as error:
            if _is_rasa(path):
                self.notes.problems.append(error)
            else:
                self.notes.warnings.append(f"{error}; it is left out")
            return
        self.answers.update(_answers(loaded))
        if (declared := _declared(loaded)) is not None:
            self.entities = declared | (self.entities or frozenset())
        for item in items(loaded, str(path), self.notes):
            getattr(self, f"_{item.kind}")(item)

    def read_old(self, path: Path) -> None:
        """A file of Rasa's older formats, if it is one."""
        file = str(path)
        if path.suffix == ".md":
            if markdown_is_training_data(path):
                told = f"Markdown of Rasa 1.x is not read; `{CONVERT}` makes YAML of it"
                self.notes.warn(told, file)
            return
        data = json_data(path, self.notes)
        if data is None:
            return
        for one in data.examples:
            place = f"common_examples {one.number}"
            if not self._sound_name(one.intent, f"{file}: {place}", None):
                continue
            self._add(
                Annotated(one.text, one.entities), one.intent, f"{file}:{one.number}", {}, False
            )
        for name, patterns in data.regexes.items():
            for pattern in patterns:
                self._pattern(name, pattern, file, None)
        for name, words in data.lookups.items():
            self.lookups[name] = (*self.lookups.get(name, ()), *words)
        self.synonyms.update(data.synonyms)

    def _intent(self, item: Item) -> None:
        if not self._sound_name(item.name, item.file, item.entries and item.entries[0].line):
            return
        entities_only = self._teaches_entities_only(item)
        for entry in item.entries:
            try:
                annotated = parse_annotated(entry.text)
            except LabelError as error:
                self.notes.problem(f"{error}: {entry.text[:60]}", item.file, entry.line)
                continue
            except AnnotationError as error:
                told = f"{error}, so nothing is annotated: {entry.text[:60]}"
                self.notes.warn(told, item.file, entry.line)
                annotated = Annotated(entry.text, ())
            source = f"{item.file}:{entry.line}"
            self._add(annotated, item.name, source, _metadata(item, entry), entities_only)

    def _add(
        self,
        annotated: Annotated,
        intent: str,
        source: str,
        metadata: Mapping[str, Any],
        entities_only: bool,
    ) -> None:
        self.examples.append(
            Example(
                text=annotated.text,
                intent=intent.partition("/")[0],
                entities=annotated.entities,
                source=source,
                response_key=intent if "/" in intent else None,
                entities_only=entities_only,
                metadata=metadata,
            )
        )
        for one in annotated.entities:
            surface = annotated.text[one.start : one.end]
            # What has a form is read from it: that yesterday was the 17th once holds of no other
            # day.
            if one.name not in self.by_form and isinstance(one.value, str) and one.value != surface:
                self.synonyms[surface] = one.value

    def _synonym(self, item: Item) -> None:
        self.synonyms.update({entry.text: item.name for entry in item.entries})

    def _lookup(self, item: Item) -> None:
        words = (entry.text for entry in item.entries)
        self.lookups[item.name] = (*self.lookups.get(item.name, ()), *words)

    def _regex(self, item: Item) -> None:
        for entry in item.entries:
            self._pattern(item.name, entry.text, item.file, entry.line)

    def _pattern(self, name: str, pattern: str, file: str, line: int | None) -> None:
        try:
            re.compile(pattern)
        except re.error as error:
            self.notes.problem(f"not a regular expression: {error}", file, line)
            return
        self.regexes[name] = (*self.regexes.get(name, ()), pattern)

    def _sound_name(self, intent: str, file: str, line: Any) -> bool:
        name, slash, sub_key = intent.partition("/")
        if slash and (not name or not sub_key or "/" in sub_key):
            told = f"a retrieval intent is written 'name/key', not '{intent}'"
            self.notes.problem(told, file, line or None)
            return False
        return True

    def _teaches_entities_only(self, item: Item) -> bool:
        """Whether the metadata of an intent says so; other metadata is not ours."""
        metadata = item.metadata
        if not isinstance(metadata, Mapping) or TEACHES not in metadata:
            return False
        if metadata[TEACHES] != "entities":
            words = f"'{TEACHES}' can only be 'entities', not '{metadata[TEACHES]}'"
            self.notes.problem(words, item.file, line_of(metadata, TEACHES) or item.line)
        return True


def _metadata(item: Item, entry: Entry) -> dict[str, Any]:
    both = {"intent": item.metadata, "example": entry.metadata}
    return {level: told for level, told in both.items() if told is not None}


def _is_rasa(path: Path) -> bool:
    try:
        return _RASA.search(path.read_text(encoding="utf-8", errors="replace")) is not None
    except OSError:
        return True


def _declared(loaded: Any) -> frozenset[str] | None:
    """The names under `entities` of a domain's file; None where there is no such list."""
    found = loaded.get("entities") if isinstance(loaded, Mapping) else None
    if not isinstance(found, list):
        return None
    return frozenset(str(next(iter(one), "") if hasattr(one, "keys") else one) for one in found)


def _answers(loaded: Any) -> Iterator[tuple[str, str]]:
    """The texts of responses such as `utter_faq/hours`, by what stands after `utter_`.

    Wordings in another language than the usual one are passed over.
    """
    responses = loaded.get("responses") if isinstance(loaded, Mapping) else None
    for name, variations in responses.items() if isinstance(responses, Mapping) else ():
        key = str(name).removeprefix("utter_")
        told = variations if isinstance(variations, list) else ()
        usual = (one for one in told if isinstance(one, Mapping) and not one.get("language"))
        text = next(usual, {}).get("text")
        if "/" in key and text:
            yield key, str(text)
