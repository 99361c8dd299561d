"""Wall time and peak memory of the steps of a run, in the process that runs it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

_CLEAR = Path("/proc/self/clear_refs")
_STATUS = Path("/proc/self/status")


@dataclass
class Step:
    """One step as it was measured."""

    name: str
    seconds: float
    cpu_seconds: float
    """Of all threads: what the step costs, whoever else is using the machine."""
    peak_mb: float
    """Peak of resident memory during the step; NaN where the system does not tell (not Linux)."""


@dataclass
class Meter:
    """Listens to the steps of the verbs: give `on_step` to them, and call `stop` at the end."""

    steps: list[Step] = field(default_factory=list)
    _name: str = ""
    _since: tuple[float, float] = (0.0, 0.0)

    def on_step(self, name: str) -> None:
        """A step begins, and the one before it has ended."""
        self.stop()
        self._name = name
        forget_peak()
        self._since = (time.perf_counter(), time.process_time())

    def stop(self) -> None:
        """The last step has ended."""
        if self._name:
            wall, cpu = time.perf_counter() - self._since[0], time.process_time() - self._since[1]
            self.steps.append(Step(self._name, wall, cpu, peak_mb()))
        self._name = ""


def forget_peak() -> None:
    """Let the kernel measure the peak anew from here."""
    try:
        _CLEAR.write_text("5", encoding="ascii")
    except OSError:
        return


def peak_mb() -> float:
    """Peak of resident memory since `forget_peak`."""
    try:
        status = _STATUS.read_text(encoding="ascii")
    except OSError:
        return float("nan")
    return _megabytes(status, "VmHWM:")


def resident_mb() -> float:
    """Resident memory now."""
    try:
        return _megabytes(_STATUS.read_text(encoding="ascii"), "VmRSS:")
    except OSError:
        return float("nan")


def _megabytes(status: str, field: str) -> float:
    (line,) = [line for line in status.splitlines() if line.startswith(field)]
    return int(line.split()[1]) / 1024.0
