/** Where to deploy to, as the person chose it. Personal: it lives in per-workspace state, never in slipway.json. */
export type ConnectionChoice =
  | { kind: "profile"; profile: string; region?: string; endpoint?: string }
  | { kind: "environment"; region?: string; endpoint?: string }
  | { kind: "sandbox" };

export interface ProfileSummary {
  name: string;
  kind:
    | "access key"
    | "SSO"
    | "role"
    | "role with MFA"
    | "process"
    | "web identity"
    | "console sign-in"
    | "no credentials";
  region?: string;
}

/** What signing in may ask of the person. */
export interface SignInPrompts {
  /** The six digits of an MFA device; undefined cancels. */
  mfaCode(serial: string): Promise<string | undefined>;
  /**
   * Opens a page whose answer comes to this machine's loopback; false cancels. Absent where the person's browser is on
   * another machine (SSH, containers, Codespaces, a browser-hosted editor): there a device code is the way.
   */
  browser?(url: string): Promise<boolean>;
  /** Shows the code and opens the page of a device sign-in; false cancels. */
  deviceCode(code: { userCode: string; url: string }): Promise<boolean>;
}

/** What signing in came to. */
export interface SignedIn {
  /** A console sign-in that the AWS CLI has to make: `aws login --profile` with this name. */
  consoleProfile?: string;
}

/** How the person knows a connection: the profile's name, "Environment" or "Local sandbox". */
export function connectionName(choice: ConnectionChoice): string {
  switch (choice.kind) {
    case "profile":
      return choice.profile;
    case "environment":
      return "Environment";
    case "sandbox":
      return "Local sandbox";
  }
}
