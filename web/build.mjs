// Builds the parts of the page: `npm install --prefix web && node web/build.mjs [FOLDER]`, without a folder those of the
// package, which are files of the repository; pictures/learning_page.py puts the page together. It needs emscripten,
// CMake and Python; what is there already is not made again. What was built of what is written beside them.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";

const web = dirname(fileURLToPath(import.meta.url)), root = dirname(web), built = join(root, "build", "wasm");
const output = resolve(process.argv[2] ?? join(root, "python", "lenetpp", "pictures", "page"));
const SOURCES = [
  "CMakeLists.txt", "CMakePresets.json", "cmake", "cpp/include", "cpp/src", "web/build.mjs", "web/core", "web/package-lock.json",
  "web/page", "python/lenetpp/pictures/colours.py", "python/lenetpp/pictures/templates/page.html.jinja",
];

/** The two modules have most of their code in common: packed together they take half of the room. */
const PACK = `
import pathlib, sys, tarfile
with tarfile.open(sys.argv[1], "w:xz", preset=9) as packed:
    for path in sys.argv[2:]:
        member = tarfile.TarInfo(pathlib.Path(path).name)  # without an owner and a time
        member.size = pathlib.Path(path).stat().st_size
        with open(path, "rb") as content:
            packed.addfile(member, content)
`;

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

/** The files of which the page is made, with `/` in their names, in the order of these. */
function sourceFiles() {
  const files = (path) => statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => files(join(path, name))) : [path];
  return SOURCES.flatMap((path) => files(join(root, path))).map((path) => relative(root, path).replaceAll("\\", "/")).sort();
}

/** Of the compiler's own code: distributions build one version of it in ways that order instructions differently. */
function digestOfLlvm() {
  const said = spawnSync("emcc", ["-v"], { encoding: "utf8" }).stderr;
  const clang = join(found(/^InstalledDir: (.*)$/m, said, "the folder of emcc's compiler"), "clang");
  const linked = spawnSync("ldd", [clang], { encoding: "utf8" }).stdout ?? ""; // no ldd: macOS, Windows
  const library = /=> (\S*libLLVM\S*)/.exec(linked)?.[1] ?? clang;
  return createHash("sha256").update(readFileSync(library)).digest("hex").slice(0, 16);
}

const digest = createHash("sha256");
for (const file of sourceFiles()) digest.update(`${file}\0`).update(readFileSync(join(root, file))).update("\0");
const emscripten = found(/(\d+\.\d+\.\d+)/, execFileSync("emcc", ["--version"], { encoding: "utf8" }), "emcc's version");
const madeOf = { sources: digest.digest("hex"), emscripten, llvm: digestOfLlvm(), esbuild: esbuild.version };

const page = read("web", "page", "page.html")
  .replace("/* STYLE */", () => esbuild.transformSync(style, { loader: "css", minify: true }).code)
  .replace("/* SCRIPT */", () => script.replaceAll("</script", "<\\/script"));
mkdirSync(output, { recursive: true });
copyFileSync(join(built, "page", "wasm128_relaxed.wasm"), join(built, "relaxed.wasm"));
copyFileSync(join(built, "page", "wasm128.wasm"), join(built, "plain.wasm"));
run("python3", "-c", PACK, join(output, "cores.tar.xz"), join(built, "relaxed.wasm"), join(built, "plain.wasm"));
writeFileSync(join(output, "page.html"), page);
writeFileSync(join(output, "made_of.json"), `${JSON.stringify(madeOf, null, 1)}\n`);
console.log(output);
