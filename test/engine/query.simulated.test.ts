/** Logs Insights through the command line. */
import { strict as assert } from "node:assert";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { temporaryDir } from "../../scripts/paths";
import { resultOf, startCli } from "./support/cli";
import { theEngine, World } from "./support/world";

describe("slipway query", function () {
  this.timeout(60_000);
  let world: World;
  const folder = temporaryDir("query");
  const group = "/ecs/beacon";
  before(async function () {
    if (!(await theEngine())) return this.skip();
    world = await World.start("query", ["--tasks", "simulated", "--consistency", "strong"]);
    const { logs } = world.clients;
    await logs.send(new CreateLogGroupCommand({ logGroupName: group }));
    await logs.send(new CreateLogStreamCommand({ logGroupName: group, logStreamName: "web/web/1" }));
    const at = Date.now() - 600_000;
    const line = (index: number) => ({
      timestamp: at + index * 1000,
      message: JSON.stringify({ path: index % 4 ? "/" : "=cmd|x", status: index % 5 ? 200 : 500, ms: index }),
    });
    const logEvents = Array.from({ length: 100 }, (_, index) => line(index));
    await logs.send(new PutLogEventsCommand({ logGroupName: group, logStreamName: "web/web/1", logEvents }));
  });
  after(async () => world?.stop());

  /** As it stands in a terminal. */
  const bare = async (args: readonly string[]) => {
    const { code, lines, stderr } = await startCli(["query", ...args], world.env).exited;
    return { code, lines, stderr };
  };

  it("counts what was logged, from a file that says of what and since when", async () => {
    const file = path.join(folder, "errors.cwli");
    writeFileSync(
      file,
      `# group: ${group}\n# since: 30m\nfilter status = 500 | stats count(*) as errors by path | sort path`,
    );
    const found = resultOf<{ columns: string[]; rows: Record<string, string>[]; groups: string[] }>(
      await world.cliEndsWith(0, folder, ["query", file]),
    );
    assert.deepEqual(found.groups, [group]);
    assert.deepEqual(found.columns, ["path", "errors"]);
    assert.deepEqual(found.rows, [
      { path: "/", errors: "15" },
      { path: "=cmd|x", errors: "5" },
    ]);
  });

  it("prints a table, and CSV that no spreadsheet calculates", async () => {
    const asked = ["stats count(*) as n by path | sort path", "--group", group];
    const text = await bare(asked);
    assert.deepEqual(
      text.lines.map((line) => line.replaceAll(/ +/g, " ")),
      ["path n", "/ 75", "=cmd|x 25"],
    );
    assert.match(text.stderr, /2 rows of 100 matching events; \d+ KB .*read\./);
    const csv = await bare([...asked, "--format", "csv"]);
    assert.deepEqual(
      csv.lines.map((line) => line.trimEnd()),
      ["path,n", "/,75", "'=cmd|x,25"],
    );
  });

  it("says where a query is none, and ends with 2", async () => {
    const wrong = await bare(["fields @message | nonsense x", "--group", group]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /no query of Logs Insights/);
    assert.match(wrong.stderr, /fields @message \| nonsense x\n.* {5,}\^+/);
    assert.equal((await bare(["# nothing", "--group", group])).code, 2);
    assert.equal((await bare([])).code, 2);
  });
});
