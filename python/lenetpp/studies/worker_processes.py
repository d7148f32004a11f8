"""WorkerProcesses: an executor whose processes crash alone, can be interrupted, and never outlive their parent.

Each worker is an interpreter of its own that reads calls from its standard input and writes answers to its standard
output. The end of its input means: stop where nothing is half done, and leave. So one thing serves Ctrl-C, the end of
the work and the death of the parent, on every system. Unlike the processes of :mod:`multiprocessing`, workers do not
run the script of the parent again, which therefore needs no ``if __name__ == "__main__"``.
"""

import _thread
import os
import pickle
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread, main_thread
from typing import Any, BinaryIO, ParamSpec, TypeVar

from lenetpp.basics.own_processes import module_command, module_environment

P = ParamSpec("P")
T = TypeVar("T")

STOP_SECONDS = 10.0
"""A worker answers within a fraction of a second; one that does not within this time is killed."""

OWN_GROUP = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
"""On Windows. Ctrl-C at the terminal is the parent's to answer; elsewhere a session of its own keeps it away."""


class WorkerError(RuntimeError):
    """A call failed in a worker, or the worker died of it; the message says how."""


class WorkerProcesses(Executor):
    """Calls functions in worker processes; what is called, and with what, must be possible to pickle.

    Parameters
    ----------
    count : int
        Most processes at a time; each is started when there is something for it to do, and again after it has died.
    """

    def __init__(self, count: int) -> None:
        self._calls: SimpleQueue[tuple[Future[Any], bytes] | None] = SimpleQueue()
        self._lock = Lock()
        self._workers: list[_Worker] = []
        self._interrupted = False
        self._threads = [Thread(target=self._serve, daemon=True) for _ in range(count)]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Return the future result of a call.

        Its exception is a WorkerError if the call failed or its process died, and a BrokenExecutor if processes cannot
        be started at all.
        """
        future: Future[T] = Future()
        self._calls.put((future, pickle.dumps((fn, args, kwargs))))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes when all calls are done; `cancel_futures` cancels those that have not begun."""
        with suppress(Empty):
            while cancel_futures:
                call = self._calls.get_nowait()
                if call is not None:
                    call[0].cancel()
        for _ in self._threads:
            self._calls.put(None)
        for thread in self._threads if wait else ():
            thread.join()

    def interrupt(self) -> None:
        """Interrupt all calls, as Ctrl-C would, and wait until the processes have ended."""
        with self._lock:
            self._interrupted = True
            workers = list(self._workers)
        self.shutdown(wait=False, cancel_futures=True)
        for worker in workers:
            worker.end_input()
        deadline = time.monotonic() + STOP_SECONDS
        for worker in workers:
            worker.wait_or_kill(max(0.0, deadline - time.monotonic()))
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def _serve(self) -> None:
        """Hand calls to one worker, one after the other."""
        worker: _Worker | None = None
        while (call := self._calls.get()) is not None:
            future, content = call
            if not future.set_running_or_notify_cancel():
                continue
            try:
                worker = worker or self._start()
                result, error = worker.answer_to(content)
            except (WorkerError, BrokenExecutor) as death:
                worker = None
                future.set_exception(death)
            else:
                if error is None:
                    future.set_result(result)
                else:
                    future.set_exception(WorkerError(error))
        if worker is not None:
            worker.end()

    def _start(self) -> "_Worker":
        try:
            worker = _Worker()
            with self._lock:
                self._workers.append(worker)
                if self._interrupted:
                    worker.end_input()
            worker.answer()
        except (OSError, WorkerError) as error:
            raise BrokenExecutor(f"a worker process cannot be started: {error}") from error
        return worker


class _Worker:
    """A worker process, seen from its parent."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            module_command(__name__),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=module_environment(),
            start_new_session=True,
            creationflags=OWN_GROUP,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout

    def answer_to(self, call: bytes) -> Any:
        """Return what the worker answers to a pickled call.

        Raises
        ------
        WorkerError
            If it died.
        """
        with suppress(OSError, ValueError):  # where it died already, the answer will say so
            pickle.dump(call, self._input)
            self._input.flush()
        return self.answer()

    def answer(self) -> Any:
        """Return the next answer; the first one says that the worker is there."""
        try:
            return pickle.load(self._output)
        except (EOFError, OSError, pickle.UnpicklingError):
            # It must be gone, and its locks with it, before anybody goes on with its work.
            self._process.kill()
            self.end()
            code = self._process.returncode
            how = f"of the signal {signal.Signals(-code).name}" if code < 0 else f"with the exit code {code}"
            raise WorkerError(f"its process {self._process.pid} died {how}") from None

    def end_input(self) -> None:
        """Tell the worker to stop."""
        with suppress(OSError):
            self._input.close()

    def end(self) -> None:
        """Tell the worker to stop, and wait until it has."""
        self.end_input()
        self.wait_or_kill(STOP_SECONDS)
        self._output.close()

    def wait_or_kill(self, seconds: float) -> None:
        """Wait for the end of the process."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _work() -> None:
    """Answer calls until the input ends: what a worker process does."""
    calls_file, answers_file = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What is called may read and print, and must not get between calls and answers.
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    calls: SimpleQueue[bytes | None] = SimpleQueue()
    try:
        # Something started in the background ignores Ctrl-C, and its children do.
        signal.signal(signal.SIGINT, signal.default_int_handler)
        Thread(target=_receive, args=(calls_file, calls), daemon=True).start()
        _send(answers_file, "ready")
        while (call := calls.get()) is not None:
            _send(answers_file, _result(call))
    except KeyboardInterrupt:
        pass
    # The thread may still read, and Python would wait for it.
    os._exit(0)


def _receive(file: BinaryIO, calls: SimpleQueue[bytes | None]) -> None:
    """Pass calls on; at the end of the input interrupt the one that is being answered."""
    with suppress(EOFError, OSError, pickle.UnpicklingError):
        while True:
            calls.put(pickle.load(file))
    if os.name == "posix":
        signal.pthread_kill(main_thread().ident or 0, signal.SIGINT)  # wakes it, too, if it sleeps
    else:
        _thread.interrupt_main()
    calls.put(None)


def _result(call: bytes) -> tuple[Any, str | None]:
    """Return the result of a call, and in words why there is none: not every exception can be pickled."""
    try:
        function, args, kwargs = pickle.loads(call)
        return function(*args, **kwargs), None
    except Exception as error:
        return None, f"{type(error).__name__}: {error}"


def _send(file: BinaryIO, answer: object) -> None:
    pickle.dump(answer, file)
    file.flush()


if __name__ == "__main__":
    _work()
