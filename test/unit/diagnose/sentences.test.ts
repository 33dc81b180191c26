import assert from "node:assert/strict";
import { diagnose } from "../../../src/core/service/diagnosis/diagnose";
import { healthy } from "./base";
import { container, ended, failed, sick } from "./defectTools";

const cause = (change: (s: ReturnType<typeof healthy>) => void) => {
  const s = healthy();
  change(s);
  const { cause: found } = diagnose(s);
  assert.ok(found);
  return found;
};
const refused = (...lines: string[]) =>
  cause((s) => sick(s, "unhealthy", "Target.FailedHealthChecks", "Health checks failed", lines));
const said = (exit: number, ...lines: string[]) => cause(ended(exit, lines));

describe("the sentence of a cause", () => {
  it("says that the application listens on this machine alone, and how the framework that speaks is told otherwise", () => {
    const { sentence, remedy, certainty } = refused(
      " * Serving Flask app 'main'",
      " * Running on http://127.0.0.1:8080",
    );
    assert.deepEqual(
      [sentence, remedy, certainty],
      [
        "Flask listens on 127.0.0.1:8080 alone, where nothing from outside its container arrives.",
        'Start it with flask run --host 0.0.0.0, or app.run(host="0.0.0.0").',
        "certain",
      ],
    );
    for (const [line, speaker, remedyOfIt] of [
      ["INFO:     Uvicorn running on http://127.0.0.1:8080 (Press CTRL+C to quit)", "Uvicorn", /--host 0\.0\.0\.0/],
      [
        "[2026-01-01 12:00:00 +0000] [1] [INFO] Listening at: http://127.0.0.1:8080 (1)",
        "Gunicorn",
        /--bind 0\.0\.0\.0:8080/,
      ],
      ["* Listening on http://[::1]:8080", "Puma", /-b tcp:\/\/0\.0\.0\.0:8080/],
      ["      Now listening on: http://localhost:8080", "Kestrel", /ASPNETCORE_URLS to http:\/\/\+:8080/],
      ["[GIN-debug] Listening and serving HTTP on localhost:8080", "gin", /Run\(":8080"\)/],
      ["⇨ http server started on 127.0.0.1:8080", "Echo", /Start\(":8080"\)/],
      ["🚀 Rocket has launched from http://127.0.0.1:8080", "Rocket", /ROCKET_ADDRESS/],
      ["Starting development server at http://127.0.0.1:8080/", "Django", /runserver 0\.0\.0\.0:8080/],
      [
        "[Thu Jan  1 12:00:00 2026] PHP 8.2.0 Development Server (http://localhost:8080) started",
        "PHP's server",
        /php -S 0\.0\.0\.0:8080/,
      ],
      ['{"level":30,"time":1,"msg":"Server listening at http://127.0.0.1:8080"}', "Fastify", /host: "0\.0\.0\.0"/],
    ] as const) {
      const found = refused(line);
      assert.equal(found.code, "ListensOnLoopback", line);
      assert.ok(found.sentence.startsWith(`${speaker} listens on `), found.sentence);
      assert.match(found.remedy, remedyOfIt);
      assert.equal(found.certainty, "certain", line);
    }
  });
  it("is not certain where the address may only be what a person types into a browser", () => {
    for (const line of ["Server listening at http://localhost:8080", "Application is running on: http://[::1]:8080"])
      assert.deepEqual([refused(line).code, refused(line).certainty], ["ListensOnLoopback", "likely"], line);
  });
  it("says the port beside the address where both are others", () => {
    const { sentence, remedy } = refused(" * Running on http://127.0.0.1:5000");
    assert.match(sentence, /^Flask listens on 127\.0\.0\.1:5000 alone, .*, and the load balancer asks port 8080\.$/);
    assert.match(remedy, /; it has to be port 8080, or port in slipway\.json has to be 5000\.$/);
  });
  it("says on which port the application listens, and takes no seconds for one", () => {
    assert.match(refused("listening on 0.0.0.0:3000").sentence, /the application says that it listens on port 3000\.$/);
    assert.doesNotMatch(refused("Started Application in 12.34 seconds").sentence, /port 12|port 34/);
  });
  it("suspects the protocol", () => {
    const { code, sentence, certainty } = refused("      Now listening on: https://[::]:8080");
    assert.deepEqual(
      [code, sentence, certainty],
      ["ProtocolMismatch", "The application speaks HTTPS, and the health check asks by HTTP.", "likely"],
    );
  });
  it("names the program that could not be executed", () => {
    assert.match(said(255, "exec /start.sh: permission denied").sentence, /^\/start\.sh may not be executed/);
    assert.match(
      said(1, "exec /entrypoint.sh: no such file or directory").sentence,
      /^\/entrypoint\.sh is there, and what runs it is not/,
    );
    assert.match(said(127, "sh: serve: not found").sentence, /^serve could not be started/);
  });
  it("has the exception that the application printed last", () => {
    const trace = ["Traceback (most recent call last):", '  File "/app/main.py", line 3', "ValueError: no shop"];
    assert.equal(said(1, ...trace).sentence, 'The container quay exited with code 1: it said "ValueError: no shop".');
    assert.match(
      said(2, "panic: no shop", "", "goroutine 1 [running]:").sentence,
      /code 2: it said "panic: no shop"\.$/,
    );
    assert.match(
      said(134, "Unhandled exception. System.Exception: no shop").sentence,
      /\(code 134\): it said "Unhandled/,
    );
    assert.match(
      said(255, "PHP Fatal error:  Uncaught Exception: no shop").sentence,
      /code 255: it said "PHP Fatal error/,
    );
    assert.match(said(1, "bye").sentence, /code 1: the application ended itself\.$/);
  });
  it("has the variable that is missing, and whether the task definition sets it", () => {
    const line = "Error: DATABASE_URL is not set";
    const { sentence, remedy } = said(1, line);
    assert.equal(
      sentence,
      "The container quay exited with code 1: it needs the variable DATABASE_URL, which the task definition does not " +
        'set; it said "Error: DATABASE_URL is not set".',
    );
    assert.match(remedy, /^Set DATABASE_URL: environment or secrets in slipway\.json/);
    const set = cause((s) => {
      container(s)["secrets"] = [{ name: "DATABASE_URL", valueFrom: "arn" }];
      ended(1, [line])(s);
    });
    assert.equal(set.sentence, `The container quay exited with code 1: it said "${line}".`);
  });
  it("leaves no gap where a value is not known", () => {
    const { sentence } = cause((s) => {
      ended(137, [], "OutOfMemoryError: Container killed due to memory usage")(s);
      if (s.tasks.known) for (const task of s.tasks.value) delete task.memory;
      if (s.revision.known && s.revision.value) delete s.revision.value.definition.memory;
    });
    assert.equal(sentence, "The container quay used more memory than it has and was killed.");
  });
  it("takes an exit code for what it is, whatever the reason says", () => {
    const found = cause((s) =>
      failed(s, { code: "EssentialContainerExited", reason: "One thing ended here: 3", exit: 3 }),
    );
    assert.deepEqual([found.code, found.certainty], ["ContainerExited", "certain"]);
  });
});
