// Runs the site's own search, which is Sphinx's, without a browser: `node site_search.js SITE QUERY...` prints, as JSON,
// the first three results of each query in the order in which the site shows them.
"use strict";
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const SCRIPTS = [
  "_static/documentation_options.js",
  "_static/doctools.js",
  "_static/sphinx_highlight.js",
  "_static/language_data.js", // with the site's own scorer
  "_static/searchtools.js",
  "searchindex.js",
];

const [site, ...queries] = process.argv.slice(2);
// A page that is still being loaded: the scripts wait for its end, which does not come.
const page = { readyState: "loading", getElementById: () => null, addEventListener: () => {} };
const context = vm.createContext({
  document: page,
  localStorage: { getItem: () => null, setItem: () => {}, removeItem: () => {} },
  _: (words) => words,
});
context.window = context;
for (const script of SCRIPTS) {
  vm.runInContext(fs.readFileSync(path.join(site, script), "utf8"), context, { filename: script });
}
const search = vm.runInContext("(query) => Search._performSearch(...Search._parseQuery(query))", context);
const found = queries.map((query) =>
  search(query)
    .reverse()
    .slice(0, 3)
    .map(([page, title, place]) => ({ page, title, place })),
);
console.log(JSON.stringify(found));
