"""A shop's phrases in all languages of its bot, read from `phrases.yml` and checked.

The words that actions put together themselves: buttons, states, names of things. A phrase may have
plural forms, which are CLDR's. `terms` say in the other languages what the shop's own records say
in the usual one, colours and ways to pay. Which language is meant is `dialogue.retail.wording`'s.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Any

from babel import Locale, UnknownLocaleError

from nlu.errors import SourceError, SourceErrors
from nlu.project_files import CONFIG_FILES
from nlu.source import line_of, nearest, read_yaml

FILE_NAME = "phrases.yml"
COUNT = "count"  # the number by which a plural form is chosen
USUAL = "en"  # the language of a project that does not say
_NO_LOCALE = "en_GB"
_SECTIONS = ("locales", "dates", "phrases", "terms")
_DATES = ("day", "date", "moment")
_SAID = re.compile(r'\bwords(?:\(tracker\))?\.(say|button)\(\s*"(\w+)"')
_LETTERS_OF_DATES = re.compile(r"[EdMyHm]+|[^A-Za-z]+")

Forms = Mapping[str, str]  # plural category → text; `other` alone for a phrase that counts nothing


@dataclass(frozen=True)
class Phrases:
    """`texts` by language and name, `dates` by language and kind, `terms` by language and word;
    `heard` has by language all words that customers may say for one of the records."""

    usual: str
    locales: Mapping[str, Locale]
    dates: Mapping[str, Mapping[str, str]]
    texts: Mapping[str, Mapping[str, Forms]]
    terms: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    heard: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @property
    def names(self) -> Collection[str]:
        """The names of all phrases."""
        return self.texts[self.usual].keys()


def project_phrases(project: Path) -> Phrases:
    """The phrases of a shop's project folder, in the languages of its config.yml.

    A bot without the file has none, and actions of its own. Raises SourceError, or SourceErrors
    for several mistakes.
    """
    path, languages = project / FILE_NAME, project_languages(project)
    if path.exists():
        return read_phrases(path, languages)
    usual = languages[0]
    return Phrases(usual, {usual: Locale.parse(_NO_LOCALE)}, {usual: {}}, {usual: {}}, {usual: {}})


def project_languages(project: Path) -> tuple[str, ...]:
    """The languages that a project's config.yml names, the usual one first."""
    for path in (project / name for name in CONFIG_FILES):
        if path.exists():
            config = read_yaml(path)
            if isinstance(config, Mapping):
                others = config.get("additional_languages")
                found = [config.get("language") or USUAL, *(others if others else ())]
                return tuple(dict.fromkeys(map(str, found)))
    return (USUAL,)


def read_phrases(path: Path, languages: tuple[str, ...]) -> Phrases:
    """The phrases in one file. Raises SourceError(s) with the line and the name of each mistake."""
    mistakes: list[SourceError] = []
    source = read_yaml(path)
    if not isinstance(source, Mapping):
        raise SourceError("a file of phrases is a mapping", str(path), line_of(source))
    file = _File(path, source, languages, mistakes)
    for name in source:
        if name not in _SECTIONS:
            file.wrong(source, name, f"there is no such part{nearest(str(name), set(_SECTIONS))}")
    locales = file.locales()
    dates = file.dates()
    texts: dict[str, dict[str, Forms]] = {language: {} for language in languages}
    for name, language, forms in file.phrases(locales):
        texts[language][name] = forms
    terms: dict[str, dict[str, str]] = {language: {} for language in languages}
    heard: dict[str, dict[str, str]] = {language: {} for language in languages}
    for name, language, said in file.terms():
        terms[language][name.casefold()] = said[0]
        heard[language].update(dict.fromkeys((*said, *_colours_said(said)), name.casefold()))
    if mistakes:
        raise mistakes[0] if len(mistakes) == 1 else SourceErrors(mistakes)
    return Phrases(languages[0], locales, dates, texts, terms, heard)


def _colours_said(terms: Iterable[str]) -> Iterator[str]:
    """A Chinese colour as it is said shortly: 白的 for 白色, 浅蓝 for 浅蓝色."""
    for term in terms:
        if term.endswith("色") and len(term) > 1:
            yield f"{term[:-1]}的"
            if len(term) > len("白色"):
                yield term[:-1]


def phrases_in(code: Iterable[Path]) -> set[str]:
    """The names of the phrases that these modules say; those put together at run time are not."""
    found: set[str] = set()
    for path in code:
        for method, name in _SAID.findall(path.read_text(encoding="utf-8")):
            found.add(f"button_{name}" if method == "button" else name)
    return found


@dataclass(frozen=True)
class _File:
    """A file while it is read; `mistakes` grows."""

    path: Path
    source: Mapping[str, Any]
    languages: tuple[str, ...]
    mistakes: list[SourceError]

    def wrong(self, node: Any, key: Any, said: str) -> None:
        self.mistakes.append(SourceError(f"{key}: {said}", str(self.path), line_of(node, key)))

    def locales(self) -> dict[str, Locale]:
        found = {}
        for language, name in self._translated(self.source, "locales", self.languages):
            try:
                found[language] = Locale.parse(str(name))
            except (UnknownLocaleError, ValueError):
                self.wrong(self.source["locales"], language, f"there is no locale '{name}'")
        return found

    def dates(self) -> dict[str, dict[str, str]]:
        section = self._section("dates")
        found: dict[str, dict[str, str]] = {language: {} for language in self.languages}
        for kind in section:
            if kind not in _DATES:
                self.wrong(section, kind, f"there is no such date{nearest(kind, set(_DATES))}")
        for kind in _DATES:
            for language, pattern in self._translated(section, kind, self.languages):
                plain = re.sub(r"[^\x00-\x7f]", "", str(pattern))
                if _LETTERS_OF_DATES.sub("", plain):
                    self.wrong(section, kind, f"'{pattern}' is not written with E, d, M, y, H, m")
                found[language][kind] = str(pattern)
        return found

    def phrases(self, locales: Mapping[str, Locale]) -> Iterator[tuple[str, str, Forms]]:
        section = self._section("phrases")
        for name in section:
            places: set[str] | None = None
            for language, written in self._translated(section, name, self.languages):
                forms = written if isinstance(written, Mapping) else {"other": written}
                if not all(isinstance(form, str) for form in forms.values()):
                    self.wrong(section, name, f"in '{language}' something is no text: quote it")
                    continue
                if isinstance(written, Mapping) and language in locales:
                    self._check_plurals(section, name, language, forms, locales[language])
                for category, form in forms.items():
                    own = self._places(section, name, form)
                    if own is None:
                        continue
                    if len(forms) > 1 and category != "other":
                        own |= {COUNT}  # "a piece" need not say the number
                    if places is not None and own != places:
                        differ = ", ".join(f"{{{one}}}" for one in sorted(own ^ places))
                        self.wrong(section, name, f"not all languages and forms have {differ}")
                    places = own if places is None else places
                yield str(name), language, {str(key): form for key, form in forms.items()}

    def terms(self) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """The words of the records with what is said for them, the usual one first."""
        section, others = self._section("terms", optional=True), self.languages[1:]
        for name in section:
            for language, term in self._translated(section, name, others):
                said = term if isinstance(term, list) and term else [term]
                if not all(isinstance(one, str) for one in said):
                    self.wrong(section, name, f"in '{language}' it is no text: quote it")
                    continue
                yield str(name), language, tuple(said)

    def _section(self, name: str, optional: bool = False) -> Mapping[str, Any]:
        section = self.source.get(name)
        if isinstance(section, Mapping):
            return section
        if section is not None or not optional:
            self.mistakes.append(
                SourceError(f"{name}: a mapping must stand here", str(self.path), None)
            )
        return {}

    def _translated(
        self, section: Mapping[str, Any], name: str, languages: tuple[str, ...]
    ) -> Iterator[tuple[str, Any]]:
        """The languages of an entry with what they say; each is there, and no other."""
        entry = section.get(name)
        if not isinstance(entry, Mapping):
            self.wrong(section, name, f"say it in {' and '.join(languages)}")
            return
        for language in entry:
            if language not in languages:
                self.wrong(section, name, f"the bot does not speak '{language}' (config.yml)")
        for language in languages:
            if entry.get(language) is None:
                self.wrong(section, name, f"the words in '{language}' are missing")
            else:
                yield language, entry[language]

    def _places(self, section: Mapping[str, Any], name: str, form: str) -> set[str] | None:
        try:
            found = {place for _, place, _, _ in Formatter().parse(form) if place is not None}
        except ValueError as error:
            self.wrong(section, name, f"'{form}' has a brace too many or too few ({error})")
            return None
        odd = [place for place in found if not place.isidentifier()]
        if odd:
            self.wrong(section, name, f"{{{odd[0]}}} is no name of a place")
            return None
        return found

    def _check_plurals(
        self, section: Mapping[str, Any], name: str, language: str, forms: Forms, locale: Locale
    ) -> None:
        needed = {*locale.plural_form.tags, "other"}
        if set(forms) != needed:
            self.wrong(section, name, f"the plural forms of '{language}' are {sorted(needed)}")
