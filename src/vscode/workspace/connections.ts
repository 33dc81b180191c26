import * as vscode from "vscode";
import { connectionName, type ConnectionChoice, type SignInPrompts } from "../../core/base/connection";
import type { Connection, Backend } from "../../core/api";
import { workspaceKeys } from "../keys";
import { askInSteps, type Step } from "../ui/multiStep";
import { say } from "../ui/messages";

/** Regions that most people use, first; any other can be typed. Source: the AWS regions table. */
const regions: readonly [string, string][] = [
  ["us-east-1", "N. Virginia"],
  ["us-east-2", "Ohio"],
  ["us-west-2", "Oregon"],
  ["eu-west-1", "Ireland"],
  ["eu-central-1", "Frankfurt"],
  ["eu-west-2", "London"],
  ["eu-north-1", "Stockholm"],
  ["ap-southeast-1", "Singapore"],
  ["ap-southeast-2", "Sydney"],
  ["ap-northeast-1", "Tokyo"],
  ["ap-south-1", "Mumbai"],
  ["ca-central-1", "Canada"],
  ["sa-east-1", "São Paulo"],
  ["eu-west-3", "Paris"],
  ["eu-south-1", "Milan"],
  ["ap-northeast-2", "Seoul"],
  ["us-west-1", "N. California"],
  ["af-south-1", "Cape Town"],
  ["me-south-1", "Bahrain"],
  ["il-central-1", "Tel Aviv"],
];

/** The answer that is no connection: another one is to be made first. */
const addsProfile = "add";

/** Which account and region this workspace deploys to. Kept per workspace; a connection is opened when it is needed. */
export class ConnectionManager implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private current: Connection | undefined;
  private opening: Promise<Connection> | undefined;
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly memento: vscode.Memento,
    private readonly backend: () => Backend,
  ) {}

  get choice(): ConnectionChoice | undefined {
    return this.memento.get<ConnectionChoice>(workspaceKeys.connection);
  }

  get open(): Connection | undefined {
    return this.current;
  }

  describe(): { label: string; detail: string } {
    const choice = this.choice;
    if (!choice)
      return { label: vscode.l10n.t("Slipway: not connected"), detail: vscode.l10n.t("Choose where to deploy to") };
    const name = connectionName(choice);
    const identity = this.current?.identity;
    if (choice.kind === "sandbox")
      return {
        label: vscode.l10n.t("Slipway: {0}", name),
        detail: identity
          ? vscode.l10n.t("The local sandbox at {0}. Click to change.", this.current?.endpoint ?? "")
          : vscode.l10n.t("The local sandbox; it starts when it is needed. Click to change."),
      };
    const region = identity?.region ?? choice.region ?? "";
    return {
      label: [name, region].filter(Boolean).join(" · "),
      detail: identity
        ? vscode.l10n.t("{0}, account {1}, {2}. Click to change.", identity.arn, identity.account, region)
        : vscode.l10n.t("{0}, not signed in yet. Click to change.", name),
    };
  }

  /** The connection of this workspace; asks where to when nothing is chosen. Undefined when the person left. */
  async ensure(signal: AbortSignal): Promise<Connection | undefined> {
    if (this.current) return this.current;
    const choice = this.choice ?? (await this.choose(signal));
    return choice ? this.connect(choice, signal) : undefined;
  }

  /** What was chosen before, opened without a question; undefined where one would be needed, or AWS is not reached. */
  async openQuietly(signal: AbortSignal): Promise<Connection | undefined> {
    const choice = this.choice;
    if (this.current || !choice) return this.current;
    const opened = await this.backend()
      .connect(choice, silent, signal)
      .catch(() => undefined);
    if (!opened || this.current || this.choice !== choice) {
      opened?.close();
      return this.current;
    }
    this.current = opened;
    this.changed.fire();
    return opened;
  }

  /** Asks for profile and region, and takes them for this workspace; nothing is changed when the person leaves. */
  async choose(signal: AbortSignal): Promise<ConnectionChoice | undefined> {
    const choice = await this.pick(vscode.l10n.t("Connect"), signal);
    if (choice) await this.set(choice);
    return choice;
  }

  /** Asks for profile and region, and changes nothing. */
  async pick(title: string, signal: AbortSignal): Promise<ConnectionChoice | undefined> {
    const profiles = await this.backend().profiles();
    const before = this.choice;
    const state: { where: ConnectionChoice | undefined; region: string | undefined } = {
      where: before,
      region: undefined,
    };
    const environment = process.env["AWS_ACCESS_KEY_ID"]
      ? [
          {
            icon: "terminal",
            label: vscode.l10n.t("Environment"),
            description: process.env["AWS_REGION"] ?? "",
            detail: process.env["AWS_ENDPOINT_URL"] ?? vscode.l10n.t("The credentials in VS Code's environment"),
            value: "environment",
          },
        ]
      : [];
    const steps: Step[] = [
      {
        ask: () => ({
          kind: "choice",
          title: vscode.l10n.t("account"),
          placeholder: vscode.l10n.t("Where do you want to deploy to?"),
          items: [
            {
              icon: "beaker",
              label: vscode.l10n.t("Local sandbox"),
              description: vscode.l10n.t("no AWS account, no cost"),
              detail: vscode.l10n.t("A strict local AWS: a real registry, real containers, a real load balancer"),
              value: "sandbox",
            },
            ...environment,
            ...(profiles.length
              ? [{ label: vscode.l10n.t("AWS profiles"), kind: vscode.QuickPickItemKind.Separator, value: "" }]
              : []),
            ...profiles.map((profile) => ({
              icon: "account",
              label: profile.name,
              description: [profile.kind, profile.region].filter(Boolean).join(", "),
              value: `profile:${profile.name}`,
            })),
            { icon: "add", label: vscode.l10n.t("Add AWS Profile…"), value: addsProfile },
          ],
          active: before?.kind === "profile" ? `profile:${before.profile}` : (before?.kind ?? "sandbox"),
        }),
        answer: (value) => {
          const text = String(value);
          state.where =
            text === addsProfile
              ? undefined
              : text === "sandbox"
                ? { kind: "sandbox" }
                : text === "environment"
                  ? { kind: "environment" }
                  : { kind: "profile", profile: text.slice("profile:".length) };
        },
      },
      {
        ask: () => {
          if (!state.where || state.where.kind === "sandbox") return undefined;
          const own =
            state.where.kind === "profile"
              ? profiles.find((profile) => state.where?.kind === "profile" && profile.name === state.where.profile)
                  ?.region
              : process.env["AWS_REGION"];
          const known = regions
            .filter(([name]) => name !== own)
            .map(([name, place]) => ({ label: name, description: place, value: name }));
          return {
            kind: "choice",
            title: vscode.l10n.t("region"),
            placeholder: vscode.l10n.t("The AWS region to deploy to"),
            items: [
              ...(own ? [{ label: own, description: vscode.l10n.t("as the profile says"), value: own }] : []),
              ...known,
            ],
            active: own,
          };
        },
        answer: (value) => (state.region = String(value)),
      },
    ];
    if (!(await askInSteps(title, steps, signal))) return undefined;
    if (!state.where) {
      await vscode.commands.executeCommand("slipway.addProfile");
      return undefined;
    }
    return state.where.kind === "sandbox"
      ? state.where
      : { ...state.where, ...(state.region === undefined ? {} : { region: state.region }), ...endpointSetting() };
  }

  /** Remembers the choice for this workspace; what was open is closed, so that nothing keeps old credentials. */
  async set(choice: ConnectionChoice): Promise<void> {
    this.close();
    await this.memento.update(workspaceKeys.connection, choice);
    this.changed.fire();
  }

  /** Opens the connection anew on next use: profile files were edited, or somebody signed in. */
  close(): void {
    this.current?.close();
    this.current = undefined;
    this.opening = undefined;
    this.changed.fire();
  }

  dispose(): void {
    this.current?.close();
    this.changed.dispose();
  }

  readonly prompts: SignInPrompts = {
    // The page's answer goes to 127.0.0.1, which is another machine where the extension runs remotely.
    ...(vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop
      ? { browser: async (url: string) => vscode.env.openExternal(vscode.Uri.parse(url)) }
      : {}),
    mfaCode: async (serial) => {
      const code = await vscode.window.showInputBox({
        title: vscode.l10n.t("MFA code"),
        prompt: vscode.l10n.t("Code of the device {0}", serial),
        placeHolder: "123456",
        ignoreFocusOut: true,
        validateInput: (value) => (/^\d{6}$/.test(value.trim()) ? undefined : vscode.l10n.t("Enter six digits.")),
      });
      return code?.trim();
    },
    deviceCode: async ({ userCode, url }) => {
      const openPage = vscode.l10n.t("Open Page");
      const picked = await say.information(
        vscode.l10n.t("Sign in to AWS with the code {0}", userCode),
        {
          modal: true,
          detail: vscode.l10n.t("The page shows the same code: confirm it there only if the two are the same."),
        },
        openPage,
      );
      return picked === openPage && (await vscode.env.openExternal(vscode.Uri.parse(url)));
    },
  };

  private connect(choice: ConnectionChoice, signal: AbortSignal): Promise<Connection> {
    this.opening ??= this.backend()
      .connect(choice, this.prompts, signal)
      .then((connection) => {
        this.current = connection;
        return connection;
      })
      .finally(() => {
        // A failure is not kept: the next use tries again.
        this.opening = undefined;
        this.changed.fire();
      });
    return this.opening;
  }
}

/** Nobody is asked. */
const silent: SignInPrompts = {
  mfaCode: () => Promise.resolve(undefined),
  deviceCode: () => Promise.resolve(false),
};

/** Another AWS-compatible endpoint, from the machine's settings: a workspace cannot redirect anybody. */
function endpointSetting(): { endpoint?: string } {
  const endpoint = vscode.workspace.getConfiguration("slipway").get<string>("aws.endpointUrl", "");
  return endpoint ? { endpoint } : {};
}
