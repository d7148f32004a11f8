// Train, pause, step, begin anew; how far it is, and how fast.
import { byId, make, written } from "./elements";
import type { Experiment } from "./experiment";
import { currentLanguage, percent, say } from "./words";

export function controls(experiment: Experiment): void {
  const train = byId<HTMLButtonElement>("train"), step = byId<HTMLButtonElement>("step");
  const reset = byId<HTMLButtonElement>("reset"), bar = byId<HTMLProgressElement>("progress");
  const figures = { loss: make("dd"), training_accuracy: make("dd"), test_accuracy: make("dd"), images_per_second: make("dd") };
  for (const [word, value] of Object.entries(figures)) {
    const name = make("dt");
    written(() => (name.textContent = say(word as keyof typeof figures)));
    byId("figures").append(make("div", {}, name, value));
  }

  train.addEventListener("click", () => void experiment.client.call(experiment.state === "training" ? "pause" : "run"));
  step.addEventListener("click", () => void experiment.client.call("step"));
  reset.addEventListener("click", () => void experiment.begin());

  const show = (): void => {
    const { state, progress, history, settings, data, problem } = experiment;
    const isUsable = problem === null && !experiment.isOpened && data !== undefined;
    train.textContent = say(state === "training" ? "pause" : state === "paused" ? "go_on" : "train");
    train.disabled = !isUsable || state === "finished" || state === "diverged";
    step.disabled = train.disabled || state === "training";
    reset.disabled = !data;
    if (!data) return;
    const last = history.at(-1), images = data.train.labels.length;
    const done = progress ? progress.epoch + progress.samples / images : (last?.epoch ?? 0);
    bar.max = settings.epochs;
    bar.value = done;
    const epoch = Math.min(settings.epochs, Math.floor(done) + (state === "finished" || done === 0 ? 0 : 1));
    byId("epoch").textContent = `${say("epoch")} ${epoch} ${say("of")} ${settings.epochs}`;
    const number = new Intl.NumberFormat(currentLanguage(), { maximumFractionDigits: 0 });
    figures.loss.textContent = progress ? progress.loss.toFixed(3) : "–";
    figures.training_accuracy.textContent = progress ? percent(progress.accuracy) : "–";
    figures.test_accuracy.textContent = last ? percent(last.testAccuracy) : "–";
    figures.images_per_second.textContent = progress ? number.format(progress.imagesPerSecond) : "–";
    byId("state").textContent = state === "diverged" ? `${say("diverged")} (${experiment.message})` : say(state);
  };
  for (const happening of ["begun", "progress", "epoch", "state", "text-problem"] as const) experiment.on(happening, show);
  written(show);
}
