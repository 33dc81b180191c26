import type { CheckResult } from "../core/service/checks/checklist";

const marks: Readonly<Record<CheckResult["state"], string>> = {
  passed: "ok     ",
  failed: "FAIL   ",
  blocked: "blocked",
  leftOut: "-      ",
};

const titleOf = (checks: readonly CheckResult[], id: string | undefined): string =>
  checks.find((check) => check.id === id)?.title ?? id ?? "";

/** The checklist for people: what failed first, what follows from it under it, the rest after. */
export function checklistText(checks: readonly CheckResult[]): string[] {
  const count = (state: CheckResult["state"]) => checks.filter((check) => check.state === state).length;
  const blocked = count("blocked");
  const summary =
    count("failed") === 0
      ? `All is as it should be: ${count("passed")} passed, ${count("leftOut")} left out.`
      : `${count("failed")} failed${blocked ? `, ${blocked} blocked by ${count("failed") === 1 ? "it" : "them"}` : ""}, ${count("passed")} passed, ${count("leftOut")} left out.`;
  return [
    ...checks.map(
      (check) =>
        `  ${marks[check.state]} ${check.title}: ` +
        `${check.evidence}${check.state === "blocked" ? ` [blocked by: ${titleOf(checks, check.blockedBy)}]` : ""}`,
    ),
    summary,
  ];
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};

/** Text as XML holds it; characters that XML 1.0 does not have at all become a replacement character. */
const xml = (text: string): string =>
  text
    .replace(/[&<>"']/g, (character) => entities[character] ?? "")
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd");

/** The checklist as a JUnit report: blocked items are failures too, what was left out is skipped. */
export function checklistJunit(name: string, checks: readonly CheckResult[]): string {
  const failures = checks.filter((check) => check.state === "failed" || check.state === "blocked").length;
  const skipped = checks.filter((check) => check.state === "leftOut").length;
  const at = new Date(checks[0]?.at ?? Date.now()).toISOString();
  const cases = checks.map((check) => {
    const head =
      `    <testcase classname="slipway.${xml(name)}" name="${xml(check.title)}" ` +
      `time="${((check.milliseconds ?? 0) / 1000).toFixed(3)}"`;
    switch (check.state) {
      case "passed":
        return `${head}>\n      <system-out>${xml(check.evidence)}</system-out>\n    </testcase>`;
      case "leftOut":
        return `${head}>\n      <skipped message="${xml(check.evidence)}"/>\n    </testcase>`;
      default:
        return (
          `${head}>\n      <failure type="${check.state}" ` +
          `message="${xml(check.evidence)}">${check.state === "blocked" ? `blocked by: ${xml(titleOf(checks, check.blockedBy))}` : ""}</failure>\n    </testcase>`
        );
    }
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${checks.length}" failures="${failures}" errors="0" skipped="${skipped}">`,
    `  <testsuite name="slipway verify ${xml(name)}" tests="${checks.length}" failures="${failures}" errors="0" ` +
      `skipped="${skipped}" timestamp="${at}">`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
  ].join("\n");
}
