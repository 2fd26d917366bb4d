"""The whole way of a model, for whoever asks: the command line, a background job, the first start.

train: read → check → fine-tune → calibrate → index → judge on the frozen test set → write.
train_task: the same from one file of labelled texts, whatever the labels mean.
retrain: the same with the agents' labels, then the gate and a report.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import logging
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import nlu
import training
from nlu import bundle as files
from nlu.bundle import Bundle, Manifest, open_bundle, write_bundle
from nlu.engine import Engine
from nlu.entities.finder import KNOWN
from nlu.errors import SourceError
from nlu.labels import intent_of
from nlu.runtime import Runtime
from nlu.source import nearest, yaml_files
from nlu.types import OUT_OF_SCOPE_INTENT
from training.data import TEST_FOLDER, Example, TrainingData, normalised
from training.errors import UnknownIntent
from training.evaluate import Evaluation
from training.evaluate import evaluate as evaluate_on
from training.evaluation_report import write_evaluation, wrong_answers
from training.feelings import Feelings, feelings_test_set, judged, read_feelings
from training.formats import read_examples
from training.gate import Judged, judge
from training.labels import Gathered, gather
from training.making import make_model
from training.notes import Notes
from training.plan import Plan
from training.progress import Progress, part, tell
from training.rasa_config import Setup, read_setup
from training.reading import read_training_data
from training.registry import Registry
from training.report import Report, write_report
from training.splits import stratified

_log = logging.getLogger(__name__)

NEAREST_SHOWN = 3
Say = Callable[[str], object]
UNFINISHED = ".unfinished"  # folder with what killed trainings need to go on


@dataclass(frozen=True)
class Trained:
    """A new model and its figures: those of the training and those on the frozen test set."""

    version: str
    metrics: dict[str, Any]


@dataclass(frozen=True)
class Retrained:
    """A judged candidate. `report` is the page; the JSON stands beside it."""

    version: str
    passed: bool
    reasons: tuple[str, ...]
    report: Path
    metrics: dict[str, Any]


class _Material(NamedTuple):
    """What models are made from and judged by; `marked` are examples that teach entities alone."""

    data: TrainingData
    setup: Setup
    gathered: Gathered
    frozen: tuple[Example, ...]
    judging: Feelings = MappingProxyType({})  # the feelings
    marked: tuple[Example, ...] = ()


def train(
    project_dir: Path,
    models_dir: Path,
    plan: Plan | None = None,
    *,
    products: Mapping[str, str] | None = None,
    extra_examples: Iterable[Example] = (),
    unlabelled: Sequence[str] = (),
    progress: Progress | None = None,
    say: Say = _log.info,
) -> Trained:
    """Train a model from a project's examples and write it to `models_dir`; nothing is promoted.

    `products` maps the names of the shop's goods to article numbers, which messages are searched
    for. `unlabelled` are sentences of customers that nobody has labelled, to learn from too. Before
    it begins, `say` is told what stands in for the components of a Rasa project, and warnings.
    Raises SourceError for a mistake in the files, and TrainingError when they cannot be learnt
    from.
    """
    material = _read(project_dir, extra_examples, products or {}, say)
    manifest, _, _ = _train(
        material, models_dir, plan or Plan(), None, progress, unlabelled=unlabelled
    )
    return Trained(manifest.version, manifest.metrics)


def train_task(
    file: Path,
    models_dir: Path,
    plan: Plan | None = None,
    *,
    test: Path | None = None,
    start: Path | None = None,
    replay: float = 0.0,
    unlabelled: Sequence[str] = (),
    progress: Progress | None = None,
) -> Trained:
    """Train a model from a file of labelled texts, judge it on the file `test`, and promote it.

    With `start`, the folder of an earlier model, its weights are trained on, and the share
    `replay` of what it learnt from is learnt again, so that the old is not forgotten. Raises as
    `train` does, and ModelRefused when `start` is not sound.
    """
    earlier = None if start is None else open_bundle(start)
    examples = read_examples(file)
    if earlier is not None:
        examples = (*examples, *replayed(earlier, replay, (plan or Plan()).seed))
    frozen = () if test is None else read_examples(test)
    gathered = gather(examples, (), frozen, strict=False)
    material = _Material(TrainingData(examples), Setup(), gathered, frozen)
    _log_notes(material)
    manifest, _, _ = _train(
        material, models_dir, plan or Plan(), earlier, progress, unlabelled=unlabelled
    )
    Registry(models_dir).promote(manifest.version)
    return Trained(manifest.version, manifest.metrics)


def replayed(earlier: Bundle, share: float, seed: int) -> tuple[Example, ...]:
    """The share of what an earlier model learnt from that is to be learnt again (replay)."""
    known = [
        Example(text, intent_of(label), source=source, response_key=label if "/" in label else None)
        for text, label, source in earlier.json(files.EXAMPLES)
    ]
    return stratified(known, share, seed).held_out if share < 1 else tuple(known)


def retrain(
    project_dir: Path,
    models_dir: Path,
    plan: Plan | None = None,
    *,
    products: Mapping[str, str] | None = None,
    label_examples: Iterable[Example] = (),
    afresh: bool = False,
    progress: Progress | None = None,
) -> Retrained:
    """Train a candidate with the agents' labels and judge it against the serving model.

    The candidate goes on from the serving model unless `afresh` makes it begin at the encoder.
    Nothing is promoted. Raises SourceError and TrainingError as `train` does, and ModelRefused
    when the serving model is not sound.
    """
    plan = plan or Plan()
    material = _read(project_dir, label_examples, products or {})
    registry = Registry(models_dir)
    serving = registry.serving()
    bundle = None if serving is None else open_bundle(registry.path(serving))
    start = None if afresh else bundle
    manifest, engine, evaluation = _train(
        material, models_dir, plan, start, part(progress, 0.0, 0.9)
    )
    tell(progress, 0.92, "judging it against the serving model")
    regression = material.gathered.regression
    candidate = Judged(evaluation, evaluate_on(engine.parse_batch, regression))
    before = None
    if bundle is not None:
        old = Engine(bundle, plan.machine.runtime)
        before = Judged(
            evaluate_on(old.parse_batch, material.frozen), evaluate_on(old.parse_batch, regression)
        )
    verdict = judge(candidate, before)
    tell(progress, 0.97, "writing the report")
    page = registry.report_path(manifest.version)
    notes = material.gathered.notes
    write_report(Report(manifest.version, serving, verdict, candidate, before, notes), page)
    tell(progress, 1.0, "done")
    return Retrained(manifest.version, verdict.passed, verdict.reasons, page, manifest.metrics)


def evaluate(
    model: Path,
    examples: Sequence[Example],
    *,
    report: Path | None = None,
    runtime: Runtime | None = None,
) -> Evaluation:
    """Judge the model in a folder on examples it never saw, and write a report folder.

    Raises ModelRefused, UnknownIntent when an example has an intent that the model does not
    know, and TrainingError when the report cannot be written.
    """
    bundle = open_bundle(model)
    known = {intent_of(label) for label in bundle.json(files.LABELS)} | {OUT_OF_SCOPE_INTENT}
    for example in examples:
        if example.intent not in known:
            hint = nearest(example.intent, sorted(known))
            raise UnknownIntent(
                f"{example.source}: the model knows no intent '{example.intent}'{hint}"
            )
    engine = Engine(bundle, runtime)
    evaluation = evaluate_on(engine.parse_batch, examples)
    if report is not None:
        texts = [answer.text for answer in wrong_answers(evaluation)]
        found = engine.nearest_examples(texts, NEAREST_SHOWN)
        judged_on = examples[0].source.rpartition(":")[0] if examples else ""
        write_evaluation(evaluation, found, engine.version, judged_on, report)
    return evaluation


def frozen_test_set(project_dir: Path) -> tuple[Example, ...]:
    """The examples that judge models and never teach one; none without a test folder.

    They stand in the files right in that folder; those of its subfolders judge parts of a model.
    """
    folder = project_dir / TEST_FOLDER
    right_in_it = (path for path in yaml_files(folder) if path.parent == folder)
    return tuple(one for path in right_in_it for one in read_training_data(path).examples)


def _read(
    project_dir: Path,
    labels: Iterable[Example],
    products: Mapping[str, str],
    say: Say = _log.info,
) -> _Material:
    setup, data = _read_project(project_dir)
    # A model tells where its examples stand, and not where on this machine the project does.
    around = f"{project_dir.parent}/"
    ours = setup.pipeline is None
    examples = tuple(
        replace(one, source=one.source.removeprefix(around), ordinary=not ours)
        for one in data.examples
    )
    feelings = read_feelings(project_dir)
    for line in setup.lines:
        say(line)
    for warning in (*setup.warnings, *data.warnings):
        say(f"warning: {warning.removeprefix(f'{project_dir}/')}")
    data = replace(data, examples=examples, feelings=feelings)
    if ours:
        data = replace(data, products=products)
    else:
        asks = any(one.response_key for one in examples)
        data = replace(data, retrieves=asks, synonyms=data.synonyms if setup.synonyms else {})
    frozen = frozen_test_set(project_dir)
    if not ours:
        frozen = tuple(replace(one, ordinary=True) for one in frozen)
        labels = [replace(one, ordinary=True) for one in labels]
    learnt = [one for one in data.examples if not one.entities_only]
    gathered = gather(learnt, labels, frozen, strict=ours)
    unseen = {normalised(one.text) for one in frozen}
    marked = tuple(
        one for one in data.examples if one.entities_only and normalised(one.text) not in unseen
    )
    material = _Material(
        data,
        setup,
        gathered,
        frozen,
        judging=feelings_test_set(project_dir),
        marked=marked,
    )
    _log_notes(material)
    return material


def _read_project(project_dir: Path) -> tuple[Setup, TrainingData]:
    """The configuration and the data; no mistake of one hides those of the other."""
    if not project_dir.is_dir():
        raise SourceError("there is no such folder", str(project_dir))
    notes, setup = Notes(), Setup()
    try:
        setup = read_setup(project_dir)
    except SourceError as error:
        notes.problems.append(error)
    by_form = KNOWN if setup.pipeline is None else frozenset[str]()
    try:
        data = read_training_data(project_dir, by_form)
    except SourceError as error:
        notes.problems.append(error)
    notes.settle()
    return setup, data


def _log_notes(material: _Material) -> None:
    for note in material.gathered.notes:
        _log.warning("%s", note)


def _train(
    material: _Material,
    models_dir: Path,
    plan: Plan,
    start: Bundle | None,
    progress: Progress | None,
    *,
    unlabelled: Sequence[str] = (),
) -> tuple[Manifest, Engine, Evaluation]:
    """Make a model, judge it on the test set, and write it with its figures."""
    tell(progress, 0.0, "reading the examples")
    examples, labels = material.gathered.examples, material.gathered.labels
    data_version = TrainingData((*examples, *labels, *material.marked)).version
    unfinished = models_dir / UNFINISHED / f"{data_version[:16]}-{plan.seed}"
    machine = replace(plan.machine, checkpoints=unfinished)
    made = make_model(
        examples,
        labels,
        material.data,
        replace(plan, machine=machine),
        material.setup,
        marked=material.marked,
        unlabelled=unlabelled,
        start=start,
        progress=part(progress, 0.05, 0.9),
    )
    tell(progress, 0.92, "judging it on the test set")
    runtime = plan.machine.runtime
    draft = Manifest("draft", "", "", "", made.encoder, {}, {})
    engine = Engine(Bundle(models_dir, draft, made.contents), runtime)
    evaluation = evaluate_on(engine.parse_batch, material.frozen)
    metrics = {**made.metrics, **evaluation.figures()}
    if material.setup.lines:
        metrics["pipeline"] = [*material.setup.lines, *material.setup.warnings]
    if engine.feelings:
        metrics["feelings"] = _feelings_judged(engine, material.judging)
    if start is not None and material.frozen:
        before = evaluate_on(Engine(start, runtime).parse_batch, material.frozen)
        metrics["accuracy_before"] = before.accuracy
    manifest = write_bundle(
        models_dir,
        made.contents,
        created_at=datetime.now(UTC),
        data_version=data_version,
        code_version=code_version(),
        encoder=made.encoder,
        metrics=metrics,
    )
    shutil.rmtree(unfinished, ignore_errors=True)
    tell(progress, 1.0, f"{manifest.version} is ready")
    return manifest, engine, evaluation


def _feelings_judged(engine: Engine, judging: Feelings) -> dict[str, dict[str, float]]:
    """The figures of each feeling that the model reads and there are texts to judge it by."""
    figures = {}
    for name in engine.feelings.keys() & judging.keys():
        meanings = engine.parse_batch([example.text for example in judging[name]])
        figures[name] = judged([getattr(one, name) for one in meanings], judging[name])
    return figures


def code_version() -> str:
    """The release, and a hash of the source that makes and runs models."""
    digest = hashlib.sha256()
    for package in (nlu, training):
        for path in sorted(Path(package.__path__[0]).rglob("*.py")):
            digest.update(path.read_bytes())
    return f"{importlib.metadata.version('frontdesk')}+{digest.hexdigest()[:8]}"
