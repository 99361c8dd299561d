"""A progress bar on a terminal, and nothing in a pipe or a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from spatial.progress import OnStep, silent


@contextmanager
def progress(steps: Sequence[str], stream: TextIO) -> Iterator[OnStep]:
    """Show on `stream` at which of `steps` the work is; yields the function to tell it.

    A step that is not among `steps` shows its name and leaves the bar where it is.
    """
    console = Console(file=stream)
    if not console.is_terminal:
        yield silent
        return
    columns = (SpinnerColumn(), BarColumn(bar_width=24), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=len(steps))
        order = {step: position for position, step in enumerate(steps)}

        def on_step(step: str) -> None:
            # Never backwards: a step may be named again by a later verb.
            done = max(order.get(step, 0), int(bar.tasks[0].completed))
            bar.update(task, completed=done, description=step[:1].upper() + step[1:])

        yield on_step
