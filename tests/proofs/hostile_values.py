"""Every public function, constructor and method, each argument replaced by each hostile value, in processes of its own.

What is public is found by itself, so that nothing new is forgotten. Memory and time of a call are limited; only what is
documented may be raised, and what the value itself raises.
"""

import inspect
import json
import os
import select
import signal
import subprocess
import sys
import time
import typing
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import IO, Any, NamedTuple

import lenetpp as lp

from .hostile_examples import HOSTILE, Examples, RefusedError
from .public_surface import classes, function_of, functions

MEMORY = 4 << 30
"""Bytes that a call may take beyond what its process has."""
SECONDS = 1.0
"""Of the processor, beyond thrice what the call takes with valid values."""
PATIENCE = 100
"""Seconds on the clock after which a call hangs."""
ALWAYS_ALLOWED = (ValueError, TypeError, OSError, RefusedError)


class Place(NamedTuple):
    """An argument of something public."""

    name: str
    function: Callable[..., Any]
    argument: str
    takes_many: bool


def prove(folder: Path, count: int | None = None, seed: int = 1) -> str:
    """Try all, or so many calls that are drawn."""
    command = [sys.executable, "-m", "proofs.hostile_values", str(folder), str(count or 0), str(seed)]
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "MPLBACKEND": "agg"}
    done = subprocess.run(
        command, cwd=Path(__file__).parents[1], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr[-5000:]
    return done.stdout.strip()


def places(objects: Mapping[type, Any]) -> Iterator[Place]:
    """Yield the arguments of all functions, of the classes that `lenetpp` offers, and of all methods."""
    for name, function in functions().items():
        yield from _arguments(name, function)
    for one in classes():
        if issubclass(one, BaseException):
            continue
        if getattr(lp, one.__name__, None) is one:
            yield from _arguments(one.__name__, one)
        for member in dir(one):
            static = inspect.getattr_static(one, member)
            function = function_of(static)
            lacks_package = member == "from_torch" and find_spec("torch") is None
            is_callable = inspect.isfunction(static) or isinstance(static, classmethod | staticmethod)
            if (
                member.startswith("_")
                or lacks_package
                or not is_callable
                or not str(function.__module__).startswith("lenetpp")
            ):
                continue
            owner = next((value for kind, value in objects.items() if issubclass(kind, one)), one)
            yield from _arguments(f"{one.__name__}.{member}", getattr(owner, member))


def _arguments(name: str, function: Callable[..., Any]) -> Iterator[Place]:
    for argument, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.POSITIONAL_ONLY:
            yield Place(name, function, argument, True)
        elif parameter.kind is parameter.VAR_KEYWORD:
            (changes,) = typing.get_args(parameter.annotation)
            yield from (Place(name, function, change, False) for change in changes.__annotations__)
        else:
            yield Place(name, function, argument, parameter.kind is parameter.VAR_POSITIONAL)


def call(place: Place, examples: Examples, hostile: Callable[[], Any] | None) -> None:
    """Call with valid values, one of them replaced unless there is no hostile one."""
    many: list[Any] = []
    given: dict[str, Any] = {}
    before: list[str] = []
    for argument, parameter in inspect.signature(place.function).parameters.items():
        if parameter.kind is parameter.VAR_POSITIONAL:
            many = examples.valid(place.name, argument)
            before = list(given)
        elif parameter.kind not in (parameter.VAR_KEYWORD, parameter.POSITIONAL_ONLY) and examples.is_given(
            place.name, parameter
        ):
            given[argument] = examples.valid(place.name, argument)
    if hostile is not None and place.takes_many:
        many = [*many, hostile()]
    elif hostile is not None:
        given[place.argument] = hostile()
    many = [*(given.pop(argument) for argument in before), *many]
    examples.use(place.function(*many, **given))


def failure_of(error: BaseException, place: Place) -> str | None:
    """Return what is wrong with an error, if anything is."""
    said = f"{type(error).__name__}: {str(error)[:200]}"
    if isinstance(error, UnicodeError):
        return None if place.argument in str(error) else said
    if isinstance(error, MemoryError) and "Unable to allocate" in str(error):
        return None  # NumPy says how much: only the huge arrays ask for as much
    documented = type(error).__name__ in (inspect.getdoc(place.function) or "")
    is_ours = type(error).__module__.startswith("lenetpp")
    return None if isinstance(error, ALWAYS_ALLOWED) or documented or is_ours else said + _where(error)


def _where(error: BaseException) -> str:
    trace, place = error.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "/lenetpp/" in name:
            place = f" [{name.partition('/lenetpp/')[2]}:{trace.tb_lineno}]"
        trace = trace.tb_next
    return place


def try_in_a_child(place: Place, examples: Examples, values: list[str]) -> Iterator[tuple[str, str | None, float]]:
    """Yield a value's name, its failure and its seconds; the child that a value ends is replaced by another."""
    left = list(values)
    while left:
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            _be_the_child(place, examples, left, os.fdopen(writing, "w"))
        os.close(writing)
        with os.fdopen(reading, "rb", buffering=0) as answers:
            buffer = b""
            while left:
                if not select.select([answers], [], [], PATIENCE)[0]:
                    os.kill(child, signal.SIGKILL)
                    buffer = b""
                piece = answers.read(65536)
                if not piece:
                    break
                *lines, buffer = (buffer + piece).split(b"\n")
                for line in lines:
                    yield tuple(json.loads(line))
                    left.pop(0)
        status = os.waitpid(child, 0)[1]
        if left:
            yield left.pop(0), f"the process ended with status {os.waitstatus_to_exitcode(status)}", 0.0


def _be_the_child(place: Place, examples: Examples, values: list[str], answers: IO[str]) -> None:
    try:
        nothing = os.open(os.devnull, os.O_RDWR)
        for standard in (0, 1, 2):
            os.dup2(nothing, standard)
        if sys.platform == "linux":
            import resource

            taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
            resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY, taken + MEMORY))
        for value in values:
            started = time.process_time()
            failure = None
            try:
                call(place, examples, HOSTILE.get(value))
            except BaseException as error:
                is_valid = value == VALID and place.name not in DOWNLOADS
                failure = f"{type(error).__name__}: {error}" if is_valid else failure_of(error, place)
            seconds = time.process_time() - started
            answers.write(json.dumps([value, failure, seconds]) + "\n")
            answers.flush()
    finally:
        os._exit(0)


VALID = "valid values"
DOWNLOADS = ("fetch_data",)
"""What is called with hostile values only: its valid ones need the network."""


def _prove(folder: Path, count: int, seed: int) -> str:
    """Try all calls, or so many of them; print each failure."""
    from python.package.public_objects import objects

    met = objects(folder / "objects")
    examples = Examples(folder, met)
    all_places = list(places(examples.objects))
    forgotten = {lacking for one in all_places for lacking in examples.lacks(one.name, one.function)}
    assert not forgotten, f"without examples: {sorted(forgotten)}"
    drawn: dict[Place, list[str]] = {place: list(HOSTILE) for place in all_places}
    if count:
        pairs = Random(seed).sample([(place, value) for place in all_places for value in HOSTILE], count)
        drawn = {}
        for place, value in pairs:
            drawn.setdefault(place, []).append(value)
    (folder / "scratch").mkdir()
    os.chdir(folder / "scratch")
    calls = 0
    failures = []
    slowest = (0.0, "")
    for place, values in drawn.items():
        allowed = SECONDS
        for value, failure, seconds in try_in_a_child(place, examples, [VALID, *values]):
            said = f"{place.name}({place.argument}={value})"
            if value == VALID:
                allowed += 3 * seconds
            else:
                calls += 1
                slowest = max(slowest, (seconds, said))
            if failure is None and seconds > allowed:
                failure = f"took {seconds:.1f} s"
            if failure is not None:
                failures.append(f"{said}: {failure}")
                print(failures[-1], file=sys.stderr, flush=True)  # noqa: T201
    assert not failures, "\n".join(["", *failures])
    return (
        f"{calls:,} calls ({len(drawn)} arguments, {len(HOSTILE)} values): only documented errors, "
        f"none took more than {MEMORY >> 30} GB; the slowest {slowest[0]:.1f} s, {slowest[1]}"
    )


if __name__ == "__main__":
    print(_prove(Path(sys.argv[1]).resolve(), int(sys.argv[2]), int(sys.argv[3])))  # noqa: T201
