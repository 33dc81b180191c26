import assert from "node:assert/strict";
import { lastWords } from "../../../src/core/service/diagnosis/said/lastWords";

/** What is printed, and what of it belongs into a sentence: kind, name, text. */
const cases: readonly [name: string, lines: string, says: string][] = [
  [
    "Python's traceback",
    `Traceback (most recent call last):
  File "/app/main.py", line 3, in <module>
    import shop
ModuleNotFoundError: No module named 'shop'`,
    "exception ModuleNotFoundError: No module named 'shop'",
  ],
  [
    "Python's exception of its own, in the last of two tracebacks",
    `Traceback (most recent call last):
  File "/app/a.py", line 1, in <module>
ValueError: one

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/a.py", line 4, in <module>
shop.errors.NotReady: the shop is closed`,
    "exception shop.errors.NotReady: the shop is closed",
  ],
  [
    "Python's os.environ",
    `Traceback (most recent call last):
  File "/usr/lib/python3.12/os.py", line 679, in __getitem__
KeyError: 'DATABASE_URL'`,
    "variable DATABASE_URL KeyError: 'DATABASE_URL'",
  ],
  [
    "Python's other keys",
    "Traceback (most recent call last):\n  File x\nKeyError: 'name'",
    "exception KeyError: 'name'",
  ],
  [
    "pydantic",
    `pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
database_url
  Field required [type=missing, input_value={}, input_type=dict]`,
    "variable DATABASE_URL database_url: Field required",
  ],
  [
    "Django's environ",
    "django.core.exceptions.ImproperlyConfigured: Set the SECRET_KEY environment variable",
    "variable SECRET_KEY django.core.exceptions.ImproperlyConfigured: Set the SECRET_KEY environment variable",
  ],
  [
    "decouple",
    "decouple.UndefinedValueError: SECRET_KEY not found. Declare it as envvar or define a default value.",
    "variable SECRET_KEY decouple.UndefinedValueError: SECRET_KEY not found. Declare it as envvar or define a " +
      "default value.",
  ],
  [
    "Node's Error",
    `/app/server.js:4
  throw new Error("no database");
  ^

Error: no database
    at Object.<anonymous> (/app/server.js:4:9)
    at Module._compile (node:internal/modules/cjs/loader:1376:14)

Node.js v20.10.0`,
    "exception Error: no database",
  ],
  [
    "Node's codes",
    "Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/app/x.js' imported from /app/y.js\n    at " +
      "finalizeResolution\n  code: 'ERR_MODULE_NOT_FOUND'",
    "exception Error [ERR_MODULE_NOT_FOUND]: Cannot find module '/app/x.js' imported from /app/y.js",
  ],
  [
    "Node's TypeError",
    "TypeError: Cannot read properties of undefined (reading 'x')\n    at f",
    "exception TypeError: Cannot read properties of undefined (reading 'x')",
  ],
  [
    "a variable in Node",
    "Error: DATABASE_URL is not set\n    at start (/srv/main.js:3)",
    "variable DATABASE_URL Error: DATABASE_URL is not set",
  ],
  [
    "a variable that is required",
    "[2026-01-01 12:00:00] ERROR: API_KEY is required",
    "variable API_KEY API_KEY is required",
  ],
  [
    "a variable with its kind",
    "Missing required environment variable: STRIPE_KEY",
    "variable STRIPE_KEY Missing required environment variable: STRIPE_KEY",
  ],
  [
    "Prisma",
    "error: Environment variable not found: DATABASE_URL.",
    "variable DATABASE_URL error: Environment variable not found: DATABASE_URL.",
  ],
  [
    "Go's env",
    'env: required environment variable "PORT_NAME" is not set',
    'variable PORT_NAME env: required environment variable "PORT_NAME" is not set',
  ],
  [
    "Go's envconfig",
    "required key DATABASE_URL missing value",
    "variable DATABASE_URL required key DATABASE_URL missing value",
  ],
  [
    "a shell",
    "/entrypoint.sh: line 3: DATABASE_URL: unbound variable",
    "variable DATABASE_URL /entrypoint.sh: line 3: DATABASE_URL: unbound variable",
  ],
  [
    "a shell's own check",
    "sh: DATABASE_URL: parameter not set",
    "variable DATABASE_URL sh: DATABASE_URL: parameter not set",
  ],
  [
    "JSON",
    '{"level":60,"msg":"cannot start","err":{"type":"Error","message":"REDIS_URL must be set","stack":"x"}}',
    "variable REDIS_URL cannot start: REDIS_URL must be set",
  ],
  [
    "Java's deepest cause",
    `Exception in thread "main" java.lang.IllegalStateException: no context
\tat com.acme.Main.main(Main.java:3)
Caused by: java.sql.SQLException: Connection refused
\tat com.acme.Db.open(Db.java:9)
\t... 12 more`,
    "exception Caused by: java.sql.SQLException: Connection refused",
  ],
  [
    "Java's own",
    'Exception in thread "main" java.lang.RuntimeException: boom\n\tat com.acme.Main.main(Main.java:3)',
    'exception Exception in thread "main" java.lang.RuntimeException: boom',
  ],
  [
    "Spring's report",
    "***************************\nAPPLICATION FAILED TO " +
      "START\n***************************\n\nDescription:\n\nWeb server failed to start. Port 8080 was already in " +
      "use.\n\nAction:\n\nStop it.",
    "exception Web server failed to start. Port 8080 was already in use.",
  ],
  [
    "Spring's placeholder",
    `Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder 'DB_URL' in value "\${DB_URL}"`,
    `variable DB_URL Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder 'DB_URL' in value "\${DB_URL}"`,
  ],
  [
    "Go's panic",
    "panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV]\n\ngoroutine 1 " +
      "[running]:\nmain.main()",
    "exception panic: runtime error: invalid memory address or nil pointer dereference",
  ],
  [
    "Ruby",
    `/app/main.rb:3:in 'Hash#fetch': key not found: "DATABASE_URL" (KeyError)\n\tfrom /app/main.rb:3:in '<main>'`,
    `variable DATABASE_URL /app/main.rb:3:in 'Hash#fetch': key not found: "DATABASE_URL" (KeyError)`,
  ],
  [
    "Ruby's exception",
    "/app/main.rb:3:in `start': no port (RuntimeError)\n\tfrom /app/main.rb:9:in `<main>'",
    "exception /app/main.rb:3:in `start': no port (RuntimeError)",
  ],
  [
    ".NET",
    "Unhandled exception. System.InvalidOperationException: No connection string.\n   at " +
      "Program.<Main>$(String[] args) in /src/Program.cs:line 3",
    "exception Unhandled exception. System.InvalidOperationException: No connection string.",
  ],
  [
    "PHP",
    "PHP Fatal error:  Uncaught Exception: no key in /app/index.php:3\nStack trace:\n#0 {main}\n  thrown in " +
      "/app/index.php on line 3",
    "exception PHP Fatal error:  Uncaught Exception: no key in /app/index.php:3",
  ],
  [
    "Rust",
    "thread 'main' panicked at src/main.rs:4:5:\nDATABASE_URL must be set: NotPresent\nnote: run with " +
      "`RUST_BACKTRACE=1` environment variable to display a backtrace",
    "variable DATABASE_URL panicked: DATABASE_URL must be set: NotPresent",
  ],
  [
    "Rust's panic",
    "thread 'main' panicked at src/main.rs:4:5:\nno route to the shop\nnote: run with `RUST_BACKTRACE=1` " +
      "environment variable to display a backtrace",
    "exception panicked: no route to the shop",
  ],
  [
    "Rust before 1.73",
    "thread 'main' panicked at 'boom', src/main.rs:4:5",
    "exception panicked at 'boom', src/main.rs:4:5",
  ],
  [
    "Elixir",
    "** (RuntimeError) environment variable SECRET_KEY_BASE is missing.",
    "variable SECRET_KEY_BASE ** (RuntimeError) environment variable SECRET_KEY_BASE is missing.",
  ],
  ["an error in a line", "starting\n2026/01/01 12:00:00 could not open the shop\nbye", "error could not open the shop"],
];

describe("what an application says of its end", () => {
  it("is its exception, or the variable that it misses", () => {
    const wrong = cases.flatMap(([name, lines, says]) => {
      const words = lastWords(lines.split("\n"));
      const read = words ? [words.kind, ...(words.name ? [words.name] : []), words.text].join(" ") : "";
      return read === says ? [] : [`${name}:\n      wanted ${says}\n      read   ${read}`];
    });
    assert.deepEqual(wrong, [], wrong.join("\n"));
  });
  it("is nothing where nothing of it says why", () => {
    for (const lines of [[], ["starting"], ["listening on port 8080", "bye"], ["GET / 200"]])
      assert.equal(lastWords(lines), undefined, lines.join());
  });
  it("stays one line of a length that a sentence takes, without control characters", () => {
    const words = lastWords([`Error: \u001b]0;x\u0007\u009b2J\u202e${"long ".repeat(200)}`]);
    assert.ok(words && words.text.length <= 200 && !/[\u0000-\u001f\u0080-\u009f\u202e]/.test(words.text), words?.text);
  });
});
