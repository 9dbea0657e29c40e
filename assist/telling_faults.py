"""What becomes of a fault that whoever started a command can mend."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import typer

P = ParamSpec("P")
T = TypeVar("T")


def tells_faults(command: Callable[P, T]) -> Callable[P, T]:
    """A fault that the user can mend becomes its text and exit status 2, not a traceback."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> T:
        # Imported when there is something to run, so that `assist --help` stays quick.
        from assist import faults  # noqa: PLC0415

        try:
            return command(*args, **kwargs)
        except faults.MENDABLE as fault:
            typer.echo(f"assist: {fault}", err=True)
            raise typer.Exit(2) from None
        except KeyboardInterrupt:
            raise typer.Exit(130) from None

    return run
