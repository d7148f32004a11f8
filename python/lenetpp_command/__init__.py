"""What the command ``lenetpp`` starts with: Ctrl-C is answered from here on, while all else is still being loaded."""

import os
import sys

TYPE_CHECKING = False  # typing would take longer to load than all else here
if TYPE_CHECKING:
    from typing import TextIO

INTERRUPTED = 130
"""Exit code of a command that Ctrl-C has ended, as shells expect it."""

try:
    import signal
except KeyboardInterrupt:  # even this takes some milliseconds
    os._exit(INTERRUPTED)


def main() -> None:
    """Load and run the command; Ctrl-C ends it without a traceback, whenever it comes."""
    # What a script starts in the background ignores Ctrl-C, and that stays so.
    answers = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    try:
        if answers:
            signal.signal(signal.SIGINT, _leave)
        from lenetpp.command_line import main as run

        if answers:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    finally:
        _write_out(sys.stdout)
        _write_out(sys.stderr)
        if answers:  # what the interpreter has left to do is no matter of anybody's
            signal.signal(signal.SIGINT, _leave)


def _write_out(stream: "TextIO | None") -> None:
    """Write what a stream still holds; that nobody reads it any more is no failure when the interpreter ends."""
    if stream is None or stream.closed:  # a program without a console has none
        return
    try:
        stream.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def _leave(*_: object) -> None:
    """End the process at once: nothing has begun that would have to end well."""
    os._exit(INTERRUPTED)
