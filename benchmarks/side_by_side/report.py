"""The results as Markdown."""

from collections.abc import Iterator, Sequence

from measuring.markdown import rate, ratio_range, table
from side_by_side.problems import Case
from side_by_side.session import CaseResult
from side_by_side.tools import LENETPP


def tables(results: Sequence[CaseResult], tools: Sequence[str]) -> str:
    """Return a table for each task and number of threads, then what was chosen and what went wrong."""
    groups: dict[tuple[str, int], list[CaseResult]] = {}
    for result in results:
        groups.setdefault((result.case.task, result.case.threads), []).append(result)
    parts = [_table(task, threads, group, tools) for (task, threads), group in groups.items()]
    remarks = list(_remarks(results))
    if remarks:
        parts.append("\n".join(["Formulations and failures:", "", *remarks]))
    return "\n\n".join(parts)


def describe(case: Case) -> str:
    """Return a case in words."""
    return f"{case.task}, {_threads(case.threads)}: {case.network} {case.batch}"


def _table(task: str, threads: int, results: Sequence[CaseResult], tools: Sequence[str]) -> str:
    shown = [name for name in tools if any(name in {**result.measurements, **_faults(result)} for result in results)]
    rows = [
        [result.case.network, str(result.case.batch), *(_cell(result, name) for name in shown)] for result in results
    ]
    heading = f"### {task.capitalize()}, images per second, {_threads(threads)}"
    return f"{heading}\n\n{table(['network', 'batch', *shown], rows)}"


def _cell(result: CaseResult, tool: str) -> str:
    """Median; behind it lenetpp's range, or how many times as fast lenetpp is, median and range of the rounds."""
    measurement = result.measurements.get(tool)
    if measurement is None:
        return "failed" if tool in _faults(result) else ""
    speed = measurement.images_per_second
    if tool == LENETPP.name:
        return f"{rate(speed.median)} ({rate(speed.smallest)} to {rate(speed.largest)})"
    if measurement.ratio is None:
        return f"{rate(speed.median)} (not the same computation)"
    return f"{rate(speed.median)} ({ratio_range(measurement.ratio)})"


def _remarks(results: Sequence[CaseResult]) -> Iterator[str]:
    """Go over formulations, disagreements and faults, each with the cases that it holds for."""
    cases: dict[str, dict[tuple[str, int], dict[str, list[int]]]] = {}
    for result in results:
        case = result.case
        for remark in _remarks_on(result):
            networks = cases.setdefault(remark, {}).setdefault((case.task, case.threads), {})
            networks.setdefault(case.network, []).append(case.batch)
    for remark, groups in sorted(cases.items()):
        yield f"- {remark}"
        for (task, threads), networks in groups.items():
            batches = "; ".join(f"{network} {', '.join(map(str, sizes))}" for network, sizes in networks.items())
            yield f"  - {task}, {_threads(threads)}: {batches}"


def _remarks_on(result: CaseResult) -> Iterator[str]:
    for name, measurement in result.measurements.items():
        for remark in (measurement.formulation, measurement.disagreement):
            if remark:
                yield f"{name}: {remark}"
    for name, reason in _faults(result).items():
        yield f"{name} failed: {reason}"


def _faults(result: CaseResult) -> dict[str, str]:
    return {name: refusal.reason for name, refusal in result.refusals.items() if refusal.is_fault}


def _threads(threads: int) -> str:
    return "1 thread" if threads == 1 else f"{threads} threads"
