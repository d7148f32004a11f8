"""Executors whose workers are elsewhere: in other folders, on other machines, behind a memory of calls."""

import os
import pickle
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import fields, is_dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any


def begin_in(folder: Path) -> None:
    """Work in a folder, with its own for temporary files."""
    os.chdir(folder)
    os.environ["TMPDIR"] = str(folder)


class OtherFolder(ProcessPoolExecutor):
    """One process, which works in another folder than whoever asks it."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(exist_ok=True)
        super().__init__(1, mp_context=get_context("spawn"), initializer=begin_in, initargs=(folder,))
        self.folder = folder
        self.seeds: list[int] = []

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.seeds.append(args[0].settings.seed)
        return super().submit(fn, *args, **kwargs)


class OtherMachine(OtherFolder):
    """One process for which every path leads to other disks, as on a machine that shares none."""

    sent_data = 0

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        self.sent_data += args[1].data is not None
        return super().submit(fn, *(self._there(arg) for arg in args), **kwargs)

    def _there(self, value: Any) -> Any:
        if isinstance(value, Path):
            return self.folder / value.relative_to(value.anchor)
        if is_dataclass(value) and not isinstance(value, type):
            there = {field.name: self._there(getattr(value, field.name)) for field in fields(value) if field.init}
            return replace(value, **there)
        if isinstance(value, str) and value.startswith(os.sep):
            return str(self._there(Path(value)))
        return value


class Remembering(Executor):
    """Answers the same call with the same future, as the one of Dask does, whether the call failed or not."""

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._futures: dict[bytes, Future[Any]] = {}

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        call = pickle.dumps((fn, args, kwargs))
        if call not in self._futures:
            self._futures[call] = self._executor.submit(fn, *args, **kwargs)
        return self._futures[call]


class Changing(Executor):
    """Changes results on their way."""

    def __init__(self, executor: Executor, change: Callable[[Any], Any], times: int) -> None:
        self._executor, self._change, self._times = executor, change, times

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        changed: Future[Any] = Future()
        changed.set_result(self._executor.submit(fn, *args, **kwargs).result())
        if self._times:
            self._times -= 1
            result = changed.result()
            changed = Future()
            changed.set_result(self._change(result))
        return changed
