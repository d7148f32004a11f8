"""The facts of a run in words, as the terminal and the page show them, and the command that trains it again."""

from collections.abc import Mapping
from typing import Any

from lenetpp.basics.percent import percent
from lenetpp.basics.shell_words import run_command, shell_command
from lenetpp.data.places import EMBEDDED_NAME
from lenetpp.data.published import PUBLISHED
from lenetpp.records.epochs import evaluated
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.settings.words import as_options, in_words

SELECTION_OPTIONS = {
    "train_per_class": "--per-class",
    "test_per_class": "--test-per-class",
    "validation_per_class": "--validation-per-class",
    "validation": "--validation",
    "test": "--test",
    "split_seed": "--split-seed",
}


def run_facts(run: RecordedRun) -> dict[str, object]:
    """Return what there is to say about a run by its name, in the order in which one asks."""
    record, data, machine, software = run.record, run.table("data"), run.table("machine"), run.table("software")
    numerics, results, git = run.table("numerics"), run.table("results"), run.table("git")
    images = ", ".join(f"{count:,} {part}" for part, count in data.get("images", {}).items())
    changed, default = in_words(run.settings, always=("epochs", "seed"))
    facts = {
        "run": run.folder,
        "name": run.label.name,
        "tags": ", ".join(run.label.tags),
        "note": run.label.note,
        "label": run.label.problem and f"cannot be read: {run.label.problem}",
        "outcome": _outcome(run),
        "network": run.network_text,
        "weights from": run.table("network").get("origin"),
        "data": f"{data.get('name')}: {', '.join(data.get('classes', []))}"
        + (f"; {images} images" if images else "")
        + _size(data.get("selection", {})),
        "settings": ", ".join(changed),
        "default": ", ".join(default),
        "result": _result(run),
        "time": _time(record, results),
        "on epoch": run.record.get("on_epoch"),
        "started by": run.record.get("started_by"),
        "made by": f"lenetpp {software.get('lenetpp')}, numerics {numerics.get('version')} "
        f"({numerics.get('class')}, {numerics.get('instruction_set')}), {machine.get('threads')} of "
        f"{machine.get('cores')} cores of {machine.get('processor')}",
        "commit": git and f"{git.get('commit')}" + (" and uncommitted changes" if git.get("dirty") else ""),
        "digest": results.get("digest"),
    }
    return {name: value for name, value in facts.items() if value}


def _size(selection: Mapping[str, Any]) -> str:
    if "size" not in selection:
        return ""
    return f"; photos resized to {'x'.join(map(str, selection['size']))} ({selection['fit']})"


def _outcome(run: RecordedRun) -> str:
    if run.outcome == "unfinished":
        return f"unfinished: its process ended early; continue it with `{run_command('resume', run.folder.name)}`"
    message = run.record.get("message")
    if not message:
        return run.outcome
    said = str(message).removeprefix("training ")
    return said if said.startswith(run.outcome) else f"{run.outcome}: {message}"


def _result(run: RecordedRun) -> str:
    last, history = run.kept, run.history
    if last is None:
        return "no complete epoch"
    beside = None if last.judged_by == "validation" else last.validation_accuracy
    validation = "" if beside is None else f", validation {percent(beside)}"
    highest = ""
    accuracy, accuracies = last.unseen_accuracy, {one.epoch: one.unseen_accuracy or 0.0 for one in evaluated(history)}
    if accuracies and last.judged_by == "validation":  # what another epoch gave on test images is nobody's to choose by
        best = max(accuracies, key=accuracies.__getitem__)
        if accuracies[best] != accuracy:
            highest = f" ({percent(accuracies[best])} after epoch {best})"
    epochs = f"{len(history)} epoch{'s' if len(history) != 1 else ''}"
    if last.epoch != history[-1].epoch:
        epochs += f", epoch {last.epoch} kept"
    training = f"training {percent(last.training_accuracy)}"
    judged = "not evaluated" if accuracy is None else f"{last.judged_by} accuracy {percent(accuracy)}"
    return f"{judged}{highest}, {training}{validation}, {epochs}"


def _time(record: Mapping[str, Any], results: Mapping[str, Any]) -> str:
    started = f"{record['started']:%Y-%m-%d %H:%M:%S} UTC" if "started" in record else ""
    if "seconds" not in results:
        return started
    return f"{started}, {results['seconds']:.1f} s, training at {results.get('images_per_second', 0):,.0f} images/s"


def train_command(run: RecordedRun) -> str | None:
    """Return the command that trains the run again where its record is lost.

    None where no command can: the network did not start from its seed, or the data were arrays.
    """
    data, network = run.table("data"), run.table("network")
    selection = data.get("selection", {})
    source = data["name"] if data.get("name") in (EMBEDDED_NAME, *PUBLISHED) else data.get("path")
    if source is None or network.get("start") != "seed" or network.get("dtype") != "float32":
        return None
    words = ["lenetpp", "train", source, "--network", run.network_text]
    if "classes" in selection:
        words += ["--classes", ",".join(selection["classes"])]
    for name, option in SELECTION_OPTIONS.items():
        if name in selection:
            words += [option, str(selection[name])]
    if "size" in selection:
        words += ["--size", "x".join(map(str, selection["size"])), f"--{selection['fit']}"]
    return shell_command(*words, *as_options(run.settings))
