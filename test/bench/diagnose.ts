/**
 * Every pattern of the catalogue of failures provoked in the sandbox, and what `diagnose` names first, with AWS's words whole,
 * cut and absent. A few variants (a rollback by an alarm, 503, 504, an
 * unknown name) are in the unit sweep alone.
 */
import { webApplication, tinyApplication } from "../engine/support/apps";
import { provocations, provoke } from "../engine/support/provocations";
import { alien, type Provocation } from "../engine/support/provocationTools";
import { Stage, type Texts } from "../engine/support/stage";
import { World } from "../engine/support/world";
import { say } from "../../scripts/say";
import type { Bench } from "./table";

const texts: readonly Texts[] = ["full", 60, 30, "absent"];

interface Tally {
  judged: number;
  right: number;
  silent: number;
  wrongCertain: number;
}

const files = (kind: Provocation["tasks"]): Record<string, string> => {
  if (kind === "simulated") return tinyApplication();
  const web = webApplication();
  return {
    ...web,
    Dockerfile: (web.Dockerfile ?? "").replace("ENTRYPOINT", `${alien}\nENTRYPOINT`).replace(/^HEALTHCHECK.*\n/m, ""),
  };
};

export const diagnoseBench: Bench = async (row) => {
  const tally = new Map<Texts, Tally>(texts.map((item) => [item, { judged: 0, right: 0, silent: 0, wrongCertain: 0 }]));
  const only = process.env["SLIPWAY_BENCH_ONLY"];
  for (const kind of ["simulated", "real"] as const) {
    const chosen = provocations.filter(
      (item) => item.tasks === kind && (!only || new RegExp(only).test(`${item.number} ${item.name}`)),
    );
    if (chosen.length === 0) continue;
    // One zone of us-west-1 has no Fargate.
    const world = await World.start(`diagnose-${kind}`, [
      ...(kind === "simulated" ? ["--tasks", "simulated", "--vcpus", "6", "--region", "us-west-1"] : []),
      "--consistency",
      "strong",
    ]);
    const stage = await Stage.open(
      world,
      files(kind),
      kind === "real" ? { healthCheck: { path: "/status/up", matcher: "200", intervalSeconds: 5 } } : {},
    );
    try {
      for (const item of chosen) await one(stage, item, tally, row);
    } finally {
      stage.close();
      await world.stop();
    }
  }
  for (const [name, { judged, right, silent, wrongCertain }] of tally) {
    const share = judged ? (100 * right) / judged : 100;
    row({
      name: `texts ${name}: named first rightly (of ${judged}; ${silent} show nothing)`,
      value: `${share.toFixed(1)} %`,
      budget: "95 %",
      met: share >= 95,
    });
    row({
      name: `texts ${name}: wrong with certainty`,
      value: String(wrongCertain),
      budget: "0",
      met: wrongCertain === 0,
    });
  }
};

async function one(
  stage: Stage,
  item: Provocation,
  tally: Map<Texts, Tally>,
  row: Parameters<Bench>[0],
): Promise<void> {
  const title = `${item.number} ${item.name} (${item.way})`;
  const began = Date.now();
  const told: string[] = [];
  let bad = false;
  let undo: (() => Promise<void>) | undefined;
  try {
    const provoked = await provoke(stage, item);
    undo = provoked.undo;
    for (const left of texts) {
      const { cause, healthy } = await stage.look(left, item.symptoms, provoked.task);
      const counts = tally.get(left) as Tally;
      const accepted = left === "full" ? item.codes : [...item.codes, ...(item.without ?? [])];
      const right = accepted.includes(cause?.code ?? "");
      const silent = left !== "full" && item.without?.length === 0;
      const wrongCertain = !right && cause?.certainty === "certain" && !healthy;
      if (silent) counts.silent++;
      else {
        counts.judged++;
        if (right) counts.right++;
        else bad = true;
      }
      if (wrongCertain) counts.wrongCertain++;
      told.push(
        `${left}: ${cause?.code ?? (healthy ? "healthy" : "none")}, ${cause?.certainty ?? "-"}${right ? "" : silent ? " (nothing shows it)" : " WRONG"}`,
      );
    }
  } catch (error) {
    bad = true;
    for (const left of texts) (tally.get(left) as Tally).judged++;
    told.push(`not provoked: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`);
  } finally {
    await undo?.().catch((error: unknown) => told.push(`not put right: ${String(error)}`));
    if (!undo) await stage.restore().catch(() => undefined);
  }
  say(`  ${title}: ${told.join(" | ")} [${((Date.now() - began) / 1000).toFixed(1)} s]`);
  row({
    name: title.slice(0, 58),
    value: told[0]?.replace("full: ", "").replace(/,.*/, "") ?? "",
    budget: item.codes.join(" or "),
    met: !bad,
  });
}
