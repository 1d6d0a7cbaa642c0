// Builds what pages load into static/build: scripts, styles and fonts under names that carry a hash of their content,
// manifest.json (logical name → file: "pages/log.js", "tablet.js", "app.css", "htmx.js") and icons.json (name → SVG).
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "..", "node_modules");
const outdir = join(here, "static", "build");
const options = {
  absWorkingDir: here,
  bundle: true,
  charset: "utf8",
  entryNames: "[dir]/[name]-[hash]",
  chunkNames: "chunks/[name]-[hash]",
  assetNames: "fonts/[name]-[hash]",
  jsx: "automatic",
  jsxImportSource: "preact",
  loader: { ".woff2": "file" },
  logLevel: "warning",
  metafile: true,
  minify: true,
  outdir,
  // Phones and tablets of about 2021 on; esbuild lowers newer syntax, in styles too.
  target: ["chrome92", "firefox90", "safari15.4"],
  write: false,
};

const files = (folder) => (existsSync(join(here, folder)) ? readdirSync(join(here, folder)) : []);
const present = (entries) => entries.filter(({ in: path }) => existsSync(join(here, path)));

// Modules at the top of src/ and in src/pages/ are loaded by pages, each by its own name; the rest is imported.
const scripts = ["", "pages/"].flatMap((folder) =>
  files(`src/${folder}`)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !name.endsWith(".d.ts"))
    .map((name) => ({ in: `src/${folder}${name}`, out: folder + basename(name, ".ts") })),
);
const tablet = { in: "src/tablet/main.tsx", out: "tablet" };
const styles = ["app", "visitor", "tablet", "print"].map((name) => ({ in: `styles/${name}.css`, out: name }));
// Classic scripts without chunks: the service worker, and what sets a tablet's look before its first paint.
const worker = { in: "src/tablet/worker.ts", out: "worker" };
const first = { in: "src/tablet/first.ts", out: "first" };

// The camera's decoder: fetched when it is first needed, kept by the service worker, in no bundle.
const wasm = readFileSync(join(modules, "zxing-wasm", "dist", "reader", "zxing_reader.wasm"));
const decoder = `decoder-${hash(wasm)}.wasm`;
const decoding = { DECODER_WASM: JSON.stringify(`/static/build/${decoder}`) };

writeIcons();
const results = await Promise.all([
  build({ ...options, entryPoints: present([...scripts, tablet]), format: "esm", splitting: true, define: decoding }),
  build({ ...options, entryPoints: present([first]), format: "iife" }),
  build({ ...options, entryPoints: present(styles) }),
]);
const define = { SHELL: JSON.stringify(shell(results)) };
results.push(await build({ ...options, entryPoints: present([worker]), format: "iife", define }));
const manifest = Object.fromEntries(results.flatMap(named).sort());
const outputs = results.flatMap((result) => result.outputFiles);
const htmx = readFileSync(join(modules, "htmx.org", "dist", "htmx.min.js"));
manifest["htmx.js"] = `htmx-${hash(htmx)}.js`;
manifest["decoder.wasm"] = decoder;
outputs.push(
  { path: join(outdir, manifest["htmx.js"]), contents: htmx },
  { path: join(outdir, decoder), contents: wasm },
);

for (const { path, contents } of outputs) {
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path)) writeFileSync(path, contents);
}
replace(join(outdir, "manifest.json"), manifest);
sweep(new Set(outputs.map(({ path }) => path)));

/** The entries of a build as [logical name, file]. */
function named({ metafile }) {
  const logical = new Map([...scripts, ...styles, tablet, worker, first].map((entry) => [entry.in, entry.out]));
  return Object.entries(metafile.outputs)
    .filter(([, { entryPoint }]) => logical.has(entryPoint))
    .map(([path, { entryPoint }]) => [
      logical.get(entryPoint) + (path.endsWith(".css") ? ".css" : ".js"),
      relative(outdir, resolve(here, path)),
    ]);
}

/** What the service worker keeps: the tablet's page in both languages, and all that it may load. */
function shell(built) {
  const outputs = Object.assign({}, ...built.map(({ metafile }) => metafile.outputs));
  const entries = [tablet, first, { in: "styles/tablet.css" }].map((entry) => entry.in);
  const found = new Set();
  const follow = (path) => {
    if (found.has(path) || !(path in outputs)) return;
    found.add(path);
    for (const imported of outputs[path].imports) follow(imported.path);
  };
  const begun = Object.entries(outputs).filter(([, { entryPoint }]) => entries.includes(entryPoint));
  begun.forEach(([path]) => follow(path));
  const served = (path) => `/static/build/${relative(outdir, resolve(here, path))}`;
  const icons = files("static").filter((name) => /\.(png|svg)$/.test(name));
  const kept = [...[...found].map(served), `/static/build/${decoder}`, ...icons.map((name) => `/static/${name}`)].sort();
  const pages = ["vi", "en"].flatMap((language) => [`/tablet?lang=${language}`, `/tablet.webmanifest?lang=${language}`]);
  const [entry] = begun.find(([, { entryPoint }]) => entryPoint === tablet.in);
  // The page's own words are in no script: a change in them is a new version too.
  const words = ["templates/guard/tablet.html", "templates/layouts/head.html"].map((path) => readFileSync(join(here, path)));
  return { version: hash(Buffer.from([kept, ...words].join())), entry: served(entry), files: [...pages, ...kept] };
}

/** The icons that icons.txt names, for the templates and, in src/generated, for the tablet. */
function writeIcons() {
  const names = existsSync(join(here, "icons.txt")) ? readFileSync(join(here, "icons.txt"), "utf8").split(/\s+/) : [];
  const icons = Object.fromEntries([...new Set(names.filter(Boolean))].sort().map((name) => [name, icon(name)]));
  for (const folder of [outdir, join(here, "src", "generated")]) {
    mkdirSync(folder, { recursive: true });
    replace(join(folder, "icons.json"), icons);
  }
}

/** One lucide icon, hidden from screen readers because a word always stands beside it. */
function icon(name) {
  const path = join(modules, "lucide-static", "icons", `${name}.svg`);
  if (!existsSync(path)) {
    console.error(`kiosk_ui/icons.txt: lucide has no icon "${name}".`);
    process.exit(1);
  }
  const [, drawing] = readFileSync(path, "utf8").match(/<svg[^>]*>(.*)<\/svg>/s);
  const attributes =
    'width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" ' +
    'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false"';
  return `<svg class="icon" ${attributes}>${drawing.trim().replace(/\s*\n\s*/g, "")}</svg>`;
}

function hash(contents) {
  return createHash("sha256").update(contents).digest("hex").slice(0, 8).toUpperCase();
}

/** Written beside and renamed, so that a server that starts meanwhile never reads half of it. */
function replace(path, value) {
  writeFileSync(`${path}.new`, JSON.stringify(value, null, 1) + "\n");
  renameSync(`${path}.new`, path);
}

/** Removes what an earlier build left; the printed pages' fonts come from tools/fonts.py. */
function sweep(kept) {
  for (const entry of readdirSync(outdir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !kept.has(path) && !/\.(json|ttf|new)$/.test(entry.name)) rmSync(path);
  }
}
