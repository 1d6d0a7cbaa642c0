"""JSON documents to frozen dataclasses and back, by their annotations; a bad shape is named by its path."""

import dataclasses
import functools
import types
from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints

T = TypeVar("T")


@dataclasses.dataclass(frozen=True, slots=True)
class Bounds:
    """Least and greatest value of a number, or length of a text; put in ``Annotated``."""

    least: int
    most: int


def read(shape: type[T], document: object, path: str = "") -> T:
    """Return the document as ``shape``, a dataclass; fields left out take their default.

    Raises ValueError, whose text begins with the path of what is wrong (``kinds.visitor.mask: …``).
    """
    return cast("T", _read(shape, document, path))


def write(value: object) -> Any:
    """Return a dataclass, however nested, as what ``json.dumps`` takes; ``read`` takes it back."""
    if dataclasses.is_dataclass(value):
        return {field.name: write(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): write(item) for key, item in cast("Mapping[object, object]", value).items()}
    if isinstance(value, tuple | list | frozenset):
        return [write(item) for item in cast("tuple[object, ...]", value)]
    if isinstance(value, time):
        return value.strftime("%H:%M")
    return value.isoformat() if isinstance(value, date) else value


def _read(shape: Any, value: object, path: str) -> object:  # noqa: PLR0911  (one line per kind of shape)
    origin = get_origin(shape)
    if origin is Annotated:
        return _read_bounded(shape, value, path)
    if origin is Literal:
        return _read_choice(get_args(shape), value, path)
    if origin in (Union, types.UnionType):
        return _read_union(get_args(shape), value, path)
    if origin is tuple:
        return tuple(_read(get_args(shape)[0], item, f"{path}[{n}]") for n, item in enumerate(_list(value, path)))
    if origin is Mapping:
        return _read_mapping(get_args(shape), value, path)
    if dataclasses.is_dataclass(shape):
        return _read_fields(shape, value, path)
    return _read_plain(shape, value, path)


def _read_bounded(shape: Any, value: object, path: str) -> object:
    inner, *notes = get_args(shape)
    found = _read(inner, value, path)
    size = found if isinstance(found, int) else len(cast("str", found))
    for bounds in notes:
        if isinstance(bounds, Bounds) and not bounds.least <= size <= bounds.most:
            raise _wrong(path, f"must be from {bounds.least} to {bounds.most}")
    return found


def _read_choice(choices: tuple[object, ...], value: object, path: str) -> object:
    if not any(value == choice and type(value) is type(choice) for choice in choices):
        raise _wrong(path, "must be one of " + ", ".join(str(choice) for choice in choices))
    return value


def _read_union(shapes: tuple[Any, ...], value: object, path: str) -> object:
    if value is None and types.NoneType in shapes:
        return None
    rest = [shape for shape in shapes if shape is not types.NoneType]
    for shape in rest[:-1]:
        try:
            return _read(shape, value, path)
        except ValueError:
            continue
    return _read(rest[-1], value, path)


def _read_mapping(shapes: tuple[Any, ...], value: object, path: str) -> object:
    if not isinstance(value, Mapping):
        raise _wrong(path, "must be an object")
    key_shape, item_shape = shapes
    items = cast("Mapping[object, object]", value).items()
    return {_read(key_shape, key, f"{path}.{key}"): _read(item_shape, item, f"{path}.{key}") for key, item in items}


def _read_fields(shape: Any, value: object, path: str) -> object:
    if not isinstance(value, Mapping):
        raise _wrong(path, "must be an object")
    given = cast("Mapping[str, object]", value)
    hints, needed = _fields(shape)
    for name in given:
        if name not in hints:
            raise _wrong(_join(path, str(name)), "is not known")
    for name in needed:
        if name not in given:
            raise _wrong(_join(path, name), "is missing")
    return shape(**{name: _read(hints[name], item, _join(path, name)) for name, item in given.items()})


@functools.cache
def _fields(shape: Any) -> tuple[dict[str, Any], tuple[str, ...]]:
    fields = dataclasses.fields(shape)
    bare = dataclasses.MISSING
    needed = tuple(f.name for f in fields if f.default is bare and f.default_factory is bare)
    return get_type_hints(shape, include_extras=True), needed


def _read_plain(shape: Any, value: object, path: str) -> object:
    if shape in (date, time) and isinstance(value, str):
        try:
            return shape.fromisoformat(value)
        except ValueError:
            raise _wrong(path, f"must be a {shape.__name__}, as in ISO 8601") from None
    # A bool is an int to Python, and never one to whoever writes a policy.
    if type(value) is not shape:
        raise _wrong(path, f"must be {shape.__name__}")
    return value


def _list(value: object, path: str) -> list[object]:
    if not isinstance(value, list | tuple):
        raise _wrong(path, "must be a list")
    return list(cast("list[object]", value))


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _wrong(path: str, what: str) -> ValueError:
    return ValueError(f"{path or 'document'}: {what}")
