// A stand-in for Excel: runs the scripts of the service and evaluates formulas given on standard input.
import { readFileSync } from "node:fs";
import vm from "node:vm";

const { base, scripts, calls, stopped } = JSON.parse(readFileSync(0, "utf-8"));
const functions = new Map();
const requests = [];

class CustomFunctionsError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

const nodes = new Map();
const element = () => ({ textContent: "", children: [], append(...more) { this.children.push(...more); } });

const context = vm.createContext({
  JSON,
  Office: {
    onReady: async () => ({ host: "Excel" }),
    context: { requirements: { isSetSupported: (set, version) => set === "CustomFunctionsRuntime" && version <= "1.3" } },
  },
  CustomFunctions: {
    associate: (id, body) => functions.set(id, body),
    Error: CustomFunctionsError,
    ErrorCode: { notAvailable: "#N/A" },
  },
  document: {
    body: { dataset: JSON.parse(process.argv[2] ?? "{}") },
    getElementById: (id) => nodes.get(id) ?? nodes.set(id, element()).get(id),
    createElement: element,
  },
  fetch: (path, options) => {
    requests.push({ path, ...options });
    return stopped ? Promise.reject(new TypeError("failed to fetch")) : fetch(base + path, options);
  },
});

for (const script of scripts) {
  vm.runInContext(script, context);
}
const answers = [];
for (const { name, args, places } of calls) {
  const given = args.map((value) => (value === "left out" ? undefined : value));
  try {
    answers.push({ result: await functions.get(name)(...given, { address: "Sheet1!B2", parameterAddresses: places }) });
  } catch (error) {
    answers.push({ code: error.code, message: error.message });
  }
}
await new Promise((resolve) => setTimeout(resolve, 500));
const list = (nodes.get("functions")?.children ?? []).map((node) => node.textContent);
const state = nodes.get("state")?.textContent;
console.log(JSON.stringify({ ids: [...functions.keys()], answers, requests, list, state }));
