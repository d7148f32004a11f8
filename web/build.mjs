// Builds the page: `npm install --prefix web && node web/build.mjs` makes build/web/lenetpp.html, and with `--package` puts
// it where `pip install .` takes it along. It needs emscripten and CMake; what is there already is not made again.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const web = dirname(fileURLToPath(import.meta.url)), root = dirname(web), built = join(root, "build", "wasm");
const inPackage = process.argv.includes("--package");
const output = join(root, ...(inPackage ? ["python", "lenetpp", "pictures", "page"] : ["build", "web"]), "lenetpp.html");
const MOST_BYTES = 5_000_000;

const read = (...path) => readFileSync(join(root, ...path), "utf8");
const run = (...command) => execFileSync(command[0], command.slice(1), { cwd: root, stdio: ["ignore", "inherit", "inherit"] });

/** The first group of what a file of the package has exactly as it is here. */
function found(pattern, text, what) {
  const match = pattern.exec(text);
  if (!match) throw new Error(`web/build.mjs: ${what} is not where it was`);
  return match[1];
}

if (!existsSync(join(built, "CMakeCache.txt"))) run("emcmake", "cmake", "--preset", "wasm");
run("cmake", "--build", "--preset", "wasm", "--parallel", "2");

/** Of colours.py, as numbers; `LAYERS` is a list. */
function projectColours() {
  const source = read("python", "lenetpp", "pictures", "colours.py");
  const colour = (name) => JSON.parse(`[${found(new RegExp(`^${name} = Colour\\(([\\d, ]+)\\)`, "m"), source, name)}]`);
  const layers = found(/^LAYERS = \(\n((?: {4}Colour\([\d, ]+\),\n)+)\)/m, source, "LAYERS");
  const hex = (parts) => `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
  const all = [...layers.matchAll(/Colour\(([\d, ]+)\)/g)].map(([, parts]) => hex(JSON.parse(`[${parts}]`)));
  return [
    `export const LAYERS = ${JSON.stringify(all)};`,
    ...["TRAINING", "TEST"].map((name) => `export const ${name} = "${hex(colour(name))}";`),
    ...["HIGH", "LOW"].map((name) => `export const ${name} = ${JSON.stringify(colour(name))};`),
  ].join("\n");
}

/** Modules that are made here rather than written; the two scripts of emscripten differ in a file's name alone. */
const made = (modules) => ({
  name: "made",
  setup(build) {
    build.onResolve({ filter: /^core-glue$/ }, () => ({ path: join(built, "page", "wasm128.js") }));
    build.onResolve({ filter: /^(worker-code|project-colours)$/ }, ({ path }) => ({ path, namespace: "made" }));
    build.onLoad({ filter: /.*/, namespace: "made" }, ({ path }) => ({ contents: modules[path], loader: "js" }));
  },
});

async function bundled(entry, modules) {
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(web, "page", entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    target: "es2022",
    external: ["node:*", "fs", "path", "crypto", "url", "worker_threads"], // emscripten's, where it runs in node
    charset: "utf8",
    legalComments: "none",
    plugins: [made(modules)],
  });
  return outputFiles[0].text;
}

const worker = await bundled("worker.ts", {});
const script = await bundled("main.ts", {
  "worker-code": `export default ${JSON.stringify(worker)};`,
  "project-colours": projectColours(),
});
const pages = read("python", "lenetpp", "pictures", "templates", "page.html.jinja");
const style = found(/<style>\n([\s\S]*?)\{% block style %\}/, pages, "the style of pages") + read("web", "page", "page.css");

const carried = (id, bytes) => `<script type="application/octet-stream" id="${id}">${bytes.toString("base64")}</script>`;
const module = (name) => gzipSync(readFileSync(join(built, "page", `${name}.wasm`)), { level: 9 });
const embedded = [
  carried("core-relaxed", module("wasm128_relaxed")),
  carried("core-plain", module("wasm128")),
  carried("clothes", readFileSync(join(root, "python", "lenetpp", "data", "embedded", "fashion-mnist-5000.npz"))),
].join("\n");
const licence = read("python", "lenetpp", "data", "embedded", "LICENSE.fashion-mnist").replaceAll("--", "- -");

const page = read("web", "page", "page.html")
  .replace("/* STYLE */", () => esbuild.transformSync(style, { loader: "css", minify: true }).code)
  .replace("<!-- EMBEDDED -->", () => `<!-- The embedded images:\n${licence}\n-->\n${embedded}`)
  .replace("/* SCRIPT */", () => script.replaceAll("</script", "<\\/script"));
if (Buffer.byteLength(page) > MOST_BYTES) throw new Error(`the page has ${Buffer.byteLength(page)} bytes, more than ${MOST_BYTES}`);
mkdirSync(dirname(output), { recursive: true });
writeFileSync(output, page);
console.log(`${output}: ${(Buffer.byteLength(page) / 1e6).toFixed(2)} MB`);
