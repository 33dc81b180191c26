/** Commands that do not start, and applications that listen where nobody asks. Texts as engines, kernels and frameworks word them. */
import { known, type ServiceSnapshot } from "../../../src/core/service/snapshot/serviceSnapshot";
import { type Defect, ended, failed, reference, rename, sick } from "./defectTools";

/** What the engine says of a container that it could not start. */
const notStarted =
  (exit: number | undefined, rest: string, kind = "CannotStartContainerError") =>
  (s: ServiceSnapshot): void =>
    failed(s, {
      code: "TaskFailedToStart",
      pulled: "stopped",
      ...(exit === undefined ? {} : { exit }),
      reason: `${kind}: ${rest}`,
      containerReason: `${kind}: ${rest}`,
    });
const runc =
  "Error response from daemon: failed to create task for container: failed to create shim task: OCI runtime create " +
  "failed: runc create failed: unable to start container process: error during container init: ";
const onPlatform =
  (platform: string) =>
  (s: ServiceSnapshot): void =>
    rename(s, reference(s), {
      facts: known({ digest: "sha256:x", tags: [], platforms: [platform], exposedPorts: [8080], bytes: 1_000_000 }),
    });
const refused =
  (...lines: string[]) =>
  (s: ServiceSnapshot): void =>
    sick(s, "unhealthy", "Target.FailedHealthChecks", "Health checks failed", lines);
const unanswered =
  (...lines: string[]) =>
  (s: ServiceSnapshot): void =>
    sick(s, "unhealthy", "Target.Timeout", "Request timed out", lines);

/** Without AWS's texts the exit code alone is left. */
const bare = ["CannotStart", "CannotRun", "ContainerExited"];

const commands: readonly Defect[] = [
  {
    name: "no command",
    codes: ["NoCommand"],
    shows: notStarted(undefined, "Error response from daemon: No command specified"),
    without: [],
  },
  {
    name: "no command, when it is made",
    codes: ["NoCommand"],
    shows: notStarted(undefined, "Error response from daemon: no command specified", "CannotCreateContainerError"),
    without: [],
  },
  {
    name: "no command, as Podman says it",
    codes: ["NoCommand"],
    shows: notStarted(undefined, "no command or entrypoint provided, and no CMD or ENTRYPOINT from image"),
    without: [],
  },
  {
    name: "no execute bit",
    codes: ["CommandNotExecutable"],
    shows: notStarted(126, `${runc}exec: "/start.sh": permission denied: unknown`),
    without: bare,
  },
  {
    name: "a directory",
    codes: ["CommandNotExecutable"],
    shows: notStarted(126, `${runc}exec: "/srv": is a directory: unknown`),
    without: bare,
  },
  {
    name: "no execute bit, as crun says it",
    codes: ["CommandNotExecutable"],
    shows: notStarted(126, "crun: open executable: Permission denied: OCI permission denied"),
    without: bare,
  },
  {
    name: "no execute bit, as the log says it",
    codes: ["CommandNotExecutable"],
    shows: ended(255, ["exec /start.sh: permission denied"]),
  },
  {
    name: "no execute bit, as a shell says it",
    codes: ["CommandNotExecutable"],
    shows: ended(126, ["/bin/sh: 1: ./start.sh: Permission denied"]),
  },
  {
    name: "no execute bit, as tini says it",
    codes: ["CommandNotExecutable"],
    shows: ended(126, ["[FATAL tini (7)] exec /start.sh failed: Permission denied"]),
  },
  {
    name: "a missing interpreter",
    codes: ["InterpreterMissing"],
    shows: ended(1, ["exec /entrypoint.sh: no such file or directory"]),
  },
  {
    name: "a missing interpreter, older",
    codes: ["InterpreterMissing"],
    shows: ended(1, ["standard_init_linux.go:228: exec user process caused: no such file or directory"]),
  },
  {
    name: "a missing interpreter, as tini says it",
    codes: ["InterpreterMissing"],
    shows: ended(127, ["[FATAL tini (7)] exec /entrypoint.sh failed: No such file or directory"]),
  },
  {
    name: "no bash",
    codes: ["InterpreterMissing"],
    shows: ended(127, ["env: can't execute 'bash': No such file or directory"]),
  },
  {
    name: "CRLF",
    codes: ["InterpreterMissing"],
    shows: ended(127, ["/usr/bin/env: ‘bash\\r’: No such file or directory"]),
  },
  {
    name: "CRLF within",
    codes: ["InterpreterMissing"],
    shows: ended(127, ["/entrypoint.sh: line 2: $'\\r': command not found"]),
  },
  {
    name: "CRLF, and its option",
    codes: ["InterpreterMissing"],
    shows: ended(2, ["/entrypoint.sh: 2: set: Illegal option -\r"]),
  },
  {
    name: "a missing executable",
    codes: ["CannotStart"],
    shows: notStarted(127, `${runc}exec: "serve": executable file not found in $PATH: unknown`),
    without: bare,
  },
  {
    name: "a missing file",
    codes: ["CannotStart"],
    shows: notStarted(127, `${runc}exec: "/nothing": stat /nothing: no such file or directory: unknown`),
    without: bare,
  },
  {
    name: "a missing executable, as tini says it",
    codes: ["CannotStart"],
    shows: ended(127, ["[FATAL tini (7)] exec serve failed: No such file or directory"]),
  },
  {
    name: "a script without #!",
    codes: ["ScriptWithoutShebang"],
    world: onPlatform("linux/amd64"),
    shows: ended(255, ["exec /start.sh: exec format error"]),
  },
  {
    name: "a script, and who knows for what",
    codes: ["ScriptWithoutShebang"],
    world: (s: ServiceSnapshot) =>
      s.images.forEach((image) => (image.facts = { known: false, why: "no", code: "AccessDenied" })),
    shows: ended(255, ["exec /start.sh: exec format error"]),
  },
  {
    name: "a script in an image for another processor",
    codes: ["WrongArchitecture"],
    world: onPlatform("linux/arm64"),
    shows: ended(255, ["exec /start.sh: exec format error"]),
  },
  {
    name: "a program for another processor in a right image",
    codes: ["WrongArchitecture"],
    world: onPlatform("linux/amd64"),
    shows: ended(255, ["exec /usr/local/bin/server: exec format error"]),
  },
  {
    name: "a file that the application misses",
    codes: ["ContainerExited"],
    shows: ended(1, ["Error: ENOENT: no such file or directory, open '/data/x'"]),
  },
  {
    name: "a folder that the application may not write to",
    codes: ["ContainerExited"],
    shows: ended(1, ["PermissionError: [Errno 13] Permission denied: '/data/x'"]),
  },
  {
    name: "an exit code, and a reason in other words",
    codes: ["ContainerExited"],
    shows: (s: ServiceSnapshot) =>
      failed(s, {
        code: "EssentialContainerExited",
        reason: "The main container of the task is gone, code 3",
        exit: 3,
      }),
  },
].map((defect) => ({
  number: /processor|#!|who knows/.test(defect.name)
    ? 21
    : /misses|may not write|other words/.test(defect.name)
      ? 17
      : 22,
  ...defect,
}));

const listening: readonly Defect[] = [
  {
    name: "Flask on loopback",
    codes: ["ListensOnLoopback"],
    shows: refused(" * Serving Flask app 'main'", " * Running on http://127.0.0.1:8080"),
  },
  {
    name: "Flask on loopback, and another port",
    codes: ["ListensOnLoopback"],
    shows: refused(" * Running on http://127.0.0.1:5000 (Press CTRL+C to quit)"),
  },
  {
    name: "Rails on loopback, unanswered",
    codes: ["ListensOnLoopback"],
    shows: unanswered("=> Booting Puma", "* Listening on http://127.0.0.1:8080", "* Listening on http://[::1]:8080"),
  },
  {
    name: "somebody on localhost",
    codes: ["ListensOnLoopback"],
    shows: refused("Server listening at http://localhost:8080"),
  },
  {
    name: "a socket",
    codes: ["ListensOnLoopback"],
    shows: refused("[2026-01-01 12:00:00 +0000] [1] [INFO] Listening at: unix:/tmp/gunicorn.sock (1)"),
  },
  {
    name: "another port, on all addresses",
    codes: ["ConnectionRefused"],
    shows: refused("Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)"),
  },
  {
    name: "seconds that are no port",
    codes: ["ConnectionRefused"],
    shows: refused("Started Application in 12.34 seconds (process running for 13)"),
  },
  { name: "HTTPS", codes: ["ProtocolMismatch"], shows: refused("      Now listening on: https://[::]:8080") },
  {
    name: "HTTPS that answers 400",
    codes: ["ProtocolMismatch"],
    shows: (s: ServiceSnapshot) =>
      sick(s, "unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [400]", [
        "[GIN-debug] Listening and serving HTTPS on :8080",
      ]),
  },
  { name: "gRPC", codes: ["ProtocolMismatch"], shows: refused("gRPC server listening on [::]:8080") },
  {
    name: "a path without an index file",
    codes: ["HealthIndexMissing"],
    without: ["HealthNeedsLogin", "HealthCode"],
    shows: (s: ServiceSnapshot) =>
      sick(s, "unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [403]", [
        '2026/01/01 12:00:00 [error] 29#29: *1 directory index of "/usr/share/nginx/html/" is forbidden, client: ' +
          "10.0.1.7",
      ]),
  },
  {
    name: "a path that is forbidden",
    codes: ["HealthNeedsLogin"],
    without: ["HealthCode"],
    shows: (s: ServiceSnapshot) =>
      sick(s, "unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [403]", ["ready"]),
  },
  {
    name: "PHP-FPM",
    codes: ["ProtocolMismatch"],
    shows: refused("[01-Jan-2026 12:00:00] NOTICE: fpm is running, pid 1"),
  },
  {
    name: "HTTP on all addresses, and a path that is not there",
    codes: ["HealthPathMissing"],
    without: ["HealthCode"],
    shows: (s: ServiceSnapshot) =>
      sick(s, "unhealthy", "Target.ResponseCodeMismatch", "Health checks failed with these codes: [404]", [
        "Listening on https://0.0.0.0:8080",
      ]),
  },
].map((defect) => ({ number: /path/.test(defect.name) ? 28 : 30, ...defect }));

export const defectsOfCommands: readonly Defect[] = [...commands, ...listening];
