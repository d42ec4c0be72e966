"""Which signs can be printed: those that every font of ours has a shape for.

A name is a person's, whatever stands in it: a sign without a shape is printed as 〓, as printers
have always done where a type was missing, and the sheet asks to write it in by hand.
"""

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pylopdf_fonts_zh_cn

MISSING = "〓"
_UNSEEN = {"Cf", "Cc", "Zl", "Zp"}  # marks of direction, joiners, ends of lines
_SELECTORS = (range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
_FULL = 12  # the kind of table that names all signs, also those beyond the first 65 536


def printable(content: Any) -> Any:
    """The same content, of texts, lists, tuples and dicts, with each text as it can be printed."""
    if isinstance(content, str):
        plain = content.isascii() and content.isprintable()
        return content if plain else "".join(map(_printed, content))
    if isinstance(content, dict):
        return {name: printable(value) for name, value in content.items()}
    if isinstance(content, list | tuple):
        return [printable(value) for value in content]
    return content


def lacks_signs(content: Any) -> bool:
    """Whether something of this printable content has to be written in by hand."""
    if isinstance(content, dict):
        return any(map(lacks_signs, content.values()))
    if isinstance(content, list | tuple):
        return any(map(lacks_signs, content))
    return isinstance(content, str) and MISSING in content


def _printed(sign: str) -> str:
    unseen = unicodedata.category(sign) in _UNSEEN or any(ord(sign) in some for some in _SELECTORS)
    if ord(sign) in _covered() and not unseen:
        return sign
    if sign.isspace():
        return " "
    return "" if unseen else MISSING


@cache
def _covered() -> frozenset[int]:
    paths = (pylopdf_fonts_zh_cn.sans_path(), pylopdf_fonts_zh_cn.serif_path())
    first, *others = (frozenset(_signs_of(path)) for path in paths)
    return first.intersection(*others)


def _signs_of(font: Path) -> Iterator[int]:
    """The signs that a font's table `cmap` gives a shape (OpenType 1.9, cmap format 12): groups of
    first sign, last sign, number of the first shape, each a whole number of 32 bits."""
    data = font.read_bytes()
    (tables,) = struct.unpack_from(">H", data, 4)
    places = dict(struct.unpack_from(">4s4xL", data, 12 + 16 * i) for i in range(tables))
    cmap = places[b"cmap"]
    (kinds,) = struct.unpack_from(">H", data, cmap + 2)
    for i in range(kinds):
        (offset,) = struct.unpack_from(">L", data, cmap + 8 + 8 * i)
        if struct.unpack_from(">H", data, cmap + offset) == (_FULL,):
            (groups,) = struct.unpack_from(">L", data, cmap + offset + 12)
            for group in range(groups):
                start, end, shape = struct.unpack_from(
                    ">LLL", data, cmap + offset + 16 + 12 * group
                )
                yield from range(start if shape else start + 1, end + 1)
            return
    raise ValueError(f"{font.name} has no full table of its signs")
