import path from "node:path";
import { parseArgs } from "node:util";
import type * as Taskdef from "../core/taskDefinition/language/api";
import type { SeveritySetting } from "../core/taskDefinition/document/finding";
import type { ReportFormat } from "../core/taskDefinition/language/report";
import { isSlipwayError } from "../core/base/errors";
import { loadBundle } from "../machine/lazy";
import { listWorkspaceFolder, readNamedFile, readWorkspaceFile } from "../machine/workspaceFiles";

const validateUsage = `Usage: slipway validate FILE… [options]

Checks task definitions as AWS does when they are registered. Needs no account and no network.

Options
  --format text|json|sarif     default: text
  --severity RULE=SEVERITY     error, warning, info, hint or off; * is every rule. May be said again

Exit codes
  0 no error found   1 errors found   2 wrong arguments or files
`;

/** Folders above a file's own in which its neighbours are looked for. */
const reach = 3;
const settings: readonly string[] = ["error", "warning", "info", "hint", "off"];

/**
 * `slipway validate`: what AWS would refuse, and what is unwise.
 * @returns the exit code
 */
export async function validate(
  argv: readonly string[],
  version: string,
  say: (line: string) => void,
  complain: (line: string) => void,
): Promise<number> {
  const asked = read(argv);
  if (typeof asked === "string") {
    complain(asked);
    return 2;
  }
  if (asked.help) {
    say(validateUsage.trimEnd());
    return 0;
  }
  const { check, render, surroundingsOf } = loadBundle<typeof Taskdef>("taskdef");
  let unreadable = false;
  const reports = [];
  for (const file of asked.files) {
    let text: string | undefined;
    try {
      // A byte order mark is no part of the text, and no column counts it.
      text = await readNamedFile(file);
    } catch (error) {
      if (!isSlipwayError(error)) throw error;
      complain([error.message, (error as { remedy?: string }).remedy ?? ""].join(" ").trim());
      unreadable = true;
      continue;
    }
    if (text === undefined) {
      complain(`${file} cannot be read: there is no such file.`);
      unreadable = true;
      continue;
    }
    const surroundings = await surroundingsOf(neighbourhood(file));
    reports.push({ file, text, findings: check(text, { surroundings, severities: asked.severities }).findings });
  }
  if (reports.length || asked.format !== "text") say(render(asked.format, reports, version));
  if (unreadable) return 2;
  return reports.some(({ findings }) => findings.some(({ severity }) => severity === "error")) ? 1 : 0;
}

interface Asked {
  files: string[];
  format: ReportFormat;
  severities: Record<string, SeveritySetting>;
  help: boolean;
}

function read(argv: readonly string[]): Asked | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: {
        format: { type: "string" },
        severity: { type: "string", multiple: true },
        help: { type: "boolean", short: "h" },
      },
      allowPositionals: true,
      strict: true,
    });
    const format = values.format ?? "text";
    if (format !== "text" && format !== "json" && format !== "sarif")
      return `--format is text, json or sarif, not "${format}".`;
    if (!values.help && positionals.length === 0) return "Name the files to check: slipway validate FILE…";
    const severities: Record<string, SeveritySetting> = {};
    for (const pair of values.severity ?? []) {
      const [rule = "", severity = ""] = pair.split("=", 2);
      if (!rule || !settings.includes(severity)) return `--severity takes RULE=${settings.join("|")}, not "${pair}".`;
      severities[rule] = severity as SeveritySetting;
    }
    return { files: positionals, format, severities, help: values.help ?? false };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function neighbourhood(file: string) {
  const at = path.resolve(file);
  const here = path.resolve(".");
  const folders = [path.dirname(at)];
  // Up to the folder that the command runs in, and not beyond it.
  while (folders.length <= reach && folders.at(-1) !== here && (folders.at(-1) ?? "").startsWith(here))
    folders.push(path.dirname(folders.at(-1) ?? ""));
  // The outermost folder that is looked into holds all that is read.
  const root = folders.at(-1) ?? here;
  return {
    file: at,
    folders,
    read: (name: string) => readWorkspaceFile(root, name, { lenient: true }).catch(() => undefined),
    list: (folder: string) => listWorkspaceFolder(root, folder).catch(() => []),
  };
}
