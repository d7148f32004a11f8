"""Answers that no training made, so that a test decides what the report has to say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import lenetpp as lp
from lenetpp.data.choice import DataChoice
from lenetpp.pictures.matched_filters import match_filters
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.studies.answers import Answer, BenchmarkAnswer, Cell, Difference, FilterAnswer, LayerAnswer
from lenetpp.studies.estimates import paired
from lenetpp.studies.judgements import Judgement
from lenetpp.studies.plan import Plan
from lenetpp.studies.question_kinds import BenchmarkQuestion, Comparison, FilterQuestion
from lenetpp.studies.question_parts import Claim, Condition
from lenetpp.studies.study_file import StudyFile
from lenetpp.studies.trainings import Training

NETWORKS = {
    "perceptron": "3x32x32 | dense 50 sigmoid(2) | dense 2",
    "LeNet": "3x32x32 | conv 4x5x5 separate nobias | maxpool 3/2 | dense 20 sigmoid(2) | dense 2",
}
ACCURACIES = {
    ("2000", "perceptron"): (0.741, 0.7525, 0.738, 0.7465, 0.75),
    ("2000", "LeNet"): (0.812, 0.8205, 0.8145, 0.809, 0.8225),
    ("4000", "perceptron"): (0.762, 0.7705, 0.759, 0.766, 0.7685),
    ("4000", "LeNet"): (0.861, 0.8735, 0.8645, 0.8575, 0.8695),
}
POST: dict[str, Any] = {
    "author": "糟谷勇児", "title": "「第五回」", "where": "A blog", "date": "April 2020", "address": "https://example.org",
    "source": "the blog", "not_asked": ["his machine is fast"],
}  # fmt: skip
FAILURE = "diverged in epoch 3: the loss is not finite"


@dataclass(frozen=True)
class HandmadeResult:
    """What a report needs to know of a study's result."""

    plan: Plan
    answers: Sequence[Answer | FilterAnswer | BenchmarkAnswer]
    command: str = "lenetpp study blog --jobs 2"
    runs: Path = field(default_factory=Path)


def digest_of(name: str, seed: int) -> str:
    return f"{abs(hash_of(name)) % 16**8:08x}{seed:08x}".ljust(64, "a")


def hash_of(name: str) -> int:
    return sum(ord(letter) * 31**place for place, letter in enumerate(name))


def training(network: str, **data: Any) -> Training:
    settings = lp.TrainingSettings(epochs=20, learning_rate=0.02, batch_size=32, flip_horizontally=True)
    choice = DataChoice("cifar10", ("airplane", "ship"), **data)
    return Training(choice, "d" * 64, network, "float32", settings, 2 * data.get("train_per_class", 4000))


def cell(
    levels: Mapping[str, str],
    network: str,
    values: Mapping[str, Mapping[int, float]],
    layer_values: Mapping[str, Mapping[str, Mapping[int, float]]] | None = None,
    missing: Mapping[int, str] | None = None,
    label: str | None = None,
) -> Cell:
    name = label or ", ".join(levels.values())
    seeds = sorted({seed for figures in values.values() for seed in figures}) or [1]
    runs = {
        seed: RecordedRun(
            Path("runs") / f"2026-11-24_{hash_of(name) % 10**6:06d}-{seed}",
            {"outcome": "finished", "results": {"digest": digest_of(name, seed)}},
            [],
        )
        for seed in seeds
    }
    return Cell(
        levels=levels,
        label=name,
        training=training(network, train_per_class=int(levels.get("train_per_class", 4000))),
        runs=runs,
        missing=missing or {},
        values=values,
        layer_values=layer_values or {},
    )


def by_seed(figures: Sequence[float]) -> dict[int, float]:
    return dict(enumerate(figures, start=1))


def differences_of(cells: Sequence[Cell], compare: str, against: str, comparisons: int) -> tuple[Difference, ...]:
    found = []
    for one in cells:
        levels = {**one.levels, compare: against}
        other = next(cell for cell in cells if cell.levels == levels)
        if one is not other:
            estimate = paired(one.values["test_accuracy"], other.values["test_accuracy"], comparisons)
            assert estimate is not None
            found.append(Difference(one, other, estimate, comparisons, f"{one.label} against {other.label}."))
    return tuple(found)


def comparison_answer() -> Answer:
    """Two networks at two sizes, with a published figure, a goal and a seed that diverged."""
    question = Comparison.model_validate(
        {
            "title": "Is LeNet better than a perceptron?",
            "compare": "network",
            "by": ["train_per_class"],
            "metrics": ["test_accuracy", "training_seconds", "parameters", "gradient_norms"],
            "published": [
                {"where": {"train_per_class": "4000", "network": "LeNet"}, "value": 0.83, "source": "the blog | 2016"}
            ],
            "goals": [{"where": {"train_per_class": "4000", "network": "LeNet"}, "at_least": 0.86}],
        }
    )
    cells = []
    for number, ((size, network), accuracies) in enumerate(ACCURACIES.items()):
        missing = {6: FAILURE} if (size, network) == ("4000", "LeNet") else {}
        layers = ("0.weight", "1.weight") if network == "perceptron" else ("0.weight", "2.weight", "3.weight")
        cells.append(
            cell(
                {"train_per_class": size, "network": network},
                NETWORKS[network],
                {
                    "test_accuracy": by_seed(accuracies),
                    "training_seconds": by_seed([1.25 + number + 0.01 * seed for seed in range(5)]),
                    "parameters": by_seed([153_752.0 if network == "perceptron" else 18_162.0] * 5),
                },
                {
                    "gradient_norms": {
                        layer: by_seed([10 ** (place - 4) * (1 + 0.05 * seed) for seed in range(5)])
                        for place, layer in enumerate(layers)
                    }
                },
                missing,
                label=f"{network}, train per class {size}",
            )
        )
    return Answer(
        name="lenet",
        title=question.title,
        text="The blog compared one run of each.\n\nSecond paragraph, with <markup> & *stars*.",
        question=question,
        cells=tuple(cells),
        differences=differences_of(cells, "network", "perceptron", 2),
        sentences=("With LeNet instead of perceptron, test accuracy is higher.", "Goal for LeNet: reached."),
        notes=("Intervals are about the spread over seeds.",),
        headline="Yes. LeNet gets 86.5 % of the test images right, the perceptron 76.5 %.",
        certainty="In all 10 pairs of trainings LeNet was ahead.",
        judgements=(
            Judgement(
                Claim(text="LeNet is better", source="the blog", conditions=[Condition(at_least=0.0)]), "right", ()
            ),
            Judgement(
                Claim(text="by far | a lot", source="another", conditions=[Condition(at_least=0.2)]), "wrong", ()
            ),
        ),
    )


def curve_answer() -> Answer:
    """Accuracy over six sizes, two networks."""
    question = Comparison.model_validate(
        {
            "title": "What do more images bring?", "compare": "train_per_class", "by": ["network"], "picture": "line",
            "over": "train_per_class",
        }
    )  # fmt: skip
    cells = [
        cell(
            {"network": network, "train_per_class": str(size)},
            NETWORKS[network],
            {"test_accuracy": by_seed([start + 0.03 * place + 0.002 * (seed - 1) for seed in range(3)])},
        )
        for network, start in (("perceptron", 0.68), ("LeNet", 0.74))
        for place, size in enumerate((250, 500, 1000, 2000, 4000, 5000))
    ]
    return Answer(
        "curve", question.title, "", question, tuple(cells), differences_of(cells, "train_per_class", "250", 10),
        ("Test accuracy grows with the images.",), (), "More images help.", "The interval lies above zero.",
    )  # fmt: skip


def grid_answer() -> Answer:
    """Filters of two layers against each other, one seed each in the first row."""
    question = Comparison.model_validate(
        {"title": "Which filters?", "compare": "second filters", "by": ["first filters"], "picture": "grid"}
    )
    cells = [
        cell(
            {"first filters": str(first), "second filters": str(second)},
            NETWORKS["LeNet"],
            {
                "test_accuracy": by_seed(
                    [0.8 + 0.01 * first + 0.004 * second + 0.003 * seed for seed in range(1 if first == 2 else 3)]
                )
            },
        )
        for first in (2, 5)
        for second in (3, 5, 8)
    ]
    return Answer(
        "grid", question.title, "", question, tuple(cells), (), ("The best is 5 and 8.",), (),
        "Five and eight filters are best.", "By a hair.",
    )  # fmt: skip


def filter_answer() -> FilterAnswer:
    """Untrained filters of three seeds."""
    text = "1x12x12 | conv 5x5x5 | maxpool 2 | conv 3x3x3 separate | dense 2"
    networks = [lp.Network.parse(text) for _ in range(3)]
    for seed, network in enumerate(networks, start=1):
        network.initialize(seed)
    here = cell({"activation": "ReLU"}, text, {"test_accuracy": by_seed([0.5, 0.6, 0.7])})
    layers = tuple(
        LayerAnswer(
            cell=here,
            layer=layer,
            text=words,
            match=match_filters(networks, layer),
            likeness={(1, 2): 0.5, (1, 3): 0.6, (2, 3): 0.55},
            gabor_shares=by_seed([0.2, 0.4, 0.2]),
            gabor_scores=by_seed([0.31, 0.42, 0.37]),
            noise_share=0.03,
            too_big=False,
        )
        for layer, words in ((0, "conv 5x5x5"), (2, "conv 3x3x3 separate"))
    )
    question = FilterQuestion(kind="filters", title="The same filters?", compare="activation")
    return FilterAnswer(
        "filters", question.title, "", question, (here,), layers, ("Hardly.",), ("A note.",),
        "No: filters are alike by 0.55.", "Ranges of three pairs.",
    )  # fmt: skip


def benchmark_answer() -> BenchmarkAnswer:
    nan = float("nan")
    return BenchmarkAnswer(
        name="tricks",
        title="What did each trick bring?",
        text="",
        question=BenchmarkQuestion(
            kind="benchmark",
            title="What did each trick bring?",
            file="ladder.json",
            command="python ladder.py --json F",
        ),
        header=("rung", "-O2", "-O3"),
        rows=(("naive", "1,010", "1,520"), ("sparse", "1,500 (1.5)", "2,400 (1.6)"), ("lenetpp", "47,000", "")),
        speeds={"-O2": (1010.0, 1500.0, nan), "-O3": (1520.0, 2400.0, nan), "": (nan, nan, 47000.0)},
        sentences=("Everything together is 47 times as fast.",),
        note="Measured on 2026-11-24.",
        headline="All tricks make it 47 times as fast.",
        certainty="Measured nine times in turn.",
    )


def handmade_result() -> HandmadeResult:
    answers = (comparison_answer(), curve_answer(), grid_answer(), filter_answer(), benchmark_answer())
    file = StudyFile.model_validate(
        {
            "title": "The blog's questions",
            "text": "Answered with error bars.",
            "post": POST,
            "questions": {"tricks": answers[-1].question.model_dump()},
        }
    )
    return HandmadeResult(Plan("blog", file, ()), answers)
