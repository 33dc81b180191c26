"use strict";
// Harbour Times: a small web application to deploy. Pages, a health path, one log line a request, and a clean end.
const { createServer } = require("node:http");
const { readFileSync } = require("node:fs");
const { hostname } = require("node:os");
const path = require("node:path");

const { version } = require("./package.json");
const port = Number(process.env.PORT || 8080);
const started = Date.now();
const template = readFileSync(path.join(__dirname, "public", "page.html"), "utf8");
const style = readFileSync(path.join(__dirname, "public", "style.css"));

const ships = [
  { name: "Aurora", from: "Bergen", berth: 3, due: "06:40" },
  { name: "Céleste", from: "Brest", berth: 1, due: "09:15" },
  { name: "Halcyon", from: "Porto", berth: 4, due: "13:05" },
  { name: "Mare Nostrum", from: "Genoa", berth: 2, due: "18:30" },
];
let visits = 0;
let draining = false;

const escape = (text) => String(text).replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const page = (title, body) =>
  template.replaceAll("{{title}}", escape(title)).replace("{{body}}", body).replace("{{version}}", escape(version)).replace("{{host}}", escape(hostname()));

const pages = {
  "/": () => {
    const rows = ships.map((s) => `<tr><td>${escape(s.name)}</td><td>${escape(s.from)}</td><td>${s.berth}</td><td>${s.due}</td></tr>`);
    return page("Arrivals today", `<table><tr><th>Ship</th><th>From</th><th>Berth</th><th>Due</th></tr>${rows.join("")}</table>`);
  },
  "/about": () =>
    page(
      "About this page",
      `<p>Version <strong>${escape(version)}</strong>, served by <code>${escape(hostname())}</code>,
       up for ${Math.round((Date.now() - started) / 1000)} s, ${visits} visits.</p>
       <p>Change a line, right-click the Dockerfile and deploy again: the old version serves until the new one is healthy.</p>`,
    ),
};

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://localhost");
  const began = process.hrtime.bigint();
  response.on("finish", () => {
    const ms = Number(process.hrtime.bigint() - began) / 1e6;
    console.log(`${new Date().toISOString()} ${request.method} ${pathname} ${response.statusCode} ${ms.toFixed(1)}ms`);
  });
  const send = (status, type, body) => {
    if (draining) response.setHeader("connection", "close"); // clients take their next request elsewhere
    response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
    response.end(request.method === "HEAD" ? undefined : body);
  };
  request.resume(); // a body that is sent to us is read to its end, so the connection can be used again
  if (pathname === "/health") return send(200, "application/json", JSON.stringify({ status: "ok", version }));
  if (pathname === "/style.css") return send(200, "text/css", style);
  const render = pages[pathname];
  if (!render) return send(404, "text/html; charset=utf-8", page("No such page", `<p>There is nothing at <code>${escape(pathname)}</code>.</p>`));
  visits += 1;
  send(200, "text/html; charset=utf-8", render());
});

// A load balancer keeps idle connections to its targets for 60 s. We must keep them longer than that, or it may send a
// request on a connection that we are just closing, and the person sees a 502.
server.keepAliveTimeout = 65_000;
server.headersTimeout = 66_000;
server.listen(port, "0.0.0.0", () => console.log(`Harbour Times ${version} listening on ${port}`));

// ECS stops a task with SIGTERM while the load balancer may still send requests for a few seconds: go on serving, and
// leave once nothing is connected any more. ECS kills after 30 s (stopTimeout), so leave before that in any case.
process.on("SIGTERM", () => {
  if (draining) return;
  draining = true;
  console.log("SIGTERM: draining");
  setTimeout(() => process.exit(0), 25_000).unref();
  setTimeout(() => {
    server.close(() => {
      console.log("drained");
      process.exit(0);
    });
    server.closeIdleConnections();
  }, 5_000);
});
