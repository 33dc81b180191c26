/** The commands of query documents. What they do is in their bundle, which the first call loads. */
import { command, uriArgument, type Command } from "../commandKit/command";
import type { QueriesPart } from "./lazy";

export interface QueryCommandContext {
  /** Loads the bundle when it is first called. */
  readonly queries: () => QueriesPart;
}

export const queryCommands: readonly Command<QueryCommandContext>[] = [
  command({
    id: "slipway.queries.run",
    needs: ["trust", "connection"],
    argument: uriArgument,
    run: ({ queries }, { argument }) => queries().run(argument),
  }),
  command({ id: "slipway.queries.create", needs: ["trust"], run: ({ queries }) => queries().create() }),
  command({ id: "slipway.queries.save", needs: ["trust", "connection"], run: ({ queries }) => queries().save() }),
];
