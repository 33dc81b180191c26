/** One member of slipway.json set; comments and formatting of the rest stay. */
import { applyEdits, modify } from "jsonc-parser";
import { parseConfig, resolveApplication } from "./app";
import type { ApplicationOverrides } from "./schema";

/**
 * The text with this member of an application, or of one of its environments, set.
 * @throws SlipwayError InvalidConfig, UnknownApplication, UnknownEnvironment
 */
export function withMember<Name extends keyof ApplicationOverrides>(
  text: string,
  { application, environment }: { readonly application: string; readonly environment?: string | undefined },
  member: Name,
  value: ApplicationOverrides[Name],
): string {
  resolveApplication(parseConfig(text), application, environment);
  const path = ["applications", application, ...(environment === undefined ? [] : ["environments", environment])];
  const edited = applyEdits(
    text,
    modify(text, [...path, member], value, { formattingOptions: { insertSpaces: true, tabSize: 2 } }),
  );
  parseConfig(edited);
  return edited;
}
