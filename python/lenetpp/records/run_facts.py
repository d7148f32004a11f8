"""The facts of a run in words, as the terminal and the page show them, and the command that trains it again."""

from collections.abc import Mapping
from typing import Any

from lenetpp.basics.arrays import shape_text
from lenetpp.basics.language import Message, listed, recalled, say
from lenetpp.basics.percent import percent
from lenetpp.basics.shell_words import run_command, shell_command
from lenetpp.data.parts import counts_in_words, part_in_words
from lenetpp.data.places import EMBEDDED_NAME
from lenetpp.data.published import PUBLISHED
from lenetpp.networks.measurement import accuracy_in_words
from lenetpp.records.epochs import evaluated
from lenetpp.records.origins import recalled_origin
from lenetpp.records.outcomes import outcome_in_words
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.settings.advice import recalled_divergence
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
    record, results, git = run.record, run.table("results"), run.table("git")
    changed, default = in_words(run.settings, always=("epochs", "seed"))
    facts = {
        say("run"): run.folder,
        say("name"): run.label.name,
        say("tags"): ", ".join(run.label.tags),
        say("note"): run.label.note,
        say("label"): run.label.problem and say("cannot be read: {problem}", problem=run.label.problem),
        say("outcome"): _outcome(run),
        say("network"): run.network_text,
        say("weights from"): recalled_origin(run.table("network").get("origin", "")),
        say("data"): _data(run),
        say("settings"): listed(changed) if changed else "",
        say("default"): listed(default) if default else "",
        say("result"): _result(run),
        say("time"): _time(record, results),
        say("on epoch"): run.record.get("on_epoch"),
        say("started by"): run.record.get("started_by"),
        say("made by"): _made_by(run),
        say("commit"): git
        and (
            say("{commit} and uncommitted changes", commit=git.get("commit")) if git.get("dirty") else git.get("commit")
        ),
        say("digest"): results.get("digest"),
    }
    return {name: value for name, value in facts.items() if value}


def _data(run: RecordedRun) -> str:
    data = run.table("data")
    selection, counts = data.get("selection", {}), data.get("images", {})
    known: str = say("{name}: {classes}", name=data.get("name"), classes=", ".join(data.get("classes", [])))
    if counts:
        known = say("{data}; {parts} images", data=known, parts=counts_in_words(counts))
    if "size" in selection:
        size = shape_text(selection["size"])
        known = say("{data}; photos resized to {size} ({fit})", data=known, size=size, fit=selection["fit"])
    return known


def _made_by(run: RecordedRun) -> str:
    software, numerics, machine = run.table("software"), run.table("numerics"), run.table("machine")
    return say(
        "lenetpp {version}, numerics {numerics} ({kind}, {instruction_set}), {threads} of {cores} cores of {processor}",
        version=software.get("lenetpp"), numerics=numerics.get("version"), kind=numerics.get("class"),
        instruction_set=numerics.get("instruction_set"), threads=machine.get("threads"), cores=machine.get("cores"),
        processor=machine.get("processor"),
    )  # fmt: skip


def _outcome(run: RecordedRun) -> str:
    outcome = outcome_in_words(run.outcome)
    if run.outcome == "unfinished":
        command = run_command("resume", run.folder.name)
        return say("unfinished: its process ended early; continue it with `{command}`", command=command)
    message = run.record.get("message")
    if not message:
        return outcome
    said = str(message).removeprefix("training ")
    if said.startswith(run.outcome):
        known = recalled_divergence(str(message), run.settings)
        return known if isinstance(known, Message) else said
    return say("{outcome}: {message}", outcome=outcome, message=recalled(str(message)))


def _result(run: RecordedRun) -> str:
    last, history = run.kept, run.history
    if last is None:
        return say("no complete epoch")
    accuracy, accuracies = last.unseen_accuracy, {one.epoch: one.unseen_accuracy or 0.0 for one in evaluated(history)}
    judged: str = say("not evaluated")
    if accuracy is not None:
        part = part_in_words(last.judged_by or "test")
        count = run.table("data").get("images", {}).get(last.judged_by or "test")
        share = accuracy_in_words(accuracy, count) if count else percent(accuracy)
        judged = say("{part} accuracy {accuracy}", part=part, accuracy=share)
    if accuracies and last.judged_by == "validation":  # what another epoch gave on test images is nobody's to choose by
        best = max(accuracies, key=accuracies.__getitem__)
        if accuracies[best] != accuracy:
            other = percent(accuracies[best])
            judged = say("{result} ({accuracy} after epoch {epoch})", result=judged, accuracy=other, epoch=best)
    parts = [judged, say("training {accuracy}", accuracy=percent(last.training_accuracy))]
    if last.judged_by != "validation" and last.validation_accuracy is not None:
        parts.append(say("validation {accuracy}", accuracy=percent(last.validation_accuracy)))
    parts.append(say("{count} epochs", count=len(history)) if len(history) != 1 else say("1 epoch"))
    if last.epoch != history[-1].epoch:
        parts.append(say("epoch {epoch} kept", epoch=last.epoch))
    return listed(parts)


def _time(record: Mapping[str, Any], results: Mapping[str, Any]) -> str:
    started = f"{record['started']:%Y-%m-%d %H:%M:%S} UTC" if "started" in record else ""
    if "seconds" not in results:
        return started
    return say(
        "{started}, {seconds} s, training at {rate} images/s",
        started=started, seconds=f"{results['seconds']:.1f}", rate=f"{results.get('images_per_second', 0):,.0f}",
    )  # fmt: skip


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
        words += ["--size", shape_text(selection["size"]), f"--{selection['fit']}"]
    return shell_command(*words, *as_options(run.settings))
