"""What single classes suffer from, which the accuracy of all hides: few images, or hardly any that are recognised.

The thresholds lie between what healthy and ill trainings of small networks on CIFAR-10, MNIST and Fashion-MNIST
recorded; figures of both stand beside them.
"""

from collections.abc import Mapping, Sequence
from statistics import median

from lenetpp.basics.language import listed, say
from lenetpp.basics.percent import percent
from lenetpp.data.parts import part_in_words
from lenetpp.health.finding import Finding
from lenetpp.health.layer_figures import LayerFigures
from lenetpp.networks.measurement import Evaluation
from lenetpp.records.guessing import has_learned_nothing
from lenetpp.records.recorded_runs import RecordedRun
from lenetpp.settings.advice import class_weights, one_of

LOST = 0.25
"""Recall / that of the median of the other classes. Hard classes, such as cats of CIFAR-10, had 0.35 and more where it
went well; classes with a tenth or a fifth of the images of others 0.01 to 0.3, trainings that ended too early 0.07."""
RARE = 0.5
"""Training images / those of the median of the other classes."""
WEAK = 0.75
"""Recall of a rare class / that of the median of the others: 0.3 to 0.7 where a class had a tenth to a third of their
images; 0.8 to 0.9 where it was easily told apart."""
LEARNED = 0.5
"""Recall of the median of the others; below, there is nothing to be measured by."""
FEWEST_IMAGES = 10
"""Unseen ones of a class, without which its recall says nothing."""
MOST_NAMED = 5


def check_classes(run: RecordedRun, _: Sequence[LayerFigures]) -> Finding | None:
    """Tell of classes that are hardly ever recognised while others are, and of rare ones that are so less often."""
    evaluation = run.evaluation
    if evaluation is None or not run.history:
        return None
    has_learned = not has_learned_nothing(run.record, run.history[-1].training_accuracy)
    unseen = evaluation.confusion.sum(axis=1)
    names = [name for name, count in zip(evaluation.class_names, unseen.tolist(), strict=True) if count]
    images = _training_images(run, evaluation)
    recalls = {name: evaluation.class_recalls[name] or 0.0 for name in names}
    lost, weak = [], []
    for name, count in zip(evaluation.class_names, unseen.tolist(), strict=True):
        others = [recalls[other] for other in names if other != name]
        if count < FEWEST_IMAGES or not others or median(others) < LEARNED:
            continue
        share = recalls[name] / median(others)
        is_rare = _is_rare(name, images)
        if share < LOST and (is_rare or has_learned):
            lost.append(name)
        elif is_rare and share < WEAK:
            weak.append(name)
    affected = lost + weak
    if not affected:
        return None
    judge = "unseen" if run.kept is None else run.kept.judged_by or "unseen"
    best = max(recalls, key=recalls.__getitem__)
    total = sum(images.values())
    words = [
        say(
            "{share} of {name} ({images} training images)",
            share=percent(recalls[name], 0),
            name=name,
            images=f"{images[name]:,}",
        )
        for name in affected
    ]
    more = say(" and {count} more classes", count=len(words) - MOST_NAMED) if len(words) > MOST_NAMED else ""
    rare = [name for name in affected if _is_rare(name, images)]
    remedies = (
        class_weights(run.settings) if rare else say("more epochs"),
        say("more images of it") if len(affected) == 1 else say("more images of them"),
    )
    return Finding(
        say("lost classes") if lost else say("rare classes"),
        say(
            "Share of the {judge} images that is classified correctly: {list}{more}, against {share} of {best}. "
            "There are {total} training images of {count} classes.",
            judge=part_in_words(judge),
            list=listed(words[:MOST_NAMED]),
            more=more,
            share=percent(recalls[best], 0),
            best=best,
            total=f"{total:,}",
            count=len(images),
        ),
        say("The overall accuracy hides this: the rarer a class is, the less its mistakes count.")
        if rare
        else say("The overall accuracy hides this."),
        say("Try {remedies}, and look at its mistakes: do the labels match the images?", remedies=one_of(*remedies)),
    )


def _is_rare(name: str, images: Mapping[str, int]) -> bool:
    return images[name] < RARE * median(count for other, count in images.items() if other != name)


def _training_images(run: RecordedRun, evaluation: Evaluation) -> dict[str, int]:
    """Return how many images of each class were trained on; of older records, in proportion to the unseen ones."""
    data = run.table("data")
    counts = data.get("train_images_by_class")
    if counts is None:
        unseen = evaluation.confusion.sum(axis=1)
        counts = [round(data["images"]["train"] * int(count) / evaluation.count) for count in unseen]
    return dict(zip(evaluation.class_names, counts, strict=True))
