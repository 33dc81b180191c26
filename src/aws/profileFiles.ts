import { mkdir, readFile, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { SlipwayError } from "../core/base/errors";

/** Where something stands in one of AWS's files; lines count from one. */
export interface Spot {
  readonly file: string;
  readonly line: number;
}

export interface Setting extends Spot {
  readonly value: string;
  /** Settings below this one, each indented. */
  readonly nested: ReadonlyMap<string, Setting>;
}

/** A section's settings by their names in small letters. */
export interface Section extends Spot {
  readonly settings: ReadonlyMap<string, Setting>;
}

/** A profile as both files have it; the credentials file wins. */
export interface Profile extends Section {
  readonly name: string;
  readonly config?: Section;
  readonly credentials?: Section;
}

export interface ProfileFiles {
  readonly profiles: ReadonlyMap<string, Profile>;
  readonly ssoSessions: ReadonlyMap<string, Section>;
  readonly services: ReadonlyMap<string, Section>;
  readonly configFile: string;
  readonly credentialsFile: string;
}

/** Variables by their names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A variable; one that is empty counts as absent, as it does for the AWS CLI. */
export const variableOf = (environment: Environment, name: string): string | undefined =>
  environment[name] === "" ? undefined : environment[name];

const homeOf = (environment: Environment): string => variableOf(environment, "HOME") ?? os.homedir();

/** A file's path as a person writes it. */
export function shortPath(file: string, environment: Environment = process.env): string {
  const home = homeOf(environment);
  return file.startsWith(home + path.sep) ? `~${file.slice(home.length)}` : file;
}

/** What is wrong in one of the files, where, and what to write instead. */
export function profileProblem(spot: Spot, what: string, remedy: string, code = "InvalidProfile"): SlipwayError {
  return new SlipwayError({
    code,
    summary: `${shortPath(spot.file)}, line ${spot.line}: ${what}`,
    remedy,
    actions: ["chooseConnection"],
  });
}

/** Where AWS's own tools look for one of the two files. */
function placeOf(kind: "config" | "credentials", environment: Environment): string {
  const stated = variableOf(environment, kind === "config" ? "AWS_CONFIG_FILE" : "AWS_SHARED_CREDENTIALS_FILE");
  if (stated === undefined) return path.join(homeOf(environment), ".aws", kind);
  return stated === "~" || stated.startsWith("~/") ? path.join(homeOf(environment), stated.slice(1)) : stated;
}

/** The path of one of the two files; where it is not there it is made, empty and for its owner alone. */
export async function ensureProfileFile(
  kind: "config" | "credentials",
  environment: Environment = process.env,
): Promise<string> {
  const file = placeOf(kind, environment);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  // One that is there stays as it is, its mode too.
  await writeFile(file, "", { flag: "a", mode: 0o600 });
  return file;
}

/** Reads both files anew, since people renew keys while an editor is open. Files that are not there are empty. */
export async function readProfileFiles(environment: Environment = process.env): Promise<ProfileFiles> {
  const [configFile, credentialsFile] = [placeOf("config", environment), placeOf("credentials", environment)];
  const [config, credentials] = await Promise.all([configFile, credentialsFile].map(textOf));
  return {
    ...joined(parseSections(config ?? "", configFile), parseSections(credentials ?? "", credentialsFile)),
    configFile,
    credentialsFile,
  };
}

/** A folder, or a file that may not be read, is for AWS's tools as if it were not there. */
const textOf = (file: string): Promise<string> => readFile(file, "utf8").catch(() => "");

function joined(
  config: ReadonlyMap<string, Section>,
  credentials: ReadonlyMap<string, Section>,
): Pick<ProfileFiles, "profiles" | "ssoSessions" | "services"> {
  const kinds = {
    profile: new Map<string, Section>(),
    "sso-session": new Map<string, Section>(),
    services: new Map<string, Section>(),
  };
  const plainDefault = config.get("default");
  for (const [header, section] of config) {
    const [kind = "", name, ...more] = shellWords(header) ?? [];
    if (Object.hasOwn(kinds, kind) && name !== undefined && more.length === 0)
      kinds[kind as keyof typeof kinds].set(name, mergedSection(kinds[kind as keyof typeof kinds].get(name), section));
  }
  // [profile default] wins over [default], wherever they stand.
  if (plainDefault && !kinds.profile.has("default")) kinds.profile.set("default", plainDefault);
  const profiles = new Map<string, Profile>();
  for (const name of new Set([...kinds.profile.keys(), ...credentials.keys()])) {
    const [one, other] = [kinds.profile.get(name), credentials.get(name)];
    const whole = mergedSection(one, other);
    profiles.set(name, { name, ...whole, ...(one ? { config: one } : {}), ...(other ? { credentials: other } : {}) });
  }
  return { profiles, ssoSessions: kinds["sso-session"], services: kinds.services };
}

function mergedSection(one: Section | undefined, other: Section | undefined): Section {
  const first = one ?? other;
  if (!first) throw new Error("a profile is in neither file");
  return { ...first, settings: new Map([...(one?.settings ?? []), ...(other?.settings ?? [])]) };
}

/**
 * The sections of a file by their headers, as Python's configparser reads them, which the AWS CLI uses: `=` or `:`, names
 * in small letters, indented lines belong to the setting above. A comment behind a value is none of it, but for
 * `credential_process`, whose command may hold such characters.
 */
export function parseSections(text: string, file: string): Map<string, Section> {
  const sections = new Map<string, Section>();
  let settings: Map<string, MutableSetting> | undefined;
  let last: { setting: MutableSetting; indent: number } | undefined;
  for (const [index, raw] of text
    .replace(/^\uFEFF/, "")
    .split(/\r\n|\n|\r/)
    .entries()) {
    const line = raw.trim();
    if (line === "" || line.startsWith("#") || line.startsWith(";")) continue;
    const indent = raw.length - raw.trimStart().length;
    const spot = { file, line: index + 1 };
    if (last && indent > last.indent) {
      const below = settingOf(line, spot);
      if (last.setting.value === "" && below) last.setting.nested.set(below.name, below.setting);
      continue;
    }
    const header = /^\[([^\]]+)\]/.exec(line)?.[1]?.trim();
    if (header !== undefined) {
      const known = sections.get(header);
      settings = new Map(known?.settings as ReadonlyMap<string, MutableSetting> | undefined);
      sections.set(header, { ...(known ?? spot), settings });
      last = undefined;
      continue;
    }
    const found = settingOf(line, spot);
    // What stands before the first section belongs to none.
    if (!settings || !found) continue;
    settings.set(found.name, found.setting);
    last = { setting: found.setting, indent };
  }
  return sections;
}

interface MutableSetting extends Setting {
  readonly nested: Map<string, Setting>;
}

function settingOf(line: string, spot: Spot): { name: string; setting: MutableSetting } | undefined {
  const match = /^([^=:]*?)\s*[=:]\s*(.*)$/.exec(line);
  if (!match?.[1]) return undefined;
  const name = match[1].toLowerCase();
  const whole = match[2] ?? "";
  const value = name === "credential_process" ? whole : whole.replace(/(?:^|\s)[#;].*$/, "").trim();
  return { name, setting: { value, nested: new Map(), ...spot } };
}

/** The words of a text as a POSIX shell parts them, without expanding anything; undefined where a quote is open. */
export function shellWords(text: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const character = text.charAt(at);
    if (quote === "" && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === quote) quote = "";
    else if (quote === "" && (character === '"' || character === "'")) {
      quote = character;
      word ??= "";
    } else if (character === "\\" && quote !== "'" && at + 1 < text.length) {
      at += 1;
      const next = text.charAt(at);
      word = (word ?? "") + (quote === '"' && next !== '"' && next !== "\\" ? `\\${next}` : next);
    } else word = (word ?? "") + character;
  }
  if (quote !== "") return undefined;
  if (word !== undefined) words.push(word);
  return words;
}

/** A setting's text; undefined where it is absent or empty. */
export const settingText = (section: Section | undefined, name: string): string | undefined =>
  section?.settings.get(name)?.value || undefined;
