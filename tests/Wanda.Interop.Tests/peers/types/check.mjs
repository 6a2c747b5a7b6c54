// Holds the node's types.ts and use-ipfs.ts, as it serves them, and its own answers against one another with TypeScript: an answer that is
// written as a literal has each declared field with its type, and none that is not declared.
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";

const { types, hook, answers } = JSON.parse(readFileSync(0, "utf8"));
const names = [...new Set(answers.flatMap(({ type }) => type.match(/\b[A-Z]\w*/g)))];
const files = new Map(Object.entries({
  "types.ts": types,
  "use-ipfs.ts": hook,
  "answers.ts": `import type { ${names.join(", ")} } from "./types";\n`
    + answers.map(({ type, body }, at) => `export const answer${at}: ${type} = ${body};\n`).join(""),
}).map(([name, text]) => [path.resolve(name), text]));

const options = {
  strict: true, noEmit: true, noUnusedLocals: true, types: [], target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler, lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
};
const host = ts.createCompilerHost(options);
const { readFile, fileExists, getSourceFile } = host;
host.readFile = (name) => files.get(name) ?? readFile(name);
host.fileExists = (name) => files.has(name) || fileExists(name);
host.getSourceFile = (name, version, ...rest) =>
  files.has(name) ? ts.createSourceFile(name, files.get(name), version) : getSourceFile(name, version, ...rest);

const found = ts.getPreEmitDiagnostics(ts.createProgram([...files.keys()], options, host));
console.log(JSON.stringify(found.map(({ file, messageText }) =>
  `${file ? path.basename(file.fileName) : ""}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`)));
