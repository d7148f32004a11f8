// The page's side of the worker: functions that promise, and what the worker says by itself.
import workerCode from "worker-code";
import type { CoreError } from "./core";
import type { Answer, CallName, Calls, EpochEnd, Progress, TrainingState } from "./protocol";

interface Listener {
  progress(progress: Progress): void;
  epoch(end: EpochEnd): void;
  state(state: TrainingState, message: string): void;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export class Client {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private count = 0;

  constructor(private readonly listener: Listener) {
    // A file on the disk may start no worker of another file, but one of its own text.
    const url = URL.createObjectURL(new Blob([workerCode], { type: "text/javascript" }));
    this.worker = new Worker(url);
    this.worker.onmessage = ({ data }: MessageEvent<Answer>) => this.receive(data);
    this.worker.onerror = (event) => {
      for (const { reject } of this.waiting.values()) reject(new Error(`the worker stopped: ${event.message}`));
      this.waiting.clear();
    };
  }

  call<Name extends CallName>(name: Name, ...given: Parameters<Calls[Name]>): Promise<ReturnType<Calls[Name]>> {
    const id = ++this.count;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
      this.worker.postMessage({ id, name, given });
    });
  }

  private receive(answer: Answer): void {
    if ("event" in answer) {
      if (answer.event === "progress") this.listener.progress(answer.progress);
      else if (answer.event === "epoch") this.listener.epoch(answer.end);
      else this.listener.state(answer.state, answer.message);
      return;
    }
    const waiting = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    if ("value" in answer) return waiting?.resolve(answer.value);
    const error: CoreError = new Error(answer.error);
    if (answer.column !== undefined) error.column = answer.column;
    waiting?.reject(error);
  }
}
