/** `npm run bench`: the figures. `npm run bench -- size activation taskdef timing context calls cancel kill chaos loss logs resources tasks diagnose` chooses. A missed budget exits with 1. */
import { main } from "../../scripts/processes";
import { say, seconds, warn } from "../../scripts/say";
import { activation } from "./activation";
import { calls } from "./calls";
import { cancel } from "./cancel";
import { chaos } from "./chaos";
import { context } from "./context";
import { diagnoseBench } from "./diagnose";
import { kill } from "./killMatrix";
import { logs } from "./logs";
import { loss } from "./loss";
import { resources, tasks } from "./resources";
import { size } from "./size";
import { taskdef } from "./taskDefinition";
import { timing } from "./timing";
import { rowText, type Bench, type Row } from "./table";

const benches: Readonly<Record<string, Bench>> = {
  size,
  activation,
  taskdef,
  timing,
  context,
  calls,
  cancel,
  kill,
  chaos,
  loss,
  logs,
  resources,
  tasks,
  diagnose: diagnoseBench,
};

void main(async () => {
  const names = process.argv.slice(2).filter((name) => name !== "--");
  const unknown = names.filter((name) => !(name in benches));
  if (unknown.length)
    throw new Error(`no such bench: ${unknown.join(", ")} (there are ${Object.keys(benches).join(", ")})`);
  const rows: { bench: string; row: Row }[] = [];
  for (const [name, bench] of Object.entries(benches)) {
    if (names.length && !names.includes(name)) continue;
    say(`bench ${name} …`);
    const began = Date.now();
    try {
      await bench((row) => rows.push({ bench: name, row }));
    } catch (error) {
      warn(`bench ${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      rows.push({ bench: name, row: { name: "could be measured", value: "no", budget: "yes", met: false } });
    }
    say(`  done in ${seconds(Date.now() - began)}`);
  }
  let last = "";
  for (const { bench, row } of rows) {
    if (bench !== last) console.log(`\n${bench}`);
    last = bench;
    console.log(rowText(row));
  }
  const missed = rows.filter(({ row }) => row.met === false).length;
  console.log(`\n${missed ? `${missed} MISSED` : "every budget is met"}`);
  return missed ? 1 : 0;
});
