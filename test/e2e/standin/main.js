"use strict";
const vscode = require("vscode");

const rows = { "": ["Harbour", "Open sea"], Harbour: ["Aurora"] };

const activate = (context) => {
  const channel = vscode.window.createOutputChannel("Stand-in");
  const tree = {
    getChildren: (element) => rows[element ?? ""] ?? [],
    getTreeItem: (element) => {
      const item = new vscode.TreeItem(element, rows[element] ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None);
      item.description = element === "Aurora" ? "at berth 3" : undefined;
      return item;
    },
  };
  const ask = async (uri) => {
    const colour = await vscode.window.showQuickPick(["red", "green", "blue"], { title: "Colour (1/2)", placeHolder: "Which colour?" });
    if (!colour) return;
    const name = await vscode.window.showInputBox({ title: "Name (2/2)", value: "ship", validateInput: (text) => (/^[a-z]+$/.test(text) ? undefined : "small letters only") });
    if (!name) return;
    const answer = await vscode.window.showWarningMessage(`Paint ${name} ${colour}?`, { modal: true, detail: "It takes an hour.\nIt costs nothing." }, "Paint");
    channel.appendLine(`${vscode.workspace.asRelativePath(uri)}: ${name} ${colour} ${answer ?? "cancelled"} ${process.env.STANDIN ?? ""}`);
    void vscode.window.showInformationMessage(`${name} is ${answer ? colour : "unpainted"}`, "Thanks");
  };
  context.subscriptions.push(channel, vscode.window.registerTreeDataProvider("standin.view", tree), vscode.commands.registerCommand("standin.ask", ask));
};

module.exports = { activate };
