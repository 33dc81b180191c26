/** The oldest major version that the project runs with. */
export const requiredMajor: number;

/**
 * The machine's cache, shared by all clones so that a fresh one is quick: `SLIPWAY_CACHE`, else the XDG cache folder.
 */
export function machineCache(): string;

/**
 * The environment without what an outer `npm run` put there: its local prefix and lifecycle variables would make the
 * inner npm work on our own package instead.
 */
export function npmEnvironment(): NodeJS.ProcessEnv;

/** Gets the work of an install, to say what is being done, and returns what the work returns. */
export type OnInstall = (work: () => string) => string;

/**
 * Node's binary of a major version, installed from npm into the machine's cache unless it is there (one package for each
 * platform, headers included). Two runs may install at once.
 *
 * @returns the path of the binary
 * @throws when npm cannot install it; the message carries npm's last lines
 */
export function installedNode(major: number, onInstall?: OnInstall): string;

/** The Node to run the project with: this one where it is new enough, else {@link installedNode}. */
export function projectNode(onInstall?: OnInstall): string;
