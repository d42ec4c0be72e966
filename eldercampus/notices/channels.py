"""Where messages go. A channel takes one message and gives back the name it has there.

Until a gateway is set up every channel writes to a file a day: staff can print letters and ring
people from them, and a demonstration sends nothing to anybody.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

_SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Message:
    """What leaves: number is the notice's id, the same at each try."""

    number: int
    address: str
    text: str


class Channel(Protocol):
    """Sends one message. Raises OSError where it may be tried again."""

    def send(self, message: Message, now: datetime) -> str:
        """The message's name at the other side."""


@dataclass(frozen=True)
class FileChannel:
    """Appends to FOLDER/2027-03-01-sms.txt, one block a message."""

    folder: Path
    name: str

    def send(self, message: Message, now: datetime) -> str:
        self.folder.mkdir(parents=True, exist_ok=True)
        day = now.astimezone(_SHANGHAI)
        path = self.folder / f"{day:%Y-%m-%d}-{self.name}.txt"
        block = f"[{message.number}] {day:%H:%M} → {message.address}\n{message.text}\n\n"
        with path.open("a", encoding="utf-8") as file:
            file.write(block)
        return f"{path.name}#{message.number}"


def file_channels(folder: str) -> dict[str, Channel]:
    """One for each way of reaching people."""
    return {name: FileChannel(Path(folder), name) for name in ("sms", "email", "call", "letter")}
