/** Findings as text for people, as JSON and as SARIF for other programs. */
import type { Finding, Severity } from "../document/finding";
import { Lines } from "../document/lines";
import { rules } from "../rules";
import { pointer } from "../document/view";

export interface FileReport {
  file: string;
  text: string;
  findings: readonly Finding[];
}

export type ReportFormat = "text" | "json" | "sarif";
export const reportFormats: readonly ReportFormat[] = ["text", "json", "sarif"];

/** All of it as one text, without a newline at the end. */
export function render(format: ReportFormat, files: readonly FileReport[], version: string): string {
  if (format === "json") return JSON.stringify(files.map(jsonOf));
  if (format === "sarif") return JSON.stringify(sarif(files, version));
  return textOf(files);
}

function jsonOf({ file, text, findings }: FileReport) {
  const lines = new Lines(text);
  return {
    file,
    findings: findings.map(({ rule, severity, message, spot, fixes }) => ({
      rule,
      severity,
      message,
      path: pointer(spot.path),
      range: lines.range(spot),
      fixes: fixes.map(({ title }) => title),
    })),
  };
}

function textOf(files: readonly FileReport[]): string {
  const output: string[] = [];
  const counts: Record<Severity, number> = { error: 0, warning: 0, info: 0, hint: 0 };
  for (const { file, text, findings } of files) {
    const lines = new Lines(text);
    for (const { rule, severity, message, spot, fixes } of findings) {
      counts[severity]++;
      const { line, character } = lines.at(spot.offset);
      output.push(`${file}:${line + 1}:${character + 1}: ${severity} ${rule}: ${message}`);
      if (fixes.length) output.push(`    fix: ${fixes.map(({ title }) => title).join("; ")}`);
    }
  }
  const counted = (Object.entries(counts) as [Severity, number][])
    .filter(([, count]) => count > 0)
    .map(([severity, count]) => `${count} ${severity}${count > 1 && severity !== "info" ? "s" : ""}`);
  return [
    ...output,
    `${files.length} ${files.length === 1 ? "file" : "files"}: ${counted.join(", ") || "nothing found"}`,
  ].join("\n");
}

const levels: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  error: "error",
  warning: "warning",
  info: "note",
  hint: "note",
};

/** Static Analysis Results Interchange Format 2.1.0; lines and columns count from one there. */
function sarif(files: readonly FileReport[], version: string) {
  const found = new Set(files.flatMap(({ findings }) => findings.map(({ rule }) => rule)));
  const described = [...found].sort().map((id) => {
    const rule = rules.find((item) => item.id === id);
    return {
      id,
      ...(rule
        ? {
            helpUri: rule.link,
            defaultConfiguration: { level: levels[rule.severity] },
            ...(rule.aws ? { shortDescription: { text: rule.aws } } : {}),
          }
        : {}),
    };
  });
  const regionOf = (lines: Lines, spot: { offset: number; length: number }) => {
    const { start, end } = lines.range(spot);
    return {
      startLine: start.line + 1,
      startColumn: start.character + 1,
      endLine: end.line + 1,
      endColumn: end.character + 1,
    };
  };
  const location = (file: string, lines: Lines, spot: { offset: number; length: number }) => ({
    physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: regionOf(lines, spot) },
  });
  const results = files.flatMap(({ file, text, findings }) => {
    const lines = new Lines(text);
    return findings.map(({ rule, severity, message, spot, related, fixes }) => ({
      ruleId: rule,
      level: levels[severity],
      message: { text: message },
      locations: [
        {
          ...location(file, lines, spot),
          logicalLocations: [{ fullyQualifiedName: pointer(spot.path), kind: "member" }],
        },
      ],
      ...(related.length
        ? {
            relatedLocations: related
              .filter((item) => item.file === undefined)
              .map((item) => ({ ...location(file, lines, item.spot), message: { text: item.message } })),
          }
        : {}),
      ...(fixes.length
        ? {
            fixes: fixes.map((fix) => ({
              description: { text: fix.title },
              artifactChanges: [
                {
                  artifactLocation: { uri: uriOf(file) },
                  replacements: fix
                    .edits()
                    .map((edit) => ({ deletedRegion: regionOf(lines, edit), insertedContent: { text: edit.text } })),
                },
              ],
            })),
          }
        : {}),
    }));
  });
  return {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: [{ tool: { driver: { name: "Slipway", version, rules: described } }, columnKind: "utf16CodeUnits", results }],
  };
}

/** A path as a URI reference: forward slashes, everything odd escaped. */
const uriOf = (file: string): string =>
  file
    .replaceAll("\\", "/")
    .split("/")
    .map((part) => encodeURIComponent(part).replaceAll("%3A", ":"))
    .join("/");
