"""Progress: on a terminal, never in a pipe."""

from __future__ import annotations

import io

from linli.progress import progress


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_pipe_gets_nothing():
    stream = io.StringIO()
    with progress(("read", "write"), stream) as on_step:
        on_step("read")
        on_step("write")
    assert stream.getvalue() == ""


def test_a_terminal_sees_the_steps_and_is_left_clean(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    stream = Terminal()
    with progress(("read the streets", "write"), stream) as on_step:
        on_step("read the streets")
        on_step("a step nobody announced")
        on_step("write")
    assert "Write" in stream.getvalue()
    # The last thing said is: erase the line.
    assert stream.getvalue().endswith("\x1b[2K")
