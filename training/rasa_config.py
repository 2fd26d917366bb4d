"""The pipeline of a Rasa project's config.yml: what stands in for each component, and what it asks.

A project without config.yml, or with `FrontdeskNLU` in its pipeline, is of our own manner: what is
out of scope is learnt, thresholds follow from costs, entities are found by their form. Any other
has Rasa's manner, and a pipeline that is empty or left out is Rasa's default one.

**The rule for thresholds.** Rasa's probabilities are a network's own, ours are calibrated: of all
answers given with 0.7, seven in ten are right. `threshold` and `ambiguity_threshold` are applied to
them as they are written. The default pipeline has 0.3 and 0.1. Where a pipeline of its own names no
FallbackClassifier, there is no `nlu_fallback`, and no threshold of ours is put in its place.

**Out of scope.** In Rasa's manner `out_of_scope` is an intent like any other: its examples teach
it, it stands in the ranking, and no message is called so by any other means.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nlu.entities.duckling import DIMENSIONS
from nlu.entities.duckling.finder import zone
from nlu.pipeline import Duckling, Pipeline
from nlu.project_files import CONFIG_FILES
from nlu.source import line_of, nearest, read_yaml
from training.components import (
    DIET,
    DUCKLING,
    EXTRACTORS,
    FALLBACK,
    HEEDED,
    OURS,
    REGEX_EXTRACTOR,
    REPLACED,
    SELECTOR,
    SYNONYMS,
)
from training.notes import Notes
from training.sureness import Sureness

_THRESHOLD, _AMBIGUITY = 0.3, 0.1  # Rasa's own
_TIME_GRAIN = "time-grain"  # the one dimension that we do not find
# Rasa 1.x had pipelines that were only named.
_TEMPLATES = (
    "supervised_embeddings",
    "pretrained_embeddings_spacy",
    "pretrained_embeddings_convert",
)


@dataclass(frozen=True)
class PatternUse:
    """How the project's patterns and words are used: as entities, as hints, or not at all."""

    regexes: bool = True
    lookups: bool = True
    case_sensitive: bool = False
    whole_words: bool = True


@dataclass(frozen=True)
class Setup:
    """What a project's config.yml asks of a training.

    `pipeline` is None in our own manner. `tags` says whether annotated entities are learnt,
    `extracts` how patterns are found as entities, `hints` how they help to tag; None: not.
    `lines` say what stands in for each component, `warnings` what is not done.
    """

    sureness: Sureness = field(default_factory=Sureness)
    pipeline: Pipeline | None = None
    tags: bool = True
    synonyms: bool = True
    extracts: PatternUse | None = PatternUse()
    hints: PatternUse | None = None
    language: str | None = None
    lines: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


_DEFAULT = Setup(
    Sureness(_THRESHOLD, _AMBIGUITY),
    Pipeline(one_selector=True),
    extracts=None,
    hints=PatternUse(),
)


def read_setup(project_dir: Path) -> Setup:
    """What `config.yml` of a project says, our own manner where there is none.

    Raises SourceError for what is of a wrong type, and for a key that FallbackClassifier does not
    have; SourceErrors for several mistakes.
    """
    file = next(
        (project_dir / name for name in CONFIG_FILES if (project_dir / name).is_file()), None
    )
    if file is None:
        return Setup()
    loaded = read_yaml(file)
    notes = Notes()
    reader = _Reader(str(file), notes)
    if not isinstance(loaded, Mapping):
        notes.problem("the configuration must be a mapping", str(file), line_of(loaded))
    setup = reader.setup(loaded if isinstance(loaded, Mapping) else {})
    notes.settle()
    around = f"{project_dir}/"
    return replace(setup, warnings=tuple(one.removeprefix(around) for one in notes.warnings))


@dataclass
class _Reader:
    file: str
    notes: Notes
    lines: list[str] = field(default_factory=list)

    @property
    def _name(self) -> str:
        return Path(self.file).name

    def setup(self, config: Mapping[str, Any]) -> Setup:
        language = None if config.get("language") is None else str(config["language"])
        recipe = config.get("recipe")
        if recipe not in (None, "default.v1"):
            told = f"the recipe '{recipe}' is not read; there is default.v1"
            self.notes.warn(told, self.file, line_of(config, "recipe"))
        listed = config.get("pipeline")
        if not listed:
            self._say("the pipeline is left out, so it is Rasa's default one", config, "pipeline")
            return replace(_DEFAULT, language=language, lines=tuple(self.lines))
        if isinstance(listed, str):
            listed = self._template(listed, config)
        if not isinstance(listed, list):
            told = "'pipeline' must be a list of components"
            self.notes.problem(told, self.file, line_of(config, "pipeline"))
            return Setup()
        return replace(self._pipeline(listed, language), language=language, lines=tuple(self.lines))

    def _template(self, name: str, config: Mapping[str, Any]) -> list[Any]:
        line = line_of(config, "pipeline")
        if name not in _TEMPLATES:
            hint = nearest(name, _TEMPLATES)
            self.notes.problem(f"there is no pipeline '{name}'{hint}", self.file, line)
        self._say(f"the pipeline {name} of Rasa 1.x is replaced by the fine-tuned encoder", config)
        return [{"name": DIET}, {"name": "RegexFeaturizer"}, {"name": SYNONYMS}]

    def _pipeline(self, listed: Sequence[Any], language: str | None) -> Setup:
        """What the components ask, each in its turn."""
        setup = Setup(Sureness(None), Pipeline(), False, False, None, None)
        ours, selectors = False, list[str | None]()
        duckling: Duckling | None = None
        for index, entry in enumerate(listed):
            options = entry if isinstance(entry, Mapping) else {"name": entry}
            name, line = options.get("name"), line_of(listed, index)
            if not isinstance(name, str) or not name.strip():
                self.notes.problem("a component needs a 'name'", self.file, line)
                continue
            if name.startswith("rasa."):
                name = name.rpartition(".")[2]  # Rasa's own, by its whole path
            ours |= name == OURS
            if not self._told(name, options, line):
                continue
            if name == FALLBACK:
                setup = replace(setup, sureness=self._sureness(options, line))
            elif name == SELECTOR:
                selectors.append(self._text(options, "retrieval_intent"))
            elif name in DUCKLING:
                duckling = self._duckling(options, language)
            elif name == REGEX_EXTRACTOR:
                setup = replace(setup, extracts=self._use(options))
            elif name == "RegexFeaturizer":
                setup = replace(setup, hints=self._use(options))
            elif name == SYNONYMS:
                setup = replace(setup, synonyms=True)
            elif name in EXTRACTORS or (
                name == DIET and self._flag(options, "entity_recognition", True)
            ):
                setup = replace(setup, tags=True)
        if ours:
            sureness = setup.sureness if setup.sureness.threshold is not None else Sureness()
            return Setup(sureness)
        return replace(setup, pipeline=Pipeline(None in selectors, duckling))

    def _told(self, name: str, options: Mapping[str, Any], line: int | None) -> bool:
        """Say what stands in for a component; False where nothing of it is known."""
        if name == OURS:
            return True
        if name not in REPLACED:
            if "." in name:
                told = f"the project's own component {name} is not run"
            else:
                told = f"unknown component '{name}' is not run{nearest(name, (*REPLACED, OURS))}"
            self.notes.warn(told, self.file, line)
            return False
        heeded = HEEDED.get(name, ())
        others = [str(key) for key in options if key != "name" and key not in heeded]
        if name == FALLBACK:
            for key in others:
                told = f"{FALLBACK} has no '{key}'{nearest(key, heeded)}"
                self.notes.problem(told, self.file, line_of(options, key))
            return True
        said = f"{name} is replaced by {REPLACED[name]}"
        if others:
            verb = "is" if len(others) == 1 else "are"
            said += f"; {', '.join(others)} {verb} ours to choose"
        self.lines.append(f"{self._name}:{line}: {said}")
        return True

    def _sureness(self, options: Mapping[str, Any], line: int | None) -> Sureness:
        found = Sureness(
            self._share(options, "threshold", _THRESHOLD),
            self._share(options, "ambiguity_threshold", _AMBIGUITY),
        )
        self.lines.append(
            f"{self._name}:{line}: {FALLBACK} is our own; its thresholds {found.threshold} and "
            f"{found.ambiguity} hold as written, for calibrated probabilities"
        )
        return found

    def _duckling(self, options: Mapping[str, Any], language: str | None) -> Duckling:
        dimensions = options.get("dimensions")
        line = line_of(options, "dimensions")
        if dimensions is not None and not isinstance(dimensions, list):
            self.notes.problem("'dimensions' must be a list", self.file, line)
            dimensions = None
        wanted = [str(one) for one in dimensions or ()]
        for name in wanted:
            if name == _TIME_GRAIN:
                self.notes.warn(f"the dimension '{name}' is not found here", self.file, line)
            elif name not in DIMENSIONS:
                hint = nearest(name, DIMENSIONS)
                self.notes.warn(f"unknown dimension '{name}'{hint}", self.file, line)
        locale = self._text(options, "locale")
        timezone = self._text(options, "timezone")
        if timezone is not None:
            try:
                zone(timezone)
            except ValueError as error:
                self.notes.problem(str(error), self.file, line_of(options, "timezone"))
                timezone = None
        usual = "en" if language is None else language
        # As Rasa makes one of a language: en_EN, which Duckling takes for American.
        return Duckling(tuple(wanted) or None, locale or f"{usual}_{usual.upper()}", timezone)

    def _use(self, options: Mapping[str, Any]) -> PatternUse:
        return PatternUse(
            self._flag(options, "use_regexes", True),
            self._flag(options, "use_lookup_tables", True),
            self._flag(options, "case_sensitive", False),
            self._flag(options, "use_word_boundaries", True),
        )

    def _share(self, options: Mapping[str, Any], key: str, default: float) -> float:
        value = options.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
            told = f"'{key}' must be a number from 0 to 1"
            self.notes.problem(told, self.file, line_of(options, key))
            return default
        return float(value)

    def _flag(self, options: Mapping[str, Any], key: str, default: bool) -> bool:
        value = options.get(key, default)
        if not isinstance(value, bool):
            told = f"'{key}' must be true or false"
            self.notes.problem(told, self.file, line_of(options, key))
            return default
        return value

    def _text(self, options: Mapping[str, Any], key: str) -> str | None:
        value = options.get(key)
        if value is not None and not isinstance(value, str):
            self.notes.problem(f"'{key}' must be a name", self.file, line_of(options, key))
            return None
        return None if value is None else str(value)

    def _say(self, words: str, config: Mapping[str, Any], key: str = "pipeline") -> None:
        line = line_of(config, key)
        place = self._name if line is None else f"{self._name}:{line}"
        self.lines.append(f"{place}: {words}")
