// Trains in node what standard input lists, with one module of the core; prints the figures as JSON.
//
//   node node_trainings.mjs build/wasm/page/wasm128.js < trainings.json
//
// A training: {text, initialization, seed, normalization, settings, epochs, pixels: {type, base64}, labels}.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const core = await createRequire(import.meta.url)(resolve(process.argv[2]))();
const sha256 = (arrays) => {
  const digest = createHash("sha256");
  for (const array of arrays) digest.update(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return digest.digest("hex");
};

function train({ text, initialization, seed, normalization, settings, epochs, pixels, labels }) {
  const bytes = new Uint8Array(Buffer.from(pixels.base64, "base64"));
  const images = pixels.type === "uint8" ? bytes : new Float32Array(bytes.buffer);
  const network = core.Network.parse(text);
  network.initialize(seed, initialization);
  if (normalization) network.setNormalization(normalization.mean, normalization.deviation);
  const training = core.Training.start(network, images, Int32Array.from(labels), settings);
  const losses = [];
  while (losses.length < epochs) {
    const slice = training.train(0); // a step at a time: where an epoch is interrupted decides nothing
    if (slice.divergence) throw new Error(`${text}: diverged in step ${slice.divergence.step}`);
    if (slice.epochEnded) losses.push(slice.loss);
  }
  const parameters = network.parameters().map(({ values }) => values);
  const result = { parameters: sha256(parameters), outputs: sha256([network.outputs(images)]), losses };
  const hasState = text.includes("batchnorm"); // of which a digest is, too, and which scripts cannot ask for
  if (!hasState && network.digest() !== result.parameters) throw new Error(`${text}: digest() is not that of the parameters`);
  training.delete();
  network.delete();
  return result;
}

const trainings = JSON.parse(readFileSync(0, "utf8"));
const results = Object.fromEntries(Object.entries(trainings).map(([name, training]) => [name, train(training)]));
console.log(JSON.stringify({ instructionSets: core.instructionSets(), numerics: core.numericsVersion(), results }));
