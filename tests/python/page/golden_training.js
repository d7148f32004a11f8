// Trains with a module of the core what tests/python/page/golden.py describes; for node and for a worker in a browser.
//
// A training: {text, initialization, seed, normalization, whitens, settings, epochs, pixels: {type, base64}, labels}.

async function sha256(arrays) {
  const bytes = arrays.flatMap((array) => [...new Uint8Array(array.buffer, array.byteOffset, array.byteLength)]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes)));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function trained(core, { text, initialization, seed, normalization, whitens, settings, epochs, pixels, labels }) {
  const bytes = Uint8Array.from(atob(pixels.base64), (letter) => letter.charCodeAt(0));
  const images = pixels.type === "uint8" ? bytes : new Float32Array(bytes.buffer);
  const network = core.Network.parse(text);
  network.initialize(seed, initialization);
  if (normalization) network.setNormalization(normalization.mean, normalization.deviation);
  if (whitens) network.whiten(images);
  const training = core.Training.start(network, images, Int32Array.from(labels), null, settings);
  const losses = [];
  while (losses.length < epochs) {
    const slice = training.train(0); // a step at a time: where an epoch is interrupted decides nothing
    if (slice.divergence) throw new Error(`${text}: diverged in step ${slice.divergence.step}`);
    if (slice.epochEnded) losses.push(slice.loss);
  }
  const parameters = await sha256(network.parameters().map(({ values }) => values));
  const result = { parameters, outputs: await sha256([network.outputs(images)]), losses };
  const hasState = text.includes("batchnorm"); // of which a digest is, too, and which scripts cannot ask for
  if (!hasState && network.digest() !== parameters) throw new Error(`${text}: digest() is not that of the parameters`);
  training.delete();
  network.delete();
  return result;
}

globalThis.trainGolden = async (core, trainings) => {
  const results = {};
  for (const [name, training] of Object.entries(trainings)) results[name] = await trained(core, training);
  return { instructionSets: core.instructionSets(), numerics: core.numericsVersion(), results };
};
