/** Which framework or server printed a line, and how it is told to listen on all addresses. */

export interface Framework {
  name: string;
  /** What to do, where it listens on loopback alone; `{port}` is the container's port. */
  everywhere: string;
  /** Whether the address that it prints is the one that it listens on. Absent: where it is no name such as `localhost`. */
  exact?: boolean;
}

/** In the order in which they are looked for: what others are built on comes last. */
const frameworks: readonly (Framework & { words: RegExp })[] = [
  {
    name: "Flask",
    words: /serving flask app|werkzeug|^ ?\* running on|use a production wsgi server/im,
    everywhere: 'Start it with flask run --host 0.0.0.0, or app.run(host="0.0.0.0").',
    exact: true,
  },
  {
    name: "Django",
    words: /starting development server at|django version/i,
    everywhere: "Start it with manage.py runserver 0.0.0.0:{port}.",
    exact: true,
  },
  {
    name: "Daphne",
    words: /\bdaphne\b|server at tcp:port=|listening on tcp address/i,
    everywhere: "Start it with daphne -b 0.0.0.0.",
    exact: true,
  },
  { name: "Uvicorn", words: /\buvicorn\b/i, everywhere: "Start it with uvicorn --host 0.0.0.0.", exact: true },
  {
    name: "Gunicorn",
    words: /\bgunicorn\b|\[info\] listening at:/i,
    everywhere: "Start it with gunicorn --bind 0.0.0.0:{port}.",
    exact: true,
  },
  {
    name: "Hypercorn",
    words: /\bhypercorn\b|\(ctrl \+ c to quit\)/i,
    everywhere: "Start it with hypercorn --bind 0.0.0.0:{port}.",
    exact: true,
  },
  { name: "Waitress", words: /\bwaitress\b/i, everywhere: "Start it with waitress-serve --host 0.0.0.0.", exact: true },
  { name: "Sanic", words: /\bsanic\b|goin' fast/i, everywhere: "Start it with sanic --host 0.0.0.0.", exact: true },
  { name: "Streamlit", words: /\bstreamlit\b/i, everywhere: "Start it with --server.address 0.0.0.0." },
  {
    name: "Gradio",
    words: /\bgradio\b|running on local url:/i,
    everywhere: "Set GRADIO_SERVER_NAME to 0.0.0.0.",
    exact: true,
  },
  {
    name: "Python's http.server",
    words: /\bserving http on .* port \d/i,
    everywhere: "Start it with --bind 0.0.0.0.",
    exact: true,
  },
  { name: "Sinatra", words: /\bsinatra\b/i, everywhere: 'Say set :bind, "0.0.0.0".', exact: true },
  {
    name: "Rails",
    words: /^=> rails \d|=> booting|bin\/rails server/im,
    everywhere: "Start it with bin/rails server -b 0.0.0.0.",
    exact: true,
  },
  {
    name: "Puma",
    words: /\bpuma\b|^\* listening on/im,
    everywhere: "Start it with puma -b tcp://0.0.0.0:{port}.",
    exact: true,
  },
  {
    name: "Unicorn",
    words: /: listening on addr=/i,
    everywhere: "Start it with unicorn -l 0.0.0.0:{port}.",
    exact: true,
  },
  {
    name: "Thin",
    words: /\bthin web server|ctrl\+c to stop/i,
    everywhere: "Start it with thin -a 0.0.0.0.",
    exact: true,
  },
  { name: "WEBrick", words: /\bwebrick\b/i, everywhere: "Start it with -o 0.0.0.0.", exact: true },
  {
    name: "Nest",
    words: /\[nest\]|^application is running on:/im,
    everywhere: 'Call app.listen({port}, "0.0.0.0").',
    // Its getUrl() names a loopback address also where it listens on all.
    exact: false,
  },
  {
    name: "Vite",
    words: /\bvite\b|➜ +(local|network):/i,
    everywhere: "Start it with vite --host 0.0.0.0 (or set server.host).",
    exact: true,
  },
  {
    name: "Next.js",
    words: /\bnext\.js\b|▲ next|started server on|^ *- (local|network): /im,
    everywhere: "Start it with next start -H 0.0.0.0; a standalone server.js takes HOSTNAME=0.0.0.0.",
  },
  { name: "Nuxt", words: /\bnuxt\b|\bnitro\b/i, everywhere: "Set HOST to 0.0.0.0.", exact: true },
  {
    name: "Astro",
    words: /\bastro\b|┃ (local|network)/i,
    everywhere: "Set HOST to 0.0.0.0 (astro --host 0.0.0.0).",
    exact: true,
  },
  { name: "Remix", words: /\bremix\b/i, everywhere: "Set HOST to 0.0.0.0." },
  {
    name: "Angular's server",
    words: /\bangular\b/i,
    everywhere: "Start it with ng serve --host 0.0.0.0.",
    exact: true,
  },
  {
    name: "webpack-dev-server",
    words: /webpack-dev-server/i,
    everywhere: "Start it with --host 0.0.0.0.",
    exact: true,
  },
  {
    name: "Deno",
    words: /\bdeno\b/i,
    everywhere: 'Call Deno.serve({ hostname: "0.0.0.0", port: {port} }, …).',
    exact: true,
  },
  {
    name: "Bun",
    words: /\bbun\b|\belysia\b|started development server:/i,
    everywhere: 'Call Bun.serve({ hostname: "0.0.0.0", port: {port}, … }).',
  },
  {
    name: "Fastify",
    words: /\bfastify\b|"msg":"server listening at/i,
    everywhere: 'Call listen({ port: {port}, host: "0.0.0.0" }).',
    exact: true,
  },
  {
    name: "Quarkus",
    words: /\bquarkus\b/i,
    everywhere: "Set quarkus.http.host to 0.0.0.0 (QUARKUS_HTTP_HOST).",
    exact: true,
  },
  {
    name: "Micronaut",
    words: /\bmicronaut\b/i,
    everywhere: "Set micronaut.server.host to 0.0.0.0 (MICRONAUT_SERVER_HOST).",
  },
  { name: "WildFly", words: /\bwfly[a-z]+\d|\bwildfly\b/i, everywhere: "Start it with -b 0.0.0.0.", exact: true },
  { name: "Open Liberty", words: /\bCWWK[A-Z]\d/i, everywhere: 'Set host="*" in its httpEndpoint.', exact: true },
  { name: "Ktor", words: /\bktor\b|responding at/i, everywhere: 'Set host = "0.0.0.0" in its connector.', exact: true },
  {
    name: "Play",
    words: /listening for https? on \//i,
    everywhere: "Start it with -Dplay.server.http.address=0.0.0.0.",
    exact: true,
  },
  { name: "Helidon", words: /\bhelidon\b/i, everywhere: "Set server.host to 0.0.0.0.", exact: true },
  {
    name: "Spring Boot",
    words: /springframework|spring boot|o\.s\.b\./i,
    everywhere: "Remove server.address, or set it to 0.0.0.0 (SERVER_ADDRESS).",
    exact: true,
  },
  {
    name: "Tomcat",
    words: /\bcatalina\b|\bcoyote\b/i,
    everywhere: "Remove the address of the Connector in server.xml.",
    exact: true,
  },
  { name: "Jetty", words: /\bjetty\b|\bserverconnector@/i, everywhere: "Set jetty.http.host to 0.0.0.0.", exact: true },
  { name: "gin", words: /\[gin/i, everywhere: 'Call Run(":{port}").', exact: true },
  { name: "Echo", words: /⇨ https? server started/i, everywhere: 'Call Start(":{port}").', exact: true },
  { name: "Fiber", words: /\bfiber\b|bound on host/i, everywhere: 'Call Listen(":{port}").', exact: true },
  {
    name: "Kestrel",
    words: /now listening on:|microsoft\.hosting|\bkestrel\b/i,
    everywhere: "Set ASPNETCORE_URLS to http://+:{port}.",
    exact: true,
  },
  {
    name: "Laravel",
    words: /\blaravel\b|server running on \[http|artisan/i,
    everywhere: "Start it with php artisan serve --host=0.0.0.0.",
    exact: true,
  },
  {
    name: "Symfony's server",
    words: /\bsymfony\b|\[ok\] web server/i,
    everywhere: "Start it with symfony server:start --allow-all-ip.",
    exact: true,
  },
  {
    name: "PHP's server",
    words: /php \S+ development server/i,
    everywhere: "Start it with php -S 0.0.0.0:{port}.",
    exact: true,
  },
  {
    name: "Swoole",
    words: /\bswoole\b|\bhyperf\b|\boctane\b/i,
    everywhere: 'Give its server the host "0.0.0.0".',
    exact: true,
  },
  {
    name: "Caddy",
    words: /\bcaddy\b|\bfrankenphp\b/i,
    everywhere: "Name :{port} as the site's address in the Caddyfile (SERVER_NAME).",
    exact: true,
  },
  { name: "Actix", words: /\bactix/i, everywhere: 'Call bind(("0.0.0.0", {port})).', exact: true },
  { name: "Rocket", words: /\brocket\b/i, everywhere: "Set ROCKET_ADDRESS to 0.0.0.0.", exact: true },
  { name: "warp", words: /\bwarp::/i, everywhere: "Call run(([0, 0, 0, 0], {port})).", exact: true },
  { name: "axum", words: /\baxum\b/i, everywhere: 'Bind its TcpListener to "0.0.0.0:{port}".', exact: true },
  {
    name: "Phoenix",
    words: /\bcowboy\b|\bbandit\b|\bphoenix\b/i,
    everywhere: "Set http: [ip: {0, 0, 0, 0}] of its endpoint.",
    exact: true,
  },
  { name: "Express", words: /\bexpress\b/i, everywhere: 'Call listen({port}, "0.0.0.0").' },
];

/** The framework that printed this line; where the line alone does not tell, all that was printed does. */
export function frameworkOf(line: string, lines: readonly string[]): Framework | undefined {
  const all = lines.join("\n");
  return frameworks.find(({ words }) => words.test(line)) ?? frameworks.find(({ words }) => words.test(all));
}
