// Builds the islands into the web room. Nothing is downloaded here: npm has put the tools in place before.
import { build } from "esbuild";

await build({
  entryPoints: ["src/workbench.ts"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  outfile: "../src/firsthand/interfaces/web/static/built/workbench.js",
  legalComments: "none",
  logLevel: "warning",
});
