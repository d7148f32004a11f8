"""ConfusionMatrix: which classes are taken for which."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lenetpp.basics.kinds import as_index
from lenetpp.basics.language import say, translated
from lenetpp.networks.measurement import Evaluation, evaluation_in_words
from lenetpp.pictures.colours import HIGH, TEST, Colour
from lenetpp.pictures.picture import Picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class ConfusionMatrix(Picture):
    """Images by true class (rows) and predicted class (columns).

    What is right has the colour of the test images, the deeper the larger the share of the class; what is wrong is
    red, the deeper the nearer it comes to the worst mistake.

    Attributes
    ----------
    evaluation : Evaluation
        What is drawn.
    """

    evaluation: Evaluation

    @property
    def title(self) -> str:
        """What is seen, in a line."""
        return say("Images by class: {figures}", figures=evaluation_in_words(self.evaluation))

    @property
    def figure_size(self) -> tuple[float, float]:
        """Width and height in inches."""
        side = 1.6 + 0.5 * len(self.evaluation.class_names)
        return max(side, 4.2), side

    def colour(self, true: int, predicted: int) -> Colour:
        """Return the colour of a cell.

        Raises
        ------
        IndexError
            If there is no such class.
        """
        counts = self.evaluation.confusion
        true, predicted = as_index(true, len(counts), "true"), as_index(predicted, len(counts), "predicted")
        total = int(counts[true].sum())
        share = int(counts[true, predicted]) / total if total else 0.0
        if true == predicted:
            return TEST.tint(share)
        totals = counts.sum(axis=1).clip(min=1)
        wrong = counts / totals[:, None]
        wrong[range(len(wrong)), range(len(wrong))] = 0
        worst = float(wrong.max())
        return HIGH.tint(0.75 * share / worst if worst else 0.0)

    def _draw(self, axes: "Axes") -> None:
        """Draw into Matplotlib's axes."""
        counts, names = self.evaluation.confusion, self.evaluation.class_names
        classes = range(len(names))
        axes.imshow([[self.colour(true, predicted) for predicted in classes] for true in classes], vmin=0, vmax=255)
        for true in classes:
            for predicted in classes:
                colour = self.colour(true, predicted).text.hex
                axes.text(predicted, true, str(counts[true, predicted]), ha="center", va="center", color=colour)
        axes.set_title(translated(self.title), loc="left", fontsize="small", wrap=True)
        axes.set(
            xticks=classes,
            yticks=classes,
            xlabel=translated(say("predicted class")),
            ylabel=translated(say("true class")),
        )
        axes.set_xticklabels(names, rotation=45 if max(map(len, names)) > 2 else 0, rotation_mode="anchor", ha="right")
        axes.set_yticklabels(names)
        axes.spines[:].set_visible(False)
        axes.tick_params(length=0)
