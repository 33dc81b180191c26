/** `RUN --mount=…`: what a command sees while it runs. https://docs.docker.com/reference/dockerfile/#run---mount */
import { own } from "../base/taskDefinition";
import { DockerfileError } from "./dockerfileText";

export interface RunMount {
  type: string;
  from?: string;
  source: string;
  target: string;
  /** By what a secret, or an SSH agent, is given at build time. */
  id?: string;
  /** Stated: true where the build fails without it, false where it does without. */
  required?: boolean;
}

const types = ["bind", "cache", "tmpfs", "secret", "ssh"];
const keys: Readonly<Record<string, string>> = { src: "source", dst: "target", destination: "target" };
const switches = ["readonly", "ro", "readwrite", "rw"];
const taken = ["type", "from", "source", "target", "required", "size", "id", "sharing", "mode", "uid", "gid", "env"];
const bool = /^(1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/;

/**
 * @param expand puts in variables; without it only what may have none is looked at, since the rest is not known yet
 * @throws DockerfileError where BuildKit refuses it
 */
export function readMount(text: string, line: number, expand?: (value: string) => string): RunMount {
  const fail = (message: string): never => {
    throw new DockerfileError(`RUN --mount=${text}: ${message}`, line);
  };
  const mount: RunMount = { type: "bind", source: "", target: "" };
  const given = new Map<string, string>();
  for (const field of fieldsOf(text, fail)) {
    const equals = field.indexOf("=");
    const written = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
    const key = own(keys, written) ?? written;
    if (equals < 0) {
      if (expand && !switches.includes(key) && !(key === "required" && isSecret(mount.type)))
        fail(`${field} needs a value.`);
      if (key === "required") mount.required = true;
      continue;
    }
    const raw = field.slice(equals + 1);
    if (key === "from" && !expand && /\$./.test(raw)) fail("from takes no variable; a build stage's FROM does.");
    if (!expand) {
      if (key === "from") mount.from = raw;
      continue;
    }
    const value = expand(raw);
    if (!taken.includes(key) && !switches.includes(key)) fail(`there is no ${written}.`);
    if (switches.includes(key) && !bool.test(value)) fail(`${key} is true or false.`);
    if (key === "required" && !(isSecret(mount.type) && bool.test(value))) fail(`required does not fit here.`);
    if (key === "type")
      mount.type = types.includes(value.toLowerCase()) ? value.toLowerCase() : fail(`no type ${value}.`);
    if (key === "size" && !(mount.type === "tmpfs" && /^\d+(\.\d+)? ?([kmgtp]?(i?b)?)$/i.test(value)))
      fail("size does not fit here.");
    if (key === "sharing" && !/^(shared|private|locked)$/i.test(value)) fail(`there is no sharing ${value}.`);
    if (key === "mode" && !/^[0-7]+$/.test(value)) fail("mode is an octal number.");
    if ((key === "uid" || key === "gid") && !/^\d+$/.test(value)) fail(`${key} is a number.`);
    if (key === "required") mount.required = /^(1|t)/i.test(value);
    if (key === "from" && value !== "") mount.from = value;
    if (key === "source" || key === "target") mount[key] = value;
    given.set(key, value);
  }
  if (expand) check(mount, given, fail);
  const id = idOf(mount, given);
  if (id !== undefined) mount.id = id;
  return mount;
}

/** As BuildKit finds it: stated, else where the file is put, else the variable. */
function idOf({ type, source, target }: RunMount, given: ReadonlyMap<string, string>): string | undefined {
  if (type === "ssh") return given.get("id") || "default";
  if (type !== "secret") return undefined;
  return given.get("id") || source || target.split("/").findLast((part) => part !== "") || given.get("env");
}

const isSecret = (type: string) => type === "secret" || type === "ssh";

function check(mount: RunMount, given: ReadonlyMap<string, string>, fail: (message: string) => never): void {
  const { type } = mount;
  for (const key of ["mode", "uid", "gid"])
    if (given.has(key) && !["secret", "ssh", "cache"].includes(type)) fail(`${key} does not fit a ${type} mount.`);
  if (given.get("sharing") && type !== "cache") fail(`sharing does not fit a ${type} mount.`);
  if (type !== "secret") return;
  if (mount.from !== undefined) fail("a secret has no from.");
  if (mount.source === "" && mount.target === "" && !given.get("id") && !given.get("env"))
    fail("a secret needs an id.");
  if (mount.source !== "" && given.get("id")) fail("a secret has an id or a source, and not both.");
}

/** The fields of a line of CSV. */
function fieldsOf(text: string, fail: (message: string) => never): string[] {
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  for (;;) {
    const found = field.exec(text);
    if (!found) return fail("a quote does not fit here.");
    fields.push(found[1] === undefined ? (found[2] ?? "") : found[1].replaceAll('""', '"'));
    if (found[3] === "") return fields;
  }
}
