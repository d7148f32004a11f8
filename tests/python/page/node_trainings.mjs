// Trains in node what standard input lists, with one module of the core; prints the figures as JSON.
//
//   node node_trainings.mjs build/wasm/page/wasm128.js < trainings.json
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import "./golden_training.js";

const core = await createRequire(import.meta.url)(resolve(process.argv[2]))();
console.log(JSON.stringify(await globalThis.trainGolden(core, JSON.parse(readFileSync(0, "utf8")))));
