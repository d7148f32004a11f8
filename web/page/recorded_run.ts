// The folder of a recorded run: its model, and its epochs from metrics.jsonl.
import type { EpochRecord } from "./protocol";

interface Line {
  epoch: number;
  loss: number | null;
  training_accuracy: number | null;
  test_loss: number | null;
  test_accuracy: number | null;
  gradient_norms?: Record<string, number>;
  dead_units?: Record<string, number>;
}

export interface OpenedFiles {
  name: string;
  model: Uint8Array<ArrayBuffer>;
  history: EpochRecord[];
}

const MOST_BYTES = 256 * 2 ** 20;

/** Of a model's file alone, or of all files of a run's folder. */
export async function openedFiles(files: readonly File[]): Promise<OpenedFiles> {
  const model = files.find(({ name }) => name === "model.safetensors") ?? files.find(({ name }) => name.endsWith(".safetensors"));
  if (!model) {
    const names = files.slice(0, 3).map(({ name }) => name).join(", ");
    throw new Error(`${names}: expected a model (model.safetensors), or the folder of a recorded run, which has one`);
  }
  if (model.size > MOST_BYTES) throw new Error(`${model.name}: is larger than this page takes, ${MOST_BYTES / 2 ** 20} MiB`);
  const metrics = files.find(({ name }) => name === "metrics.jsonl");
  return {
    name: model.name,
    model: new Uint8Array(await model.arrayBuffer()),
    history: metrics ? epochsOf(await metrics.text()) : [],
  };
}

function epochsOf(text: string): EpochRecord[] {
  return text.split("\n").filter((line) => line.trim()).map((line, i) => {
    let read: Line;
    try {
      read = JSON.parse(line) as Line;
    } catch {
      throw new Error(`metrics.jsonl: line ${i + 1} is damaged`);
    }
    return {
      epoch: read.epoch,
      loss: read.loss,
      trainingAccuracy: read.training_accuracy,
      testLoss: read.test_loss ?? NaN,
      testAccuracy: read.test_accuracy ?? NaN,
      gradientNorms: read.gradient_norms ?? {},
      deadUnits: read.dead_units ?? {},
    };
  });
}

/** Class names in a model's file; null where it has none. */
export function namesOf(metadata: Record<string, string>, outputs: number): string[] | null {
  try {
    const names: unknown = JSON.parse(metadata.classes ?? "null");
    const isRight = Array.isArray(names) && names.length === outputs && names.every((name) => typeof name === "string");
    return isRight ? (names as string[]) : null;
  } catch {
    return null;
  }
}
