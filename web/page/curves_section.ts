// Accuracy and gradients over the epochs.
import { Chart, type Line, powersOfTen } from "./chart";
import { LAYERS, TEST, TRAINING } from "./colours";
import { make, written } from "./elements";
import type { Experiment } from "./experiment";
import { section, text } from "./section";
import { percent, say } from "./words";

export function curvesSections(experiment: Experiment): HTMLElement[] {
  const accuracy = new Chart(), gradients = new Chart();
  const draw = (): void => {
    if (!experiment.tried || (experiment.history.length === 0 && !experiment.progress)) return;
    const { history, progress, settings } = experiment;
    const epochs = Math.max(settings.epochs, history.at(-1)?.epoch ?? 0);
    const images = experiment.data?.train.labels.length ?? 1;
    const now = progress && progress.samples < images ? progress.epoch + progress.samples / images : null;
    const running = (value: number | undefined): [number, number][] => (now === null || value === undefined ? [] : [[now, value]]);
    const training: Line = {
      name: say("training_accuracy"),
      colour: TRAINING!,
      dashes: "6 4",
      points: [
        ...history.flatMap((record): [number, number][] => (record.trainingAccuracy === null ? [] : [[record.epoch, record.trainingAccuracy]])),
        ...running(progress?.accuracy),
      ],
    };
    const test: Line = {
      name: say("test_accuracy"),
      colour: TEST!,
      points: history.map((record) => [record.epoch, record.testAccuracy]),
    };
    accuracy.show(say("accuracy"), [training, test], { least: 0, most: 1, ticks: [0, 0.25, 0.5, 0.75, 1], words: (value) => percent(value).replace(".0 ", " ") }, epochs);
    const lines = gradientLines(experiment, now);
    gradients.show(say("gradients"), lines, powersOfTen(lines.flatMap(({ points }) => points.map(([, value]) => value))), epochs);
  };
  experiment.on("begun", draw);
  experiment.on("progress", draw);
  experiment.on("epoch", draw);
  written(draw);
  return [
    section("curves", "curves", "curves_about", make("figure", {}, accuracy.element, text("figcaption", "epoch", "axis"))),
    section("gradients", "gradients", "gradients_about", make("figure", {}, gradients.element, text("figcaption", "epoch", "axis"))),
  ];
}

/** One line for each layer with weights: the norm of the gradient of its weights. */
function gradientLines({ history, progress, description }: Experiment, now: number | null): Line[] {
  const layers = description?.layers ?? [], withWeights = layers.flatMap(({ parameters }, i) => (parameters > 0 ? [i] : []));
  return withWeights.map((layer, order) => {
    const name = `${layer}.weight`;
    const points = history.flatMap((record): [number, number][] => {
      const norm = record.gradientNorms[name];
      return norm === undefined ? [] : [[record.epoch, norm]];
    });
    const running = now === null ? undefined : progress?.arrays.find((array) => array.name === name);
    if (running) points.push([now!, running.gradientNorm]);
    return { name: layers[layer]!.text.split(" ").slice(0, 2).join(" "), colour: LAYERS[order % LAYERS.length]!, points };
  });
}
