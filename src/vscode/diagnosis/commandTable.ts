/** The commands of diagnosis and review. What they do is in their bundle, which the first call loads. */
import { command, hasStrings, type Command, type Guard } from "../commandKit/command";
import type { DiagnosisPart, FromResources } from "./part";

export interface DiagnosisCommandContext {
  /** Loads the bundle when it is first called. */
  readonly diagnosis: () => DiagnosisPart;
}

/** A node of the AWS Resources view with its connection; a link or a menu of another view hands over other things. */
const nodeArgument: Guard<FromResources> = (first) => {
  if (!hasStrings(first, "kind", "label")) return undefined;
  const { connection, ref } = first as Partial<FromResources>;
  return typeof connection?.diagnose === "function" && typeof ref === "object" && ref !== null
    ? (first as unknown as FromResources)
    : undefined;
};

export const diagnosisCommands: readonly Command<DiagnosisCommandContext>[] = [
  command({
    id: "slipway.inspect.diagnose",
    needs: ["trust"],
    argument: nodeArgument,
    run: ({ diagnosis }, { argument }) => diagnosis().diagnose(argument),
  }),
  command({
    id: "slipway.inspect.review",
    needs: ["trust", "application", "connection"],
    run: ({ diagnosis }, { connection, request }) => diagnosis().review(connection, request),
  }),
];
