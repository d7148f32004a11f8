"""Ctrl-C as a request that is answered where nothing is half done."""

import signal
import threading
from types import FrameType, TracebackType
from typing import ClassVar, Self


class InterruptGuard:
    """Within this context the first Ctrl-C only sets `requested`; a second one raises KeyboardInterrupt at once.

    A request that nobody answered raises KeyboardInterrupt at the end of the context, so that none is lost. A guard
    within another one shares its request: who guards more does not take Ctrl-C from what is done inside.
    Nothing changes outside the main thread, where Python delivers no signals, and where the application has its own
    handler of SIGINT.
    """

    _outermost: ClassVar["InterruptGuard | None"] = None
    """The one whose handler is the signal's, of the main thread."""

    def __init__(self) -> None:
        self._requested = False
        self._outer: InterruptGuard | None = None

    @property
    def requested(self) -> bool:
        """Whether Ctrl-C was pressed."""
        return self._requested or (self._outer is not None and self._outer.requested)

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._outer = InterruptGuard._outermost
            if self._outer is None and signal.getsignal(signal.SIGINT) is signal.default_int_handler:
                InterruptGuard._outermost = self
                signal.signal(signal.SIGINT, self._request)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if InterruptGuard._outermost is self:
            signal.signal(signal.SIGINT, signal.default_int_handler)
            InterruptGuard._outermost = None
        if kind is None:
            self.check()

    def check(self) -> None:
        """Raise KeyboardInterrupt if Ctrl-C was pressed: called where it is safe to stop."""
        if self.requested:
            raise KeyboardInterrupt

    def _request(self, _number: int, _frame: FrameType | None) -> None:
        self._requested = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
