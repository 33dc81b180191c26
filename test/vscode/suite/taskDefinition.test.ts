/** Task definitions in the editor: found, explained, completed, fixed; and nobody else's JSON touched. */
import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { findings, openJson, until, writeInWorkspace } from "./taskDefinitionSupport";
import { slipway } from "./extension";

const definition = (change: (definition: Record<string, unknown>) => void = () => undefined): string => {
  const value: Record<string, unknown> = {
    family: "shop",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    executionRoleArn: "arn:aws:iam::111122223333:role/shop",
    containerDefinitions: [
      {
        name: "web",
        image: "acme/shop:1.2",
        portMappings: [{ containerPort: 8080 }],
        logConfiguration: {
          logDriver: "awslogs",
          options: { "awslogs-group": "/ecs/shop", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "web" },
        },
      },
    ],
  };
  change(value);
  return `${JSON.stringify(value, null, 2)}\n`;
};

const rules = (document: vscode.TextDocument) =>
  findings(document).map(({ code }) => (code as { value: string }).value);
const positionOf = (document: vscode.TextDocument, text: string, more = 0) =>
  document.positionAt(document.getText().indexOf(text) + more);

describe("a task definition in the editor", () => {
  before(() => slipway().activate());

  it("has its mistakes in the Problems panel, at their place, with rule and link", async () => {
    const document = await openJson(
      "a/task-definition.json",
      definition((d) => {
        d["networkMode"] = "bridge";
      }),
    );
    await until(
      () => findings(document).length === 1,
      () => JSON.stringify(findings(document)),
    );
    const [finding] = findings(document);
    assert.equal(document.getText(finding?.range), '"bridge"');
    assert.equal(finding?.severity, vscode.DiagnosticSeverity.Error);
    assert.deepEqual(rules(document), ["fargate-network-mode"]);
  });

  it("is recognised by content, and untitled as well", async () => {
    const named = await openJson(
      "b/anything.json",
      definition((d) => {
        d["cpu"] = "512";
      }),
    );
    const untitled = await vscode.workspace.openTextDocument({
      language: "json",
      content: definition((d) => {
        d["cpu"] = "512";
      }),
    });
    for (const document of [named, untitled])
      await until(
        () => rules(document).includes("fargate-cpu-memory"),
        () => rules(document).join(),
      );
  });

  it("is recognised by the setting's patterns", async () => {
    const document = await openJson("c/odd.json", '{ "family": "a b" }');
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.deepEqual(findings(document), []);
    const settings = vscode.workspace.getConfiguration("slipway");
    await settings.update("taskDefinition.files", ["c/odd.json"], vscode.ConfigurationTarget.Global);
    try {
      await until(
        () => rules(document).includes("family-pattern"),
        () => rules(document).join(),
      );
    } finally {
      await settings.update("taskDefinition.files", undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it("leaves other JSON alone", async () => {
    const document = await openJson("d/package.json", '{ "name": "x", "containers": [{ "image": 3 }], "cpu": 1 }');
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.deepEqual(findings(document), []);
    const actions = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      document.uri,
    );
    assert.deepEqual(
      (actions ?? []).filter(({ command }) => command?.command.startsWith("slipway.")),
      [],
    );
  });

  it("is fixed by the quick fix, and the finding is gone", async () => {
    const document = await openJson(
      "e/taskdef.json",
      definition((d) => {
        d["networkMode"] = "host";
      }),
    );
    await until(
      () => findings(document).length === 1,
      () => JSON.stringify(findings(document)),
    );
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      findings(document)[0]?.range,
    );
    const fix = actions.find(({ title }) => title === 'Change to "awsvpc"');
    assert.ok(fix?.edit && fix.isPreferred);
    await vscode.workspace.applyEdit(fix.edit);
    await until(
      () => findings(document).length === 0,
      () => JSON.stringify(findings(document)),
    );
    assert.equal(document.getText(), definition());
  });

  it("is fixed as a whole when it is asked for", async () => {
    const document = await openJson(
      "f/taskdef.json",
      definition((d) => {
        Object.assign(d, { networkMode: "host", memory: "300", revision: 3, status: "ACTIVE" });
      }),
    );
    await until(
      () => findings(document).length === 3,
      () => rules(document).join(),
    );
    const all = new vscode.Range(0, 0, document.lineCount, 0);
    const [action] = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      document.uri,
      all,
      "source.fixAll.slipway",
    );
    assert.ok(action?.edit);
    await vscode.workspace.applyEdit(action.edit);
    assert.equal(document.getText(), definition());
  });

  it("explains itself, with the price of its size", async () => {
    const document = await openJson("g/task-definition.json", definition());
    await until(
      () => true,
      () => "",
    );
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      "vscode.executeHoverProvider",
      document.uri,
      positionOf(document, '"cpu"', 2),
    );
    const text = hovers
      .flatMap(({ contents }) => contents.map((item) => (typeof item === "string" ? item : item.value)))
      .join("\n");
    assert.match(text, /CPU of the whole task[^]*a month/);
  });

  it("completes what belongs there", async () => {
    const document = await openJson("h/task-definition.json", definition().replace('"memory": "512"', '"memory": ""'));
    const at = positionOf(document, '"memory": ""', '"memory": "'.length);
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      document.uri,
      at,
    );
    const labels = list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
    assert.ok(
      ["512", "1024", "2048"].every((value) => labels.includes(value)),
      labels.join(),
    );
  });

  it("has its commands above it", async () => {
    const document = await openJson("i/task-definition.json", definition());
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(
      "vscode.executeCodeLensProvider",
      document.uri,
    );
    assert.deepEqual(
      lenses.flatMap(({ command }) =>
        command?.command.startsWith("slipway.") ? [command.command.split(".").at(-1)] : [],
      ),
      ["register", "compare", "deploy", "checkInAccount"],
    );
  });

  it("is cleaned of what describe-task-definition adds", async () => {
    const document = await openJson(
      "j/task-definition.json",
      `${JSON.stringify({ taskDefinition: { ...JSON.parse(definition()), revision: 7, volumes: [], ipcMode: null } }, null, 2)}\n`,
    );
    await vscode.commands.executeCommand("slipway.taskDefinition.clean", document.uri);
    assert.equal(document.getText(), definition());
  });

  it("is held against the Dockerfile beside it", async () => {
    await writeInWorkspace("k/Dockerfile", "FROM scratch\nEXPOSE 3000\n");
    const document = await openJson("k/task-definition.json", definition());
    await until(
      () => rules(document).includes("dockerfile-port"),
      () => rules(document).join(),
    );
  });

  it("keeps its outline and folding from VS Code's own JSON, once", async () => {
    const document = await openJson("l/task-definition.json", definition());
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      "vscode.executeDocumentSymbolProvider",
      document.uri,
    );
    assert.equal((symbols ?? []).filter(({ name }) => name === "family").length, 1);
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      "vscode.executeFoldingRangeProvider",
      document.uri,
    );
    const opening = document
      .getText()
      .split("\n")
      .findIndex((line) => line.includes('"containerDefinitions"'));
    assert.equal(folds.filter(({ start }) => start === opening).length, 1, JSON.stringify(folds));
  });
});

describe("with another extension that speaks of the same file", () => {
  before(() => slipway().activate());

  it("says nothing that is said already, and says it again when the other falls silent", async () => {
    const other = vscode.languages.createDiagnosticCollection("another");
    const document = await openJson(
      "m/task-definition.json",
      definition((d) => {
        Object.assign(d, { cpu: 256, networkMode: "host" });
      }),
    );
    await until(
      () => rules(document).length === 2,
      () => rules(document).join(),
    );
    const range = findings(document).find(({ code }) => (code as { value: string }).value === "type-mismatch")?.range;
    assert.ok(range);
    other.set(document.uri, [
      new vscode.Diagnostic(range, 'Incorrect type. Expected "string".', vscode.DiagnosticSeverity.Warning),
    ]);
    await until(
      () => rules(document).join() === "fargate-network-mode",
      () => rules(document).join(),
    );
    other.dispose();
    await until(
      () => rules(document).length === 2,
      () => rules(document).join(),
    );
  });

  it("repeats nothing of a JSON schema for it", async () => {
    const settings = vscode.workspace.getConfiguration("json");
    const schema = {
      type: "object",
      required: ["family"],
      properties: { family: { type: "string" }, cpu: { type: "string" }, networkMode: { enum: ["awsvpc", "bridge"] } },
      additionalProperties: true,
    };
    await settings.update(
      "schemas",
      [{ fileMatch: ["n/task-definition.json"], schema }],
      vscode.ConfigurationTarget.Global,
    );
    try {
      const document = await openJson(
        "n/task-definition.json",
        definition((d) => {
          delete d["family"];
          Object.assign(d, { cpu: 256, networkMode: "awsvp" });
        }),
      );
      const others = () => vscode.languages.getDiagnostics(document.uri).filter(({ source }) => source !== "Slipway");
      await until(
        () => others().length >= 3,
        () => JSON.stringify(vscode.languages.getDiagnostics(document.uri)),
      );
      await until(
        () => findings(document).length === 0,
        () => JSON.stringify(vscode.languages.getDiagnostics(document.uri)),
      );
    } finally {
      await settings.update("schemas", undefined, vscode.ConfigurationTarget.Global);
    }
  });
});
