import { isAcross, type MapEdge, type MapModel } from "./diagram";

/** What an edge's end is called in the table of kinds. */
export function kindsOf(model: MapModel): Map<string, string> {
  return new Map([...model.nodes, ...model.groups].map((thing): [string, string] => [thing.id, thing.kind]));
}

/**
 * The column of each node: one further than whatever leads to it along the row, the same as what leads to it from another
 * row. An edge to a group leads to every node in it.
 */
export function columnsOf(model: MapModel): Map<string, number> {
  const kinds = kindsOf(model);
  const members = (id: string): string[] =>
    model.nodes.some((node) => node.id === id)
      ? [id]
      : model.nodes.filter((node) => node.group === id).map((node) => node.id);
  const pairs = model.edges.flatMap((edge) =>
    members(edge.from).flatMap((from) => members(edge.to).map((to) => ({ from, to, across: across(edge, kinds) }))),
  );
  const columns = new Map(model.nodes.map((node): [string, number] => [node.id, 0]));
  const at = (id: string): number => columns.get(id) ?? 0;
  // The flow has no cycles, so this ends after as many rounds as the longest way has edges.
  for (let round = 0, moved = true; moved && round <= model.nodes.length; round++) {
    moved = false;
    for (const { from, to, across: same } of pairs) {
      const wanted = same ? Math.max(at(from), at(to)) : Math.max(at(to), at(from) + 1);
      const ends: readonly string[] = same ? [from, to] : [to];
      for (const end of ends) {
        if (at(end) === wanted) continue;
        columns.set(end, wanted);
        moved = true;
      }
    }
  }
  // What nothing leads to stands next to what it leads to, and outside of the frames around that.
  const parents = new Map(model.groups.map((group): [string, string | undefined] => [group.id, group.parent]));
  const outside = (id: string): number => {
    const frames = new Set<string>();
    for (let frame = model.nodes.find((node) => node.id === id)?.group; frame !== undefined; frame = parents.get(frame))
      frames.add(frame);
    const isInside = (group: string | undefined): boolean =>
      group !== undefined && (frames.has(group) || isInside(parents.get(group)));
    return Math.min(at(id), ...model.nodes.filter((node) => isInside(node.group)).map((node) => at(node.id))) - 1;
  };
  for (const node of model.nodes) {
    const out = pairs.filter((pair) => pair.from === node.id);
    if (
      out.length &&
      node.group === undefined &&
      pairs.every((pair) => pair.to !== node.id) &&
      out.every((pair) => !pair.across)
    )
      columns.set(node.id, Math.min(...out.map((pair) => outside(pair.to))));
  }
  const first = Math.min(...columns.values());
  for (const [id, column] of columns) columns.set(id, column - first);
  return columns;
}

export const across = (edge: MapEdge, kinds: ReadonlyMap<string, string>): boolean =>
  isAcross(kinds.get(edge.from) ?? "", kinds.get(edge.to) ?? "");
