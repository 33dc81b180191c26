/** The command that a container is to run: none, not there, not executable, or for something else than this machine. */
import type { Pattern, SaidBy } from "../types";
import { scriptRefused } from "./texts";

const by: readonly SaidBy[] = ["task", "container", "event", "log"];
const leads = [
  "Essential container in task exited",
  "CannotStartContainerError: ",
  "CannotCreateContainerError: ",
  "ContainerRuntimeError: ",
];
const shell = String.raw`^(?:\S*\/)?(?:ba|da|a|z|k)?sh: (?:(?:line )?\d+: )?`;
/** The init process of a container says it by its own name. */
const wrapper = String.raw`\[(?:dumb-init|FATAL tini[^\]]*)\] `;

export const execPatterns: readonly Pattern[] = [
  {
    code: "NoCommand",
    numbers: [22],
    family: "container",
    stage: ["create", "start"],
    title: "no command at all",
    by,
    leads,
    proves: ["no command specified", /no command or entrypoint provided|no CMD or ENTRYPOINT/i],
    sentence:
      "The image has neither CMD nor ENTRYPOINT, and the task definition names no command: there is nothing to run.",
    remedy: "Add CMD to the Dockerfile, or command to the container in the task definition.",
    actions: ["openDockerfile", "openTaskDefinition"],
  },
  {
    code: "CommandNotExecutable",
    numbers: [22],
    family: "container",
    stage: ["start", "run"],
    title: "the command may not be executed",
    by,
    leads,
    proves: [
      /exec:? "?[^":]+"?:? (?:failed: )?permission denied/i,
      /open executable: permission denied|exec user process caused:? "?permission denied/i,
      new RegExp(`${wrapper}.*permission denied`, "i"),
      new RegExp(`${shell}[^:]+: permission denied$`, "i"),
    ],
    sentence:
      "{program|The container's command} may not be executed: its file has no execute bit, or it is a directory.",
    remedy:
      "Set the bit in the Dockerfile (COPY --chmod=755, or RUN chmod +x), or name the interpreter first " +
      '(["sh", "start.sh"]).',
    actions: ["openDockerfile", "openTaskDefinition"],
  },
  {
    code: "CommandNotExecutable",
    numbers: [22],
    family: "container",
    stage: ["start", "run"],
    title: "the command is a directory",
    by,
    leads,
    proves: [/exec:? "?[^":]+"?:? is a directory/i, new RegExp(`${shell}[^:]+: is a directory$`, "i")],
    sentence: "{program|The container's command} is a directory, which cannot be executed.",
    remedy: "Name the program in it in ENTRYPOINT, CMD or the task definition's command.",
    actions: ["openDockerfile", "openTaskDefinition"],
  },
  {
    code: "InterpreterMissing",
    numbers: [22],
    family: "container",
    stage: ["start", "run"],
    title: "a script with Windows line ends",
    by,
    leads,
    proves: [
      /\benv: .*(?:\r|\\r|\^M|\\015)/i,
      /(?:\r|\\r|\^M|\\015)['"’]?: (?:bad interpreter|command not found|no such file)/i,
      /illegal option -(?:\r|\\r|\^M)|\$'\\r'/i,
    ],
    sentence:
      "{program|The container's script} has Windows line ends (CRLF): what its first line names is not there " +
      "with a \\r behind it.",
    remedy:
      "Save it with LF, and keep it so: *.sh text eol=lf in .gitattributes; or RUN sed -i 's/\\r$//' on it in the " +
      "Dockerfile.",
    actions: ["openDockerfile"],
  },
  {
    code: "InterpreterMissing",
    numbers: [22],
    family: "container",
    stage: ["start", "run"],
    title: "what runs the command is not in the image",
    by,
    leads,
    proves: [
      /exec "?[^":\s]*\/[^":\s]*"?:? (?:failed: )?no such file or directory/i,
      /exec user process caused:? "?no such file or directory/i,
      new RegExp(String.raw`${wrapper}(?:exec )?\S*\/\S*(?: failed)?: no such file`, "i"),
      /bad interpreter: no such file|\benv: (?:can't execute )?['"‘]?[\w.-]+['"’]?: no such file/i,
    ],
    sentence:
      "{program|The container's command} is there, and what runs it is not: its script has Windows line ends (CRLF), " +
      "or the image lacks the interpreter or C library that it needs.",
    remedy:
      "Save scripts with LF line ends, let their first line (#!) name a shell that the image has, and do not copy a " +
      "program for glibc into an Alpine image.",
    actions: ["openDockerfile"],
  },
  {
    code: "ScriptWithoutShebang",
    numbers: [21],
    family: "container",
    stage: ["start", "run"],
    title: "a script without #!",
    by,
    leads,
    says: [scriptRefused],
    facts: ["sameProcessor"],
    sentence:
      "{program|The container's script} does not begin with #! and an interpreter, so it cannot be executed by itself.",
    remedy: 'Let its first line be #!/bin/sh (or what it is written in), or run it by name: ["sh", "start.sh"].',
    actions: ["openDockerfile", "openTaskDefinition"],
  },
  {
    code: "CannotStart",
    numbers: [22],
    family: "container",
    stage: ["start", "run"],
    title: "the command is not in the image",
    by,
    leads,
    proves: [
      "executable file not found",
      /exec:? "[^"]+": stat [^:]+: no such file or directory/i,
      new RegExp(String.raw`${wrapper}(?:exec )?[^\s/]+(?: failed)?: no such file`, "i"),
    ],
    sentence: "{program|The container's command} is not in the image, or not where its PATH looks.",
    remedy:
      "Look at ENTRYPOINT, CMD and the task definition's command: the name, the path, and what the image installs.",
    actions: ["openDockerfile", "openTaskDefinition"],
  },
  {
    code: "CannotStart",
    numbers: [22],
    family: "container",
    stage: ["start", "start"],
    title: "the command could not be started",
    general: true,
    by,
    leads,
    says: ["CannotStartContainerError", new RegExp(`${shell}[^:]+: (?:command )?not found$`, "i")],
    facts: ["commandBroken"],
    observed: true,
    sentence: "{program|The container's command} could not be started{exitNote|}.",
    remedy:
      "Look at ENTRYPOINT, CMD and the task definition's command: the path, the execute bit, and that a script " +
      "has no Windows line ends.",
    actions: ["openDockerfile", "openTaskDefinition"],
  },
];
