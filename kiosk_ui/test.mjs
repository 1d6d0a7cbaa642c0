// Bundles the browser-side tests, src/**/*.test.ts and tests/ui/**/*.test.ts, and runs them with node's own runner.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const tests = ["kiosk_ui/src", "tests/ui"]
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true }).map((name) => `${folder}/${name}`))
  .filter((name) => /\.test\.tsx?$/.test(name));
if (tests.length === 0) {
  console.error("There is no *.test.ts in kiosk_ui/src or tests/ui.");
  process.exit(1);
}

const outdir = mkdtempSync(join(tmpdir(), "gatebook-ui-"));
try {
  await build({
    absWorkingDir: root,
    bundle: true,
    entryPoints: tests,
    format: "esm",
    jsx: "automatic",
    jsxImportSource: "preact",
    logLevel: "warning",
    outdir,
    outExtension: { ".js": ".mjs" },
    platform: "node",
    sourcemap: "inline",
  });
  const built = readdirSync(outdir, { recursive: true }).filter((name) => name.endsWith(".mjs"));
  const run = spawnSync(
    process.execPath,
    ["--enable-source-maps", "--test", "--test-reporter=dot", ...built.map((name) => join(outdir, name))],
    { stdio: ["ignore", "inherit", "inherit"], cwd: root },
  );
  process.exitCode = run.status ?? 1;
} finally {
  rmSync(outdir, { recursive: true });
}
