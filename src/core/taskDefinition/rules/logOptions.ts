/** Values of log options, and options that a driver or the log router does not have. */
import type { Draft } from "../document/finding";
import { at, atKey, fix, missingIn, nearest } from "../document/fixes";
import type { Container } from "../document/task";
import type { ObjectValue, Value } from "../document/view";
import { isMisnamed } from "./structure";
import { page, parameters, type Rule } from "./rule";

const link = parameters("container_definition_logs");
const awslogsLink = page("using_awslogs");
const firelensLink = page("using_firelens");

/** What an option's value has to look like. */
interface OptionForm {
  form: RegExp;
  message: string;
  /** Where ECS itself takes it, and the task fails or nothing arrives. */
  severity?: "warning";
  better?: (value: string) => string | undefined;
}

const trueOrFalse: OptionForm = {
  form: /^(?:true|false)$/,
  message: 'This is "true" or "false".',
  better: (value) => (/^(?:true|false)$/i.test(value) ? value.toLowerCase() : undefined),
};
const bufferSize: OptionForm = {
  form: /^\d+(?:\.\d+)? ?[kmgtp]?i?b?$/i,
  message: "A buffer's size is a number with `k`, `m` or `g`: `25m`.",
  better: (value) => /^(\d+)\s*([kmg])(?:i?b|eg\w*|iga\w*)?$/i.exec(value)?.slice(1, 3).join("").toLowerCase(),
};
const mode: OptionForm = {
  form: /^(?:blocking|non-blocking)$/,
  message: "`mode` is `blocking` or `non-blocking`.",
  better: (value) => nearest(value, ["blocking", "non-blocking"]),
};

const common: Readonly<Record<string, OptionForm>> = { mode, "max-buffer-size": bufferSize };

const forms: Readonly<Record<string, Readonly<Record<string, OptionForm>>>> = {
  awslogs: {
    ...common,
    "awslogs-group": {
      form: /^(?:[.\-_/#A-Za-z0-9]{1,512})?$/,
      message: "A log group's name has letters, digits, `.`, `-`, `_`, `/` and `#`, 512 at most.",
      better: (value) =>
        value
          .trim()
          .replace(/[^.\-_/#A-Za-z0-9]+/g, "-")
          .slice(0, 512),
    },
    "awslogs-region": {
      form: /^[a-z]{2,}(?:-[a-z]+)+-\d+$/,
      message: "A region is written like `eu-west-1`.",
      better: (value) => {
        const plain = value.trim().toLowerCase().replaceAll("_", "-");
        const zone = /^([a-z]{2,}(?:-[a-z]+)+-\d+)[a-z]$/.exec(plain)?.[1];
        return zone ?? (/^[a-z]{2,}(?:-[a-z]+)+-\d+$/.test(plain) ? plain : undefined);
      },
    },
    "awslogs-stream-prefix": {
      form: /^[^:*]{0,512}$/,
      message: "A log stream's name has neither `:` nor `*`.",
      severity: "warning",
      better: (value) => value.replace(/[:*]+/g, "-").slice(0, 512),
    },
  },
  splunk: {
    ...common,
    "splunk-url": { form: /^https?:\/\/\S+$/, message: "Splunk's address begins with `https://`." },
    "splunk-format": {
      form: /^(?:inline|json|raw)$/,
      message: "`splunk-format` is `inline`, `json` or `raw`.",
      better: (value) => nearest(value, ["inline", "json", "raw"]),
    },
    "splunk-gzip-level": { form: /^(?:-1|\d)$/, message: "`splunk-gzip-level` is -1 to 9." },
    "splunk-verify-connection": trueOrFalse,
    "splunk-insecureskipverify": trueOrFalse,
    "splunk-gzip": trueOrFalse,
  },
};

const splunkOptions: readonly string[] = [
  "splunk-token",
  "splunk-url",
  "splunk-source",
  "splunk-sourcetype",
  "splunk-index",
  "splunk-capath",
  "splunk-caname",
  "splunk-insecureskipverify",
  "splunk-format",
  "splunk-verify-connection",
  "splunk-gzip",
  "splunk-gzip-level",
  "splunk-index-acknowledgment",
];

const logOf = ({ value }: Container): ObjectValue | undefined => value.objectOf("logConfiguration");

function* optionValues(container: Container): Generator<Draft> {
  const log = logOf(container);
  const driver = log?.textOf("logDriver") ?? "";
  const options = log?.objectOf("options");
  const known = Object.hasOwn(forms, driver) ? forms[driver] : common;
  for (const [name, { form, message, severity, better }] of Object.entries(known ?? {})) {
    const item = options?.get(name);
    if (item?.string === undefined || form.test(item.string)) continue;
    const fixed = better?.(item.string);
    yield {
      spot: at(item),
      message,
      ...(severity === undefined ? {} : { severity }),
      fixes:
        fixed !== undefined && fixed !== "" && form.test(fixed) ? [fix.set(`Change to "${fixed}"`, item, fixed)] : [],
    };
  }
}

/** A buffer where lines are written one by one. */
function* bufferWithoutMode(container: Container): Generator<Draft> {
  const options = logOf(container)?.objectOf("options");
  const [size, how] = [options?.get("max-buffer-size"), options?.get("mode")];
  if (options && size && how?.string === "blocking")
    yield {
      spot: at(size),
      message: "Only `non-blocking` has a buffer.",
      related: [{ message: "The mode", spot: at(how) }],
      fixes: [
        fix.remove('Remove "max-buffer-size"', size),
        fix.set('Change to "non-blocking"', how, "non-blocking", false),
      ],
    };
}

function* splunkUnknown(container: Container): Generator<Draft> {
  const log = logOf(container);
  if (log?.textOf("logDriver") !== "splunk") return;
  const options = log.objectOf("options");
  for (const [key, value] of options?.entries ?? []) {
    if (!key.startsWith("splunk-") || splunkOptions.includes(key)) continue;
    const near = nearest(
      key,
      splunkOptions.filter((option) => !options?.entries.has(option)),
    );
    yield {
      spot: atKey(value),
      message: `splunk has no option \`${key}\`.`,
      aws: `Log driver splunk disallows options: ${key}`,
      fixes: [
        ...(near === undefined ? [] : [fix.rename(`Rename to "${near}"`, value, near)]),
        fix.remove(`Remove "${key}"`, value, near === undefined),
      ],
    };
  }
}

/** The same option in the clear and as a secret. */
function* optionTwice(container: Container): Generator<Draft> {
  const log = logOf(container);
  const options = log?.objectOf("options");
  const list = log?.get("secretOptions");
  const seen = new Map<string, Value>();
  for (const secret of list?.objects ?? []) {
    const name = secret.get("name");
    if (!list || name?.string === undefined) continue;
    const before = seen.get(name.string);
    const plain = options?.get(name.string);
    if (before ?? plain)
      yield {
        spot: at(name),
        message: `The option \`${name.string}\` is here twice.`,
        related: [{ message: "The other one", spot: at(before ?? (plain as Value)) }],
        fixes: [
          plain && !before
            ? fix.remove("Remove the one in plain text", plain)
            : fix.removeItems("Remove this one", list, [secret]),
        ],
      };
    seen.set(name.string, name);
  }
}

const routerOptions = ["config-file-type", "config-file-value", "enable-ecs-log-metadata"];

function* routerConfiguration({ value }: Container): Generator<Draft> {
  const options = value.objectOf("firelensConfiguration")?.objectOf("options");
  if (!options) return;
  const [type, file, metadata] = routerOptions.map((name) => options.get(name));
  for (const [key, item] of options.entries) {
    if (routerOptions.includes(key) || item.isNull) continue;
    const near = nearest(
      key,
      routerOptions.filter((option) => !options.entries.has(option)),
    );
    yield {
      spot: atKey(item),
      message: `The log router has no option \`${key}\`.`,
      severity: "warning",
      fixes: [
        ...(near === undefined ? [] : [fix.rename(`Rename to "${near}"`, item, near)]),
        fix.remove(`Remove "${key}"`, item, near === undefined),
      ],
    };
  }
  if (type?.string !== undefined && type.string !== "s3" && type.string !== "file")
    yield {
      spot: at(type),
      message: "A configuration comes from a `file` of the image or from `s3`.",
      fixes: [fix.set('Change to "file"', type, "file")],
    };
  const lacking = type && !file ? "config-file-value" : file && !type ? "config-file-type" : undefined;
  if (lacking !== undefined && !isMisnamed(options, lacking) && options.entries.size < 4)
    yield {
      spot: missingIn(options),
      message: `\`config-file-type\` and \`config-file-value\` belong together: \`${lacking}\` is missing.`,
      fixes: [
        fix.put(
          `Add "${lacking}"`,
          options,
          lacking,
          lacking === "config-file-type" ? "file" : "/fluent-bit/etc/extra.conf",
        ),
      ],
    };
  if (type?.string === "s3" && file?.string !== undefined && !/^arn:aws[\w-]*:s3:::[^/\s]+\/\S+$/.test(file.string)) {
    const parts = /^s3:\/\/([^/\s]+)\/(\S+)$/.exec(file.string);
    const better = parts ? `arn:aws:s3:::${parts[1] ?? ""}/${parts[2] ?? ""}` : undefined;
    yield {
      spot: at(file),
      message: "A configuration in S3 is named by its ARN: `arn:aws:s3:::bucket/key`.",
      fixes: better === undefined ? [] : [fix.set(`Change to "${better}"`, file, better)],
    };
  }
  if (metadata?.string !== undefined && !/^(?:true|false)$/.test(metadata.string))
    yield {
      spot: at(metadata),
      message: '`enable-ecs-log-metadata` is "true" or "false".',
      fixes: [fix.remove('Remove "enable-ecs-log-metadata"', metadata)],
    };
}

/** The router's own lines would be sent to itself. */
function* routerToItself({ value }: Container): Generator<Draft> {
  const driver = value.objectOf("logConfiguration")?.get("logDriver");
  const router = value.get("firelensConfiguration");
  if (router && driver?.string === "awsfirelens")
    yield {
      spot: at(driver),
      message: "The log router cannot send its own lines through itself.",
      related: [{ message: "This makes it the log router", spot: atKey(router) }],
    };
}

export const logOptionRules: readonly Rule[] = [
  { id: "log-option-value", severity: "error", link: awslogsLink, each: optionValues },
  { id: "log-buffer-mode", severity: "warning", link: awslogsLink, each: bufferWithoutMode },
  { id: "splunk-unknown-option", severity: "error", link, each: splunkUnknown },
  { id: "log-option-duplicate", severity: "error", link, each: optionTwice },
  { id: "firelens-options", severity: "error", link: firelensLink, each: routerConfiguration },
  { id: "firelens-itself", severity: "warning", link: firelensLink, each: routerToItself },
];
