// Prints the two workers as JSON, each in one text: node bundle.mjs FOLDER-OF-THE-MODULES
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const here = dirname(fileURLToPath(import.meta.url)), modules = resolve(process.argv[2]);
const base64 = (path) => readFileSync(path).toString("base64");

function bundled(entry) {
  const { outputFiles } = esbuild.buildSync({
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    alias: { "core-glue": join(modules, "wasm128.js") },
    external: ["node:*", "fs", "path", "os", "crypto", "url", "worker_threads", "perf_hooks"],
    logLevel: "error",
  });
  return outputFiles[0].text;
}

const tensorflow = join(here, "node_modules", "@tensorflow", "tfjs-backend-wasm", "dist", "tfjs-backend-wasm-simd.wasm");
console.log(
  JSON.stringify({
    core: bundled("core_worker.js"),
    tensorflow: bundled("tensorflow_worker.js"),
    wasm128: base64(join(modules, "wasm128.wasm")),
    wasm128_relaxed: base64(join(modules, "wasm128_relaxed.wasm")),
    tensorflow_wasm: base64(tensorflow),
  }),
);
