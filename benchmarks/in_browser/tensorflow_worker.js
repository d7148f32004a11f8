import "@tensorflow/tfjs-backend-cpu";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import * as tf from "@tensorflow/tfjs-core";
import * as layers from "@tensorflow/tfjs-layers";
import { BATCH_SIZE, bytesOf, DEVIATION, labelsOf, LEARNING_RATE, MEAN, MOMENTUM, serve } from "./problem.js";

serve(async (images, { backend, wasm }) => {
  if (backend === "wasm") {
    const bytes = Uint8Array.from(atob(wasm), (letter) => letter.charCodeAt(0));
    const url = URL.createObjectURL(new Blob([bytes], { type: "application/wasm" }));
    setWasmPaths({ "tfjs-backend-wasm.wasm": url, "tfjs-backend-wasm-simd.wasm": url, "tfjs-backend-wasm-threaded-simd.wasm": url });
  }
  if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} does not start`);
  await tf.ready();
  const model = layers.sequential({
    layers: [
      layers.layers.conv2d({ inputShape: [28, 28, 1], filters: 6, kernelSize: 5, padding: "same", activation: "relu" }),
      layers.layers.maxPooling2d({ poolSize: 2 }),
      layers.layers.conv2d({ filters: 16, kernelSize: 5, activation: "relu" }),
      layers.layers.maxPooling2d({ poolSize: 2 }),
      layers.layers.flatten(),
      layers.layers.dense({ units: 120, activation: "relu" }),
      layers.layers.dense({ units: 84, activation: "relu" }),
      layers.layers.dense({ units: 10, activation: "softmax" }),
    ],
  });
  model.compile({ optimizer: tf.train.momentum(LEARNING_RATE, MOMENTUM), loss: "sparseCategoricalCrossentropy" });
  const scaled = Float32Array.from(bytesOf(images), (byte) => (byte - MEAN) / DEVIATION);
  const pixels = tf.tensor4d(scaled, [images, 28, 28, 1]), labels = tf.tensor1d(Float32Array.from(labelsOf(images)));
  return () => model.fit(pixels, labels, { batchSize: BATCH_SIZE, epochs: 1, verbose: 0, yieldEvery: "never" });
});
