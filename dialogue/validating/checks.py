"""All checks of a project in one reading."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from dialogue.domain import Place
from dialogue.expecting import read_expectations
from dialogue.mistakes import Mistakes
from dialogue.policy_reader import read_policies
from dialogue.project import read_bot, read_files
from dialogue.validating.action_code import code_files, read_code
from dialogue.validating.bot import CheckedBot, Taught
from dialogue.validating.contradictions import check_contradictions, check_turns
from dialogue.validating.findings import Finding, Findings
from dialogue.validating.forms_and_slots import check_forms, check_slots
from dialogue.validating.names import check_names
from dialogue.wishes import read_wishes
from nlu.errors import SourceError


def check_bot(folder: Path, taught: Taught, more_code: Sequence[Path] = ()) -> Findings:
    """Everything that is wrong or doubtful in a project's dialogue.

    `more_code` are Python files with actions besides the project's own. Raises SourceError when
    there is no such folder.
    """
    findings = Findings()
    mistakes = Mistakes(keeping=True)
    files, others = read_files(folder, mistakes)
    findings.warnings += [Finding("files", warning) for warning in others]
    domain, conversations = read_bot(files, mistakes)
    max_history = None
    with mistakes.part():
        settings, warnings = read_policies(files, domain)
        max_history = settings.memory.max_history if settings.memory else None
        findings.warnings += [Finding("policy", warning) for warning in warnings]
    with mistakes.part():
        read_wishes(files, domain)
    with mistakes.part():
        read_expectations(files, domain)
    findings.errors += [_finding(error) for error in mistakes.errors]
    findings.warnings += [_finding(warning) for warning in mistakes.warnings]
    bot = CheckedBot(
        files=tuple(files),
        domain=domain,
        rules=tuple(conversations.rules),
        stories=tuple(conversations.stories),
        taught=taught,
        code=read_code([*code_files(folder), *more_code]),
    )
    check_names(bot, findings)
    check_forms(bot, findings)
    check_slots(bot, findings)
    check_turns(bot, findings)
    try:
        check_contradictions(bot, findings, max_history)
    except SourceError as error:  # too many conversations to look at
        findings.errors.append(_finding(error))
    return findings


def _finding(error: SourceError) -> Finding:
    place = Place(error.file, error.line)
    return Finding("mistake", str(error).removeprefix(_begin(place)), place)


def _begin(place: Place) -> str:
    return f"{place.file}: " if place.line is None else f"{place.file}:{place.line}: "
