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

  const undo = byId<HTMLButtonElement>("undo"), pending = byId("pending");
  const pauses = (): boolean => experiment.state === "training" && experiment.change === "none";
  train.addEventListener("click", () => void (pauses() ? experiment.client.call("pause") : experiment.train()));
  step.addEventListener("click", () => void experiment.client.call("step"));
  reset.addEventListener("click", () => void experiment.reset());
  undo.addEventListener("click", () => void experiment.forgetChanges());

  const show = (): void => {
    const { state, progress, history, data, problem, change, awaited } = experiment;
    const isUsable = data !== undefined && !awaited, isRunning = state === "training" || state === "paused" || state === "ready";
    const isWaiting = change !== "none" || problem !== null;
    train.textContent = say(pauses() ? "pause" : state === "paused" && change === "none" ? "go_on" : "train");
    train.disabled = !isUsable || (!pauses() && problem !== null) || (change === "none" && (experiment.isOpened || !isRunning));
    step.disabled = !isUsable || experiment.isOpened || !isRunning || (isWaiting && state !== "training");
    reset.disabled = !isUsable || problem !== null;
    undo.hidden = pending.hidden = !isUsable || !isWaiting;
    pending.textContent = say(problem ? "pending_problem" : change === "extended" ? "pending_longer" : "pending_anew");
    if (!data) return;
    const { settings } = experiment;
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
  for (const happening of ["begun", "progress", "epoch", "state", "considered", "address"] as const) experiment.on(happening, show);
  written(show);
}
