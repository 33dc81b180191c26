/** The commands of map, diagnosis and review. What they do is in their bundle, which the first call loads. */
import { command, hasStrings, type Command, type Guard } from "../commandKit/command";
import type { FromResources } from "../inspection/lazy";

/** A node of the AWS Resources view with its connection; a link or a menu of another view hands over other things. */
const nodeArgument: Guard<FromResources> = (first) => {
  if (!hasStrings(first, "kind", "label")) return undefined;
  const { connection, ref } = first as Partial<FromResources>;
  return typeof connection?.diagnose === "function" && typeof ref === "object" && ref !== null
    ? (first as unknown as FromResources)
    : undefined;
};

export const inspectionCommands: readonly Command[] = [
  command({ id: "slipway.inspect.map", needs: ["trust"], run: (host) => host.inspection().showMap() }),
  command({ id: "slipway.inspect.mapSvg", needs: ["trust"], run: (host) => host.inspection().saveMap("svg") }),
  command({ id: "slipway.inspect.mapPng", needs: ["trust"], run: (host) => host.inspection().saveMap("png") }),
  command({
    id: "slipway.inspect.diagnose",
    needs: ["trust"],
    argument: nodeArgument,
    run: (host, { argument }) => host.inspection().diagnose(argument),
  }),
  command({
    id: "slipway.inspect.review",
    needs: ["trust", "application", "connection"],
    run: (host, { connection, request }) => host.inspection().review(connection, request),
  }),
];
