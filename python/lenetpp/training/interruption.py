"""Ctrl-C as a request that is answered where nothing is half done."""

import signal
import threading
from types import FrameType, TracebackType
from typing import Self


class InterruptGuard:
    """Within this context the first Ctrl-C only sets `requested`; a second one raises KeyboardInterrupt at once.

    A request that nobody answered raises KeyboardInterrupt at the end of the context, so that none is lost.
    Nothing changes outside the main thread, where Python delivers no signals, and where the application has its own
    handler of SIGINT.
    """

    requested = False

    def __enter__(self) -> Self:
        self._active = (
            threading.current_thread() is threading.main_thread()
            and signal.getsignal(signal.SIGINT) is signal.default_int_handler
        )
        if self._active:
            signal.signal(signal.SIGINT, self._request)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._active:
            signal.signal(signal.SIGINT, signal.default_int_handler)
        if kind is None:
            self.check()

    def check(self) -> None:
        """Raise KeyboardInterrupt if Ctrl-C was pressed: called where it is safe to stop."""
        if self.requested:
            raise KeyboardInterrupt

    def _request(self, _number: int, _frame: FrameType | None) -> None:
        self.requested = True
        signal.signal(signal.SIGINT, signal.default_int_handler)
