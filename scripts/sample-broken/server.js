"use strict";
// Harbour Tides: high water for one harbour. It wants to know which, and is not told: broken on purpose.
const { createServer } = require("node:http");

const harbours = { bergen: "05:12", brest: "06:48", genoa: "09:30" };

function harbour() {
  const name = process.env.TIDE_HARBOUR;
  if (!name) throw new Error("TIDE_HARBOUR is not set");
  return name;
}

const name = harbour();
const server = createServer((request, response) => {
  request.resume();
  console.log(`${request.method} ${request.url}`);
  response.setHeader("content-type", "text/plain; charset=utf-8");
  response.end(`High water in ${name}: ${harbours[name] ?? "unknown"}\n`);
});
server.keepAliveTimeout = 65_000;
server.listen(Number(process.env.PORT || 8080), "0.0.0.0", () => console.log(`Harbour Tides for ${name}`));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
