// Runs the site's own search, Sphinx's, without a browser: node site_search.js SITE QUERY... prints the first three results of each.
"use strict";
const fs = require("fs");
const path = require("path");
const vm = require("vm");

const [site, ...queries] = process.argv.slice(2);
const nowhere = new Proxy(function () {}, { get: (_, name) => (name === Symbol.toPrimitive ? () => "" : nowhere), set: () => true, apply: () => null });
const context = vm.createContext({
  console,
  document: { getElementById: () => null, addEventListener: () => {}, documentElement: nowhere, readyState: "loading" },
  localStorage: nowhere,
  _: (words) => words,
});
context.window = context;
for (const file of ["_static/documentation_options.js", "_static/doctools.js", "_static/sphinx_highlight.js", "_static/language_data.js", "_static/searchtools.js", "searchindex.js"]) {
  vm.runInContext(fs.readFileSync(path.join(site, file), "utf8"), context, { filename: file });
}
const search = vm.runInContext("(query) => Search._performSearch(...Search._parseQuery(query))", context);
const found = queries.map((query) => search(query).reverse().slice(0, 3).map(([page, title, place]) => ({ page, title, place })));
console.log(JSON.stringify(found));
