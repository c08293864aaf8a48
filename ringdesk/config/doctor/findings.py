"""What an examination finds, in words for people and in a shape for programs."""

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

CONFIG = "`ringdesk pbx config` prints the right manager.conf."
State = Literal["ok", "warning", "wrong", "unknown"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `mend` says how to put it right, or how to find out where it could not be known."""

    check: str
    state: State
    text: str
    mend: str | None = None


@dataclass(slots=True)
class Findings:
    items: list[Finding] = field(default_factory=list)

    def ok(self, check: str, text: str, mend: str | None = None) -> None:
        self.items.append(Finding(check, "ok", text, mend))

    def warn(self, check: str, text: str, mend: str) -> None:
        """It works, but not as well as it could, or not for everybody."""
        self.items.append(Finding(check, "warning", text, mend))

    def wrong(self, check: str, text: str, mend: str) -> None:
        self.items.append(Finding(check, "wrong", text, mend))

    def unknown(self, check: str, text: str, mend: str | None = None) -> None:
        self.items.append(Finding(check, "unknown", text, mend))

    @property
    def healthy(self) -> bool:
        """Nothing is wrong. Warnings and what could not be known do not make it ill."""
        return all(item.state != "wrong" for item in self.items)

    def as_json(self) -> dict[str, Any]:
        return {"healthy": self.healthy, "findings": [asdict(item) for item in self.items]}
