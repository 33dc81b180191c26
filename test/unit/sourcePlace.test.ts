/** From a line in a container's log to the line in the workspace. */
import assert from "node:assert/strict";
import { sourcePlaceOf } from "../../src/core/project/sourcePlace";
import { contextPathsOf } from "../../src/core/source/copied";
import { readDockerfile } from "../../src/core/source/dockerfile";
import { placesIn } from "../../src/core/source/stackLines";

describe("places that a program names in its last words", () => {
  const cases: readonly [what: string, lines: readonly string[], places: readonly string[]][] = [
    [
      "Node",
      [
        "/app/server.js:9",
        '  if (!name) throw new Error("TIDE_HARBOUR is not set");',
        "    at harbour (/app/server.js:9:21)",
        "    at Module._compile (node:internal/modules/cjs/loader:1554:14)",
      ],
      ["/app/server.js:9", "/app/server.js:9"],
    ],
    ["Node's modules", ["    at file:///srv/lib/main.mjs:3:7"], ["/srv/lib/main.mjs:3"]],
    [
      "Node, in a library first",
      ["    at parse (/app/node_modules/x/index.js:1:1)", "    at /app/a.js:2:2"],
      ["/app/a.js:2"],
    ],
    [
      "Python, whose last call stands last",
      [
        "Traceback (most recent call last):",
        '  File "/app/main.py", line 3, in <module>',
        '  File "/app/shop/db.py", line 12, in connect',
        '  File "/usr/local/lib/python3.12/site-packages/psycopg/__init__.py", line 9, in connect',
      ],
      ["/app/shop/db.py:12", "/app/main.py:3"],
    ],
    ["Ruby", ["/app/app.rb:3:in `fetch': key not found (KeyError)"], ["/app/app.rb:3"]],
    ["PHP", ["PHP Fatal error:  Uncaught Error in /var/www/html/index.php:7"], ["/var/www/html/index.php:7"]],
    ["PHP's warnings", ["PHP Warning:  Undefined x in /var/www/a.php on line 4"], ["/var/www/a.php:4"]],
    ["Go", ["main.main()", "\t/src/cmd/main.go:12 +0x1d"], ["/src/cmd/main.go:12"]],
    [".NET", ["   at Program.<Main>$(String[] args) in /src/Program.cs:line 5"], ["/src/Program.cs:5"]],
    ["Rust", ["thread 'main' panicked at src/main.rs:4:5:"], ["src/main.rs:4"]],
    ["TypeScript by a runner", ["/app/src/index.ts:2:1 - error"], ["/app/src/index.ts:2"]],
    [
      "Go's libraries, and its modules",
      ["\t/usr/local/go/src/runtime/panic.go:884 +0x2", "\t/go/pkg/mod/github.com/x/y@v1.9.0/c.go:1 +0x2"],
      [],
    ],
    [
      "a log in JSON",
      [
        String.raw`{"level":50,"stack":"Error: x\n    at q (/app/node_modules/pg/c.js:9:2)\n    at h (/app/a.js:9:21)\n at x"}`,
      ],
      ["/app/a.js:9"],
    ],
    [
      "a long log in JSON",
      [`{"pad":"${"x".repeat(1200)}${String.raw`","stack":"Error: x\n    at h (/app/a.js:9:21)"}`}`],
      ["/app/a.js:9"],
    ],
    [
      "Python in JSON",
      [String.raw`{"exc":"Traceback:\n  File \"/app/a.py\", line 9, in x\n  File \"/app/b.py\", line 7"}`],
      ["/app/b.py:7", "/app/a.py:9"],
    ],
    ["colors", ["    at \u001b[36mmain\u001b[39m (\u001b[90m/app/a.js:9:21\u001b[39m)"], ["/app/a.js:9"]],
    [
      "names of routes",
      ["    at Page (/app/src/(shop)/[...id]/page.tsx:9:21)"],
      ["/app/src/(shop)/[...id]/page.tsx:9"],
    ],
    ["several in one line", ["    at f (/app/a.js) (/app/b.js:9:21)"], ["/app/b.js:9"]],
    ["letters of other languages", ['  File "/app/größe/süß.py", line 3, in x'], ["/app/größe/süß.py:3"]],
    ["spaces", ["    at x (/app/my app/a.js:3:1)"], ["/app/my app/a.js:3"]],
    [
      "a URL's percents",
      ["    at file:///app/my%20dir/main.ts:3:7", "at file:///app/100%/a.ts:1:1"],
      ["/app/my dir/main.ts:3", "/app/100%/a.ts:1"],
    ],
    [
      "PHP behind FPM",
      [`[30-Nov-2026 10:00:00] WARNING: [pool www] child 7 said into stderr: "#0 /var/www/lib/a.php(3): foo()"`],
      ["/var/www/lib/a.php:3"],
    ],
    ["TypeScript's compiler", ["src/a.ts(3,7): error TS2304: x"], ["src/a.ts:3"]],
    ["Perl", ["died at /app/x.pl line 3."], ["/app/x.pl:3"]],
    ["Swift", ["Fatal error: boom: file /app/Sources/main.swift, line 3"], ["/app/Sources/main.swift:3"]],
    ["Elixir", ["    (shop 0.1.0) lib/shop/worker.ex:12: Shop.Worker.run/1"], ["lib/shop/worker.ex:12"]],
    ["Ruby 3.4", ["/app/app.rb:3:in 'Integer#/': divided by 0 (ZeroDivisionError)"], ["/app/app.rb:3"]],
    [".NET's own", ["   at System.X() in /_/src/libraries/X.cs:line 9"], []],
    ["nothing", ["listening on 0.0.0.0:8080", "GET http://x/a.js 200", "12:30:11 ok"], []],
  ];
  for (const [what, lines, places] of cases)
    it(`${what}`, () => {
      assert.deepEqual(
        placesIn(lines).map(({ path, line }) => `${path}:${line}`),
        places,
      );
    });

  it("takes no more than linear time for what was written to freeze", () => {
    const began = process.cpuUsage();
    for (const text of [
      "/a".repeat(50_000),
      "a.".repeat(50_000),
      "( /a b.c ".repeat(20_000),
      "/".repeat(100_000),
      " / ".repeat(50_000),
      `\\n${" /a.b a".repeat(200)}`.repeat(20),
    ])
      placesIn([text]);
    const { user } = process.cpuUsage(began);
    assert.ok(user < 1_000_000, `${user / 1000} ms`);
  });
});

describe("what of the context a path of the image is", () => {
  const first = (dockerfile: string, path: string) => contextPathsOf(path, readDockerfile(dockerfile).copied)[0];
  const cases: readonly [dockerfile: string, path: string, file: string | undefined][] = [
    ["FROM a\nCOPY . /app", "/app/src/a.js", "/src/a.js"],
    ["FROM a\nWORKDIR /app\nCOPY package.json server.js ./", "/app/server.js", "/server.js"],
    ["FROM a\nWORKDIR /app\nCOPY server.js .", "/app/server.js", "/server.js"],
    ["FROM a\nWORKDIR /app\nCOPY lib ./lib", "/app/lib/main.js", "/lib/main.js"],
    ["FROM a\nCOPY api/main.py /srv/run.py", "/srv/run.py", "/api/main.py"],
    ["FROM a\nCOPY *.py /srv/", "/srv/run.py", "/run.py"],
    ["FROM a\nWORKDIR /x\nWORKDIR y\nCOPY . .", "/x/y/a.rb", "/a.rb"],
    ["FROM a AS b\nWORKDIR /b\nCOPY . .\nFROM c\nCOPY --from=b /b/dist /srv", "/srv/a.js", "/dist/a.js"],
    ["FROM a AS b\nCOPY src/a.php /b/\nFROM c\nCOPY --from=b /b/a.php /srv/", "/srv/a.php", "/src/a.php"],
    ["FROM a AS b\nCOPY src /b\nFROM c\nCOPY --from=b / /", "/b/a.py", "/src/a.py"],
    ["FROM a AS b\nCOPY . /app\nFROM b\nCOPY other.js /app/a.js", "/app/a.js", "/other.js"],
    ["FROM a AS b\nWORKDIR /src\nCOPY . .\nFROM c\nCOPY --from=b /src/out /srv", "/src/cmd/main.go", "/cmd/main.go"],
    ["FROM a AS b\nCOPY old /app\nFROM b AS x\nCOPY never /app\nFROM b\nCOPY new /app", "/app/a.js", "/new/a.js"],
    ["FROM a\nCOPY . /app", "/usr/lib/a.js", undefined],
    ["FROM a\nCOPY . /app", "/application/a.js", undefined],
    ["FROM a\nCOPY --from=nginx /etc/nginx /etc/nginx", "/etc/nginx/a.js", undefined],
  ];
  for (const [dockerfile, path, file] of cases)
    it(`${dockerfile.replaceAll("\n", "; ")}: ${path}`, () => assert.equal(first(dockerfile, path), file));
});

describe("the line of the workspace", () => {
  const workspace = (files: Readonly<Record<string, string>>) => ({
    read: (path: string) =>
      path.includes("outside") ? Promise.reject(new Error("outside")) : Promise.resolve(files[path]),
  });
  const dockerfile = readDockerfile("FROM a\nWORKDIR /app\nCOPY . .");
  const find = (lines: readonly string[], files: Readonly<Record<string, string>>, context = ".") =>
    sourcePlaceOf(lines, { dockerfile, context, workspace: workspace(files) });

  it("is the first that is there and has so many lines", async () => {
    const files = { "a.js": "1\n2\n3", "b.js": "1" };
    assert.deepEqual(await find(["at /app/gone.js:1:1", "at /app/b.js:7:1", "at /app/a.js:2:1"], files), {
      file: "a.js",
      line: 1,
    });
    assert.equal(await find(["at /app/outside.js:1:1", "at /etc/a.js:1:1"], files), undefined);
  });

  it("is the one that a compiled program was built from, in the stage that it was built in", async () => {
    const built = readDockerfile(
      "FROM rust AS b\nWORKDIR /build\nCOPY . .\nFROM debian\nWORKDIR /run\nCOPY --from=b /build/out/x /usr/bin/x",
    );
    const at = { dockerfile: built, context: ".", workspace: workspace({ "src/main.rs": "1\n2\n3\n4" }) };
    assert.deepEqual(await sourcePlaceOf(["panicked at src/main.rs:4:5:"], at), { file: "src/main.rs", line: 3 });
    assert.deepEqual(await sourcePlaceOf(["\t/build/src/main.rs:2 +0x1"], at), { file: "src/main.rs", line: 1 });
  });

  it("lies in the very folder that the context is: hidden, or above", async () => {
    const files = { ".api/a.js": "1", "api/a.js": "1", "./a.js": "1" };
    assert.equal((await find(["at /app/a.js:1:1"], files, ".api"))?.file, ".api/a.js");
    assert.equal((await find(["at /app/a.js:1:1"], files, "././api/"))?.file, "api/a.js");
    assert.equal(await find(["at /app/a.js:1:1"], files, ".."), undefined);
    assert.equal(await find(["at /app/a.js:1:1"], files, "../api"), undefined);
  });

  it("lies below the context, and is relative to WORKDIR where the program says it so", async () => {
    const files = { "api/src/main.rs": "1\n2\n3\n4" };
    assert.deepEqual(await find(["panicked at src/main.rs:4:5:"], files, "./api/"), {
      file: "api/src/main.rs",
      line: 3,
    });
  });
});
