"""lenetpp side by side with PyTorch, JAX, scikit-learn and ONNX Runtime: ``python benchmarks/peers.py --help``."""

import dataclasses
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from lenetpp.basics import surroundings
from measuring.machine import circumstances, circumstances_markdown
from measuring.options import names, numbers
from side_by_side.contenders import CHECKED_STEPS
from side_by_side.problems import GROUPS, IMAGES, NETWORKS, Case, Task, problem
from side_by_side.report import describe, tables
from side_by_side.session import TOLERANCE, CaseResult, measure_case
from side_by_side.tools import LENETPP, PEERS
from side_by_side.workers import Worker

PEER_NAMES = tuple(tool.name for tool in PEERS)
THREADS = ("1", "2")
TASKS: tuple[Task, ...] = ("training", "inference")
NOTES = f"""\
Every tool is one process with as many cores as threads. All train the same weights by plain SGD without momentum; the
losses of {CHECKED_STEPS} steps on one batch, or the outputs, agree within {TOLERANCE:.0e} of the largest. lenetpp
takes uint8 images, shuffles them and normalizes them while it fetches; the others get batches that lie ready as
normalized float32, which favours them. Behind lenetpp's median stands its range, behind the others' how many times as
fast lenetpp is: the median and the range of the ratios within a round. Each tool is in the fastest of its formulations,
listed below. blog-mlp-biased is the blog's perceptron as scikit-learn's MLPClassifier can compute it."""


def main(
    nets: Annotated[
        str, typer.Option(metavar="A,B,...", help=f"Networks, or groups of them: {', '.join(GROUPS)}.")
    ] = ",".join(GROUPS),
    batches: Annotated[str, typer.Option(metavar="N,...", help="Images a step of training.")] = "1,16,32,128",
    inference_batches: Annotated[
        str, typer.Option(metavar="N,...", help="Images a call of inference; none where empty.")
    ] = "1,16,32,128,256",
    threads: Annotated[
        str, typer.Option(metavar="N,...", help="Threads, and cores; by default 1 and, where there are two cores, 2.")
    ] = ",".join(THREADS[: surroundings.available_cores()]),
    peers: Annotated[str, typer.Option(metavar="A,B,...", help="Tools beside lenetpp.")] = ",".join(PEER_NAMES),
    rounds: Annotated[int, typer.Option(min=1, metavar="N", help="Measurements of each tool.")] = 9,
    seconds: Annotated[float, typer.Option(min=0.001, metavar="S", help="Length of a measurement.")] = 0.1,
    time_limit: Annotated[
        float, typer.Option(min=1, metavar="S", help="For a tool to get ready for a case, compilation included.")
    ] = 240,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write everything that was measured.")
    ] = None,
) -> None:
    """Measure training and inference of small networks in several tools, in turns, and print Markdown.

    Example: python benchmarks/peers.py --nets lenet5 --batches 1,32 --threads 1
    """
    cases = list(
        _cases(
            names("--nets", nets, NETWORKS, GROUPS),
            {
                "training": numbers("--batches", batches, IMAGES),
                "inference": numbers("--inference-batches", inference_batches, IMAGES),
            },
            numbers("--threads", threads, surroundings.available_cores()),
        )
    )
    if not cases:
        raise typer.BadParameter("there is nothing to measure: name networks, batches and threads")
    chosen = names("--peers", peers, PEER_NAMES)
    wanted = [tool for tool in PEERS if tool.name in chosen]
    tools = [LENETPP, *(tool for tool in wanted if tool.obstacle is None)]
    facts = circumstances()
    facts["software"] |= {tool.distribution: tool.version for tool in tools}
    data = {name: problem(name).data for name in dict.fromkeys(case.network for case in cases)}

    results: list[CaseResult] = []
    for count in dict.fromkeys(case.threads for case in cases):
        workers = [Worker(tool, count) for tool in tools]
        try:
            for case in (case for case in cases if case.threads == count):
                print(describe(case), file=sys.stderr, flush=True)
                results.append(measure_case(case, workers, rounds=rounds, seconds=seconds, time_limit=time_limit))
        finally:
            for worker in workers:
                worker.stop()

    print(circumstances_markdown(facts))
    print(f"- {rounds} rounds, {seconds:g} s a measurement; images: {_sources(data)}")
    for tool in wanted:
        if tool.obstacle is not None:
            print(f"- {tool.name} is skipped: {tool.obstacle}")
    print(f"\n{NOTES}\n\n{tables(results, [tool.name for tool in tools])}")
    if json_file is not None:
        json_file.write_text(json.dumps(_record(facts, data, results), indent=1), encoding="utf-8")
    if any(measurement.disagreement for result in results for measurement in result.measurements.values()):
        sys.exit("some tools did not compute the same: see the formulations")


def _cases(nets: list[str], batches: dict[Task, list[int]], threads: list[int]) -> Iterator[Case]:
    for count in threads:
        for task in TASKS:
            for name in nets:
                for batch in batches[task]:
                    yield Case(name, task, batch, count)


def _sources(data: dict[str, str]) -> str:
    networks: dict[str, list[str]] = {}
    for network, source in data.items():
        networks.setdefault(source, []).append(network)
    return "; ".join(f"{source} for {', '.join(names)}" for source, names in networks.items())


def _record(facts: dict[str, Any], data: dict[str, str], results: list[CaseResult]) -> dict[str, Any]:
    return {**facts, "data": data, "results": [dataclasses.asdict(result) for result in results]}


if __name__ == "__main__":
    typer.run(main)
