// A training as it is watched: what the worker has told of it, and who is told.
import { Client } from "./client";
import type { Parameter } from "./core";
import type { EpochEnd, EpochRecord, Progress, TrainingState } from "./protocol";

/**
 * What the sections are told of. "begun": another problem, nothing learned yet; "considered": the wish has changed, or
 * what is said of it; "address": an address was read, or images for it are waited for.
 */
export type Happening = "begun" | "progress" | "epoch" | "state" | "considered" | "address";

export class Watched {
  readonly client: Client;
  state: TrainingState = "ready";
  message = "";
  history: EpochRecord[] = [];
  progress: Progress | null = null;
  parameters: Parameter[] = [];
  predictions: Int32Array = new Int32Array();
  digest = "";

  private readonly listeners = new Map<Happening, (() => void)[]>();
  private queue: Promise<unknown> = Promise.resolve();

  constructor() {
    this.client = new Client({
      progress: (progress) => {
        this.progress = progress;
        this.parameters = progress.parameters;
        this.tell("progress");
      },
      epoch: (end) => {
        this.take(end);
        this.history.push(end.record);
        this.tell("epoch");
      },
      state: (state, message) => {
        this.state = state;
        this.message = message;
        this.tell("state");
      },
    });
  }

  on(happening: Happening, listener: () => void): void {
    this.listeners.set(happening, [...(this.listeners.get(happening) ?? []), listener]);
  }

  protected tell(happening: Happening): void {
    for (const listener of this.listeners.get(happening) ?? []) listener();
  }

  protected take(end: EpochEnd): void {
    this.parameters = end.parameters;
    this.predictions = end.predictions;
    this.digest = end.digest;
  }

  /** One after the other: each begins with what the one before has left. */
  protected queued<T>(work: () => Promise<T>): Promise<T> {
    const done = this.queue.then(work);
    this.queue = done.catch(() => undefined);
    return done;
  }
}
