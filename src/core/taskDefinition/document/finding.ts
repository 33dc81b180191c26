import type { TextEdit } from "./edits";
import type { Path } from "./view";

export type Severity = "error" | "warning" | "info" | "hint";
export type SeveritySetting = Severity | "off";

/** A place in the document. Offsets count UTF-16 units, as VS Code and LSP do. */
export interface Spot {
  offset: number;
  length: number;
  path: Path;
}

/** A fix. The edits are made when they are wanted, for the text that was checked. */
export interface Fix {
  title: string;
  /** The one that *fix all* and the keyboard shortcut take. */
  preferred: boolean;
  edits(): TextEdit[];
}

/** Another place that has to do with a finding; in another file when `file` is set (then the offsets count there). */
export interface Related {
  message: string;
  spot: Spot;
  file?: string;
}

/** What a rule says; id, severity and link come from the rule. */
export interface Draft {
  spot: Spot;
  message: string;
  /** AWS's own words for this very case, where they differ from the rule's. */
  aws?: string;
  related?: Related[];
  fixes?: Fix[];
  /** Instead of the rule's own. */
  severity?: Severity;
  /** Told only when the person gave the rule a severity. */
  whenAsked?: boolean;
}

export interface Finding {
  rule: string;
  severity: Severity;
  message: string;
  spot: Spot;
  related: Related[];
  fixes: Fix[];
  /** Page of AWS's documentation. */
  link: string;
}
