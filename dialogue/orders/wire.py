"""Views and errors as JSON, and back: what an API answers, and what is kept of a done command.

The shapes are those of the dataclasses in `dialogue.orders.views`, field by field: days as
``2026-03-16``, moments as ``2026-03-16T12:00:00Z`` (never without a zone), money in cents.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar, get_type_hints

from pydantic import BaseModel, TypeAdapter, ValidationError, create_model

from dialogue.orders import errors
from dialogue.orders.errors import InvalidAddress, OrderError

View = TypeVar("View")


class NotReadable(ValueError):
    """JSON that is not what it should be; the text names the first field that is wrong."""


def to_json(view: object) -> str:
    """A view as JSON."""
    kind: Any = type(view)
    return _adapter(kind).dump_json(view).decode()


def from_json(kind: type[View], text: str | bytes) -> View:
    """A view of this kind; fields that we do not know are left out. Raises NotReadable."""
    known: Any = kind
    try:
        view: View = _adapter(known).validate_json(text, strict=True)
    except ValidationError as error:
        raise NotReadable(_first_fault(error)) from error
    _check_zones(view)
    return view


def error_to_json(error: OrderError) -> dict[str, Any]:
    """``{"code": "order_already_shipped", "number": "1042", "status": "shipped"}``."""
    code = _code(type(error))
    facts = {name: getattr(error, name) for name in _ERRORS[code][1].model_fields}
    return {"code": code, **_ERRORS[code][1](**facts).model_dump(mode="json")}


def error_from_json(data: Mapping[str, Any]) -> OrderError:
    """The error of this code with its facts. Raises NotReadable."""
    code = data.get("code")
    if not isinstance(code, str) or code not in _ERRORS:
        raise NotReadable(f"unknown error code {code!r:.80}")
    kind, facts = _ERRORS[code]
    try:
        read = facts.model_validate(
            {name: data[name] for name in facts.model_fields if name in data}
        )
    except ValidationError as error:
        raise NotReadable(f"error {code}: {_first_fault(error)}") from error
    return kind(**{name: getattr(read, name) for name in facts.model_fields})


def _code(kind: type[OrderError]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()


def _facts_of(kind: type[OrderError]) -> type[BaseModel]:
    """What an error is made of, by name."""
    types = get_type_hints(kind.__init__)
    parameters = list(inspect.signature(kind.__init__).parameters.values())[1:]
    told: dict[str, Any] = {
        each.name: (types[each.name], ... if each.default is each.empty else each.default)
        for each in parameters
    }
    return create_model(kind.__name__, **told)


_ERRORS = {
    _code(kind): (kind, _facts_of(kind))
    for kind in vars(errors).values()
    if isinstance(kind, type)
    and issubclass(kind, OrderError)
    and kind is not OrderError
    and not issubclass(kind, InvalidAddress)  # an address is read on our side
}
CODES = tuple(_ERRORS)


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _first_fault(error: ValidationError) -> str:
    """Where and what, without the value, which may be personal."""
    first = error.errors(include_input=False, include_url=False)[0]
    place = ".".join(map(str, first["loc"]))
    return f"{place}: {first['msg']}" if place else str(first["msg"])


def _check_zones(value: object, place: str = "") -> None:
    """Raise NotReadable for a moment without a zone, which cannot be compared with ours."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise NotReadable(f"{place.lstrip('.')}: a moment needs a zone")
    elif isinstance(value, tuple | list):
        for index, part in enumerate(value):
            _check_zones(part, f"{place}.{index}")
    elif is_dataclass(value):
        for field in fields(value):
            _check_zones(getattr(value, field.name), f"{place}.{field.name}")
