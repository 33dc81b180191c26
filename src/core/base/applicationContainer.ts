/** Which container of a task definition is the application's. */

/** What of a container the choice depends on. */
export interface ContainerFacts {
  name: string | undefined;
  isEssential: boolean;
  hasPorts: boolean;
}

/**
 * The file governs: the container of the application's name where there is one, else the only one that can be meant.
 * @param isStated whether a person named it: among several none is then taken in its place
 * @returns its name; undefined where several may be meant, or none has a name
 */
export function applicationContainer(
  containers: readonly ContainerFacts[],
  wanted: string,
  isStated: boolean,
): string | undefined {
  if (containers.some(({ name }) => name === wanted)) return wanted;
  const essential = containers.filter(({ isEssential }) => isEssential);
  const candidates = isStated ? [containers] : [containers, essential, essential.filter(({ hasPorts }) => hasPorts)];
  return candidates.find((list) => list.length === 1)?.[0]?.name;
}
