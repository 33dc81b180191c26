/** Secrets of an application: a value is typed unseen, goes to AWS, and is kept nowhere here. */
import * as vscode from "vscode";
import type { Connection } from "../../core/api";
import type { SecretResult } from "../../core/deploy/applicationSecrets";
import { secretResultText } from "../../core/render/secrets";
import { offer, type Offer } from "../ui/offer";
import { say } from "../ui/messages";
import { pick, pickMany } from "../ui/pick";
import { withCancel } from "../ui/progress";
import type { Target } from "./applicationCommands";
import type { RunContext } from "./context";
import { restart } from "./restart";

type Given = Target<Connection>;

const variableName = /^[A-Za-z_][A-Za-z0-9_]{0,254}$/;

const askForName = (): Thenable<string | undefined> =>
  vscode.window.showInputBox({
    title: vscode.l10n.t("Add Secret"),
    prompt: vscode.l10n.t("The environment variable that the container gets, for example DATABASE_URL"),
    ignoreFocusOut: true,
    validateInput: (text) =>
      variableName.test(text) ? undefined : vscode.l10n.t("Letters, digits and _; the first is no digit."),
  });

const askForValue = (name: string): Thenable<string | undefined> =>
  vscode.window.showInputBox({
    title: vscode.l10n.t("Value of {0}", name),
    prompt: vscode.l10n.t(
      "It goes to Secrets Manager, and Slipway keeps it nowhere. For many lines: slipway secret set NAME < FILE",
    ),
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text === "" ? vscode.l10n.t("AWS keeps no empty secret.") : undefined),
  });

const deployOffer = (): Offer => ({
  title: vscode.l10n.t("Deploy"),
  run: () => vscode.commands.executeCommand("slipway.deployAgain"),
});
const restartOffer = (context: RunContext, given: Given): Offer => ({
  title: vscode.l10n.t("Restart with the New Value"),
  run: () => restart(context, given),
});

/** A file that names it anew takes a deployment; a new value alone takes new tasks. */
const tell = (context: RunContext, given: Given, result: SecretResult): Promise<boolean> =>
  offer(say.information, secretResultText(result).slice(0, -1).join(" "), [
    result.isFileChanged ? deployOffer() : restartOffer(context, given),
  ]);

/** A new secret, or one that is there, for a variable of the application's container. */
export async function addSecret(context: RunContext, given: Given): Promise<void> {
  const { secrets } = given.connection;
  const typed = { label: vscode.l10n.t("Type a value"), detail: vscode.l10n.t("Makes a secret in Secrets Manager") };
  const chosen = {
    label: vscode.l10n.t("Choose a secret or parameter that is there"),
    detail: vscode.l10n.t("Of Secrets Manager or the Parameter Store"),
  };
  const way = await pick([typed, chosen], { title: vscode.l10n.t("Add Secret") });
  if (!way) return;
  const name = await askForName();
  if (name === undefined) return;
  if (way === typed) {
    const value = await askForValue(name);
    if (value === undefined) return;
    const saving = vscode.l10n.t("Saving the secret");
    const result = await withCancel(saving, (signal) => secrets.set(given.request, { name, value }, signal));
    return void (await tell(context, given, result));
  }
  const found = await withCancel(vscode.l10n.t("Looking for secrets"), (signal) =>
    secrets.choices(given.request, signal),
  );
  const reference = await pick(found, {
    title: vscode.l10n.t("The secret for {0}", name),
    placeHolder: found.length ? undefined : vscode.l10n.t("There is none, or none that you may see."),
  });
  if (reference === undefined) return;
  const key = reference.includes(":secretsmanager:")
    ? await vscode.window.showInputBox({
        title: vscode.l10n.t("JSON key of the secret"),
        prompt: vscode.l10n.t("Empty for the whole value. A key is looked for, which reads the secret once."),
        ignoreFocusOut: true,
      })
    : "";
  if (key === undefined) return;
  const whole = key === "" ? reference : `${reference}:${key}::`;
  const result = await withCancel(vscode.l10n.t("Looking at the secret"), (signal) =>
    secrets.use(given.request, { name, reference: whole }, signal),
  );
  await tell(context, given, result);
}

/** A new value for a secret that the task definition file names. */
export async function rotateSecret(context: RunContext, given: Given): Promise<void> {
  const { secrets } = given.connection;
  const found = await withCancel(vscode.l10n.t("Looking at the secrets"), (signal) =>
    secrets.list(given.request, false, signal),
  );
  // A key of a JSON is no value by itself, and a parameter is changed where it was made.
  const whole = found.filter(
    ({ service, valueFrom }) => service === "secretsmanager" && valueFrom.split(":").length === 7,
  );
  if (whole.length === 0)
    return void (await offer(
      say.information,
      vscode.l10n.t("The task definition names no secret that can be rotated here."),
      [{ title: vscode.l10n.t("Add Secret…"), run: () => addSecret(context, given) }],
    ));
  const entry = await pick(
    whole.map(({ name, container, valueFrom, changedAt }) => ({
      label: name,
      description: container,
      detail:
        changedAt === undefined
          ? valueFrom
          : vscode.l10n.t("{0}, changed {1}", valueFrom, new Date(changedAt).toLocaleString()),
      container,
      valueFrom,
    })),
    {
      title: vscode.l10n.t("Rotate Secret"),
      placeHolder: vscode.l10n.t("Running tasks keep the value that they have."),
    },
  );
  if (!entry) return;
  const value = await askForValue(entry.label);
  if (value === undefined) return;
  const wish = { name: entry.label, value, container: entry.container, secret: entry.valueFrom };
  const result = await withCancel(vscode.l10n.t("Saving the secret"), (signal) =>
    secrets.set(given.request, wish, signal),
  );
  await tell(context, given, result);
}

/** Variables of a `.env` file: secrets into Secrets Manager, the rest into the task definition file. */
export async function importEnv(given: Given): Promise<void> {
  const { request, connection } = given;
  const folder = vscode.Uri.file(request.folder);
  const files = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, "{.env,.env.*,*.env}"), null, 50);
  const names = files.map(({ path }) => path.split("/").at(-1) ?? "").sort();
  if (names.length === 0)
    return void (await say.information(vscode.l10n.t("There is no .env file in {0}.", request.folder)));
  const file = names.length === 1 ? names[0] : await pick(names, { title: vscode.l10n.t("Import .env") });
  if (file === undefined) return;
  const { values, judged } = await connection.secrets.readVariables(request, file);
  const picked = await pickMany(
    judged.map(({ name, looksSecret }) => ({
      label: name,
      ...(looksSecret ? { description: vscode.l10n.t("looks like a secret"), picked: true } : {}),
    })),
    {
      title: vscode.l10n.t("Which of {0} Are Secrets?", file),
      placeHolder: vscode.l10n.t("These go to Secrets Manager, the others into the task definition in the open."),
      ignoreFocusOut: true,
    },
  );
  if (!picked) return;
  const hidden = new Set(picked.map(({ label }) => label));
  await withCancel(vscode.l10n.t("Importing {0}", file), async (signal) => {
    const open = Object.fromEntries(Object.entries(values).filter(([name]) => !hidden.has(name)));
    if (Object.keys(open).length) await connection.secrets.setVariables(request, undefined, open, signal);
    for (const name of hidden) await connection.secrets.set(request, { name, value: values[name] ?? "" }, signal);
  });
  await offer(
    say.information,
    vscode.l10n.t(
      "Imported {0} variables, {1} of them as secrets. {2} still has the values: keep it out of git.",
      judged.length,
      hidden.size,
      file,
    ),
    [deployOffer()],
  );
}
