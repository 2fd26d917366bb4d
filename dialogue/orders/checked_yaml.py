"""A YAML file read into a pydantic model; each mistake is told with its file, line and field."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from nlu.errors import SourceError, SourceErrors
from nlu.source import line_of, nearest, read_yaml


class Part(BaseModel):
    """A part of such a file: nothing unknown in it, and nothing changes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Model = TypeVar("Model", bound=BaseModel)


def read_checked(path: Path, model: type[Model]) -> Model:
    """The content of one file. Raises SourceError, or SourceErrors for several mistakes."""
    source = read_yaml(path)
    try:
        return model.model_validate(source)
    except ValidationError as error:
        mistakes = [_mistake(path, model, source, each) for each in error.errors()]
        raise mistakes[0] if len(mistakes) == 1 else SourceErrors(mistakes) from error


def _mistake(path: Path, model: type[BaseModel], source: Any, error: Any) -> SourceError:
    """One of pydantic's errors, at the line where its field stands, or should stand."""
    place: list[str] = []
    node, line = source, line_of(source)
    for key in error["loc"]:
        inside = key in node if isinstance(node, dict) else isinstance(node, list)
        if not inside or (isinstance(node, list) and not isinstance(key, int)):
            break
        line = line_of(node, key) or line
        node = node[key]
        place.append(str(key))
    if error["type"] == "missing":
        place.append(str(error["loc"][-1]))
    field = ".".join(place)
    if error["type"] == "extra_forbidden":
        said = f"there is no such field{nearest(place[-1], set(_fields(model)))}"
    else:
        said = error["msg"].removeprefix("Value error, ")
    return SourceError(f"{field}: {said}" if field else said, str(path), line)


def _fields(part: type[BaseModel]) -> Iterator[str]:
    """The names of all fields, also of the parts."""
    for name, field in part.model_fields.items():
        yield name
        for kind in (field.annotation, *getattr(field.annotation, "__args__", ())):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from _fields(kind)
