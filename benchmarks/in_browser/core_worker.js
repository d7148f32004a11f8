import createCore from "core-glue";
import { BATCH_SIZE, bytesOf, DEVIATION, labelsOf, LEARNING_RATE, LENET5, MEAN, MOMENTUM, serve } from "./problem.js";

serve(async (images, { wasm }) => {
  const wasmBinary = Uint8Array.from(atob(wasm), (letter) => letter.charCodeAt(0)).buffer;
  const core = await createCore({ wasmBinary });
  const network = core.Network.parse(LENET5);
  network.setNormalization([MEAN], [DEVIATION]);
  network.initialize(1, "he");
  const settings = { batch_size: BATCH_SIZE, momentum: MOMENTUM, learning_rate: LEARNING_RATE };
  const training = core.Training.start(network, bytesOf(images), labelsOf(images), null, settings);
  return () => {
    while (!training.train(1e6).epochEnded);
  };
});
