"""From a page's source and its content to a PDF.

The content reaches the source as data, never as part of it, so that no name or reason can be taken
for markup. Only the fonts that come with us are used: the same sheet on every machine.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from typing import Any

import pylopdf_fonts_zh_cn
import typst

from eldercampus.paper.signs import printable


def typeset(source: str, content: Mapping[str, Any], *, now: datetime) -> bytes:
    """The PDF of eldercampus/paper/<source>.typ, which reads `content` as JSON; some 5 ms a page.

    now: the date that the file bears. A sign that no font of ours has is printed as 〓.
    """
    return typst.compile(
        _source(source),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"content": json.dumps(printable(content), ensure_ascii=False)},
        pdf_standards=["ua-1"],  # PDF/UA: tags, language, title, words for pictures
        timestamp=int(now.timestamp()),
    )


@cache
def _source(name: str) -> bytes:
    return files("eldercampus.paper").joinpath(f"{name}.typ").read_bytes()


@cache
def _fonts() -> typst.Fonts:
    paths = [pylopdf_fonts_zh_cn.sans_path(), pylopdf_fonts_zh_cn.serif_path()]
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=sorted({str(path.parent) for path in paths}),
    )
