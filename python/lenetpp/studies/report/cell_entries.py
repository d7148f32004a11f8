"""The runs behind the figures: each cell's settings and, by seed, its runs and how to do them again."""

from lenetpp.basics.language import listed, say
from lenetpp.data.places import EMBEDDED_NAME
from lenetpp.settings.words import in_words, name_in_words
from lenetpp.studies.cells import Cell
from lenetpp.studies.measures import Measure
from lenetpp.studies.report.content import CellEntry, Entry, Table
from lenetpp.studies.report.recipes import source_name, training_command
from lenetpp.studies.trainings import COUNTS, SHARES, Training

ALWAYS_SAID = ("epochs", "batch_size", "learning_rate")
"""Settings that everybody asks for, also where they have their default."""
DIGEST_LETTERS = 12
"""Of a digest, where the whole one stands beside it or in ``runs.csv``."""


def cell_entry(cell: Cell, anchor: str, measure: Measure | None, recipe_file: str) -> CellEntry:
    """Return a cell's entry; the measure is the one whose figure stands beside each run."""
    rows = []
    for seed in cell.seeds:
        run = cell.runs.get(seed)
        if run is None:
            rows.append((Entry(str(seed), is_number=True), Entry(cell.missing[seed]), Entry("")))
            continue
        digest = str(run.table("results").get("digest", ""))
        rows.append(
            (
                Entry(str(seed), is_number=True),
                Entry(_figure(cell, seed, measure), is_number=measure is not None),
                Entry(digest[:DIGEST_LETTERS], full=digest, is_code=True),
            )
        )
    runs = Table("", (say("seed"), _title(measure), say("digest")), tuple(rows))
    command = training_command(recipe_file, next(iter(cell.seeds), 1))
    return CellEntry(anchor, cell.label, facts_of(cell.training), runs, recipe_file, command)


def _title(measure: Measure | None) -> str:
    return say("run") if measure is None or measure.by_layer else measure.title


def _figure(cell: Cell, seed: int, measure: Measure | None) -> str:
    if measure is None or measure.by_layer:
        return say("finished")
    value = cell.values.get(measure.name, {}).get(seed)
    return say("none") if value is None else measure.show(value)


def facts_of(training: Training) -> dict[str, str]:
    """Return what decides a training beside its seed, by name; of its settings those that are unusual, and a few."""
    data = training.data
    source = say("embedded") if data.source == EMBEDDED_NAME else source_name(data)
    chosen = {name: value for name in (*COUNTS, *SHARES) if (value := getattr(data, name)) is not None}
    counts = [say("{name} {value}", name=name_in_words(name), value=f"{value:,}") for name, value in chosen.items()]
    classes = [] if data.classes is None else [say("classes {list}", list=", ".join(data.classes))]
    settings = {name: value for name, value in training.settings.as_dict().items() if name != "seed"}
    changed, _ = in_words(settings, always=ALWAYS_SAID)
    return {
        say("network"): training.network,
        say("numbers"): "" if training.dtype == "float32" else training.dtype,
        say("data"): listed((source, *classes, *counts), "{first}; {rest}"),
        say("data digest"): training.data_digest,
        say("settings"): listed(changed),
    }
