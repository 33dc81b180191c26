/** What servers in Ruby, Java, Go, .NET, PHP, Rust and Elixir print when they start, and what it says: scope, port, protocol. */
export const linesOfServers: readonly [name: string, line: string, says: string][] = [
  ["Puma", "* Listening on http://127.0.0.1:3000", "loopback 3000 http"],
  ["Puma", "* Listening on http://[::1]:3000", "loopback 3000 http"],
  ["Puma", "* Listening on tcp://0.0.0.0:9292", "all 9292 -"],
  ["Puma", "* Listening on ssl://0.0.0.0:9292?cert=/c.pem&key=/k.pem&verify_mode=none", "all 9292 https"],
  ["Puma", "* Listening on unix:///tmp/puma.sock", "loopback - unix"],
  ["Puma", '* Puma version: 6.4.0 (ruby 3.2.2-p53) ("The Eagle of Durin")', ""],
  ["Rails", "=> Rails 7.1.2 application starting in development", ""],
  [
    "Sinatra",
    "== Sinatra (v3.1.0) has taken the stage on 4567 for development with backup from Puma",
    "unknown 4567 -",
  ],
  ["WEBrick", "[2026-01-01 12:00:00] INFO  WEBrick::HTTPServer#start: pid=1 port=8080", "unknown 8080 -"],
  ["Thin", "Listening on localhost:4567, CTRL+C to stop", "loopback 4567 -"],
  ["Unicorn", "I, [2026-01-01T12:00:00.000000 #1]  INFO -- : listening on addr=0.0.0.0:8080 fd=10", "all 8080 -"],
  [
    "Spring Boot",
    "2026-01-01T12:00:00.000Z  INFO 1 --- [           main] o.s.b.w.embedded.tomcat.TomcatWebServer  : Tomcat " +
      "started on port(s): 8080 (http) with context path ''",
    "unknown 8080 http",
  ],
  [
    "Spring Boot",
    "2026-01-01T12:00:00.000Z  INFO 1 --- [main] o.s.b.w.e.tomcat.TomcatWebServer : Tomcat started on port 8443 " +
      "(https) with context path '/'",
    "unknown 8443 https",
  ],
  [
    "Spring Boot",
    "2026-01-01T12:00:00.000Z  INFO 1 --- [main] o.s.b.web.embedded.netty.NettyWebServer : Netty started on port " +
      "8080 (http)",
    "unknown 8080 http",
  ],
  [
    "Spring Boot",
    "2026-01-01T12:00:00.000Z  INFO 1 --- [main] o.s.b.w.e.j.JettyServletWebServer : Jetty started on port(s) " +
      "8080 (http/1.1) with context path '/'",
    "unknown 8080 http",
  ],
  [
    "Spring Boot",
    "2026-01-01T12:00:00.000Z  INFO 1 --- [main] com.acme.Application : Started Application in 12.34 seconds " +
      "(process running for 13.1)",
    "",
  ],
  ["gRPC Spring", "gRPC Server started, listening on address: *, port: 9090", "all 9090 grpc"],
  ["gRPC Spring", "gRPC Server started, listening on address: 127.0.0.1, port: 9090", "loopback 9090 grpc"],
  [
    "Tomcat",
    "01-Jan-2026 12:00:00.000 INFO [main] org.apache.coyote.AbstractProtocol.start Starting ProtocolHandler " +
      '["http-nio-8080"]',
    "unknown 8080 http",
  ],
  [
    "Tomcat",
    "01-Jan-2026 12:00:00.000 INFO [main] org.apache.coyote.AbstractProtocol.start Starting ProtocolHandler " +
      '["https-jsse-nio-8443"]',
    "unknown 8443 https",
  ],
  [
    "Tomcat",
    "01-Jan-2026 12:00:00.000 INFO [main] org.apache.coyote.AbstractProtocol.start Starting ProtocolHandler " +
      '["http-nio-127.0.0.1-8080"]',
    "loopback 8080 http",
  ],
  [
    "Tomcat",
    "01-Jan-2026 12:00:00.000 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [1234] " +
      "milliseconds",
    "",
  ],
  [
    "Jetty",
    "2026-01-01 12:00:00.000:INFO:oejs.AbstractConnector:main: Started ServerConnector@1b2c6ec2{HTTP/1.1, " +
      "(http/1.1)}{0.0.0.0:8080}",
    "all 8080 http",
  ],
  [
    "Jetty",
    "2026-01-01 12:00:00.000:INFO:oejs.AbstractConnector:main: Started ServerConnector@1b2c6ec2{SSL, (ssl, " +
      "http/1.1)}{0.0.0.0:8443}",
    "all 8443 https",
  ],
  [
    "Jetty",
    "2026-01-01 12:00:00.000:INFO:oejs.AbstractConnector:main: Started ServerConnector@1b2c6ec2{HTTP/1.1, " +
      "(http/1.1)}{localhost:8080}",
    "loopback 8080 http",
  ],
  [
    "Quarkus",
    "shop 1.0.0 on JVM (powered by Quarkus 3.6.0) started in 1.234s. Listening on: http://0.0.0.0:8080",
    "all 8080 http",
  ],
  [
    "Quarkus",
    "shop 1.0.0 native (powered by Quarkus 3.6.0) started in 0.017s. Listening on: http://localhost:8080 and " +
      "https://localhost:8443",
    "loopback 8080 http, loopback 8443 https",
  ],
  [
    "Micronaut",
    "12:00:00.123 [main] INFO  io.micronaut.runtime.Micronaut - Startup completed in 765ms. Server Running: " +
      "http://localhost:8080",
    "loopback 8080 http",
  ],
  [
    "Ktor",
    "2026-01-01 12:00:00.123 [main] INFO  ktor.application - Responding at http://0.0.0.0:8080",
    "all 8080 http",
  ],
  ["Play", "[info] p.c.s.AkkaHttpServer - Listening for HTTP on /[0:0:0:0:0:0:0:0]:9000", "all 9000 http"],
  ["Play", "[info] p.c.s.AkkaHttpServer - Listening for HTTPS on /0.0.0.0:9443", "all 9443 https"],
  ["Play", "[info] p.c.s.PekkoHttpServer - Listening for HTTP on /[0:0:0:0:0:0:0:1]:9000", "loopback 9000 http"],
  [
    "WildFly",
    "12:00:00,123 INFO  [org.wildfly.extension.undertow] (MSC service thread 1-2) WFLYUT0006: Undertow HTTP " +
      "listener default listening on 127.0.0.1:8080",
    "loopback 8080 http",
  ],
  [
    "WildFly",
    "12:00:00,123 INFO  [org.wildfly.extension.undertow] (MSC service thread 1-2) WFLYUT0006: Undertow HTTPS " +
      "listener https listening on 0.0.0.0:8443",
    "all 8443 https",
  ],
  [
    "WildFly",
    "12:00:00,123 INFO  [org.jboss.as] (Controller Boot Thread) WFLYSRV0051: Admin console listening on " +
      "http://127.0.0.1:9990",
    "",
  ],
  [
    "Open Liberty",
    "[AUDIT   ] CWWKO0219I: TCP Channel defaultHttpEndpoint has been started and is now listening for requests " +
      "on host *  (IPv4) port 9080.",
    "all 9080 -",
  ],
  [
    "Open Liberty",
    "[AUDIT   ] CWWKO0219I: TCP Channel defaultHttpEndpoint has been started and is now listening for requests " +
      "on host localhost  (IPv4: 127.0.0.1) port 9080.",
    "loopback 9080 -",
  ],
  [
    "Helidon",
    "2026.01.01 12:00:00 INFO io.helidon.webserver.NettyWebServer Thread[nioEventLoopGroup-2-1,10,main]: Channel " +
      "'@default' started: [id: 0x8d9c6c9f, L:/0.0.0.0:8080]",
    "all 8080 -",
  ],
  ["Go", "2026/01/01 12:00:00 Listening on :8080", "all 8080 -"],
  ["Go", "2026/01/01 12:00:00 Starting server on localhost:8080...", "loopback 8080 -"],
  ["Go", 'time=2026-01-01T12:00:00.000Z level=INFO msg="server listening" addr=:8080', "all 8080 -"],
  [
    "Go",
    'time="2026-01-01T12:00:00Z" level=info msg="starting http server" address="127.0.0.1:8080"',
    "loopback 8080 http",
  ],
  ["zap", '{"level":"info","ts":1767225600.123,"msg":"starting server","addr":"127.0.0.1:8080"}', "loopback 8080 -"],
  ["slog", '{"time":"2026-01-01T12:00:00Z","level":"INFO","msg":"listening","addr":":8080"}', "all 8080 -"],
  ["gin", "[GIN-debug] Listening and serving HTTP on :8080", "all 8080 http"],
  ["gin", "[GIN-debug] Listening and serving HTTPS on 0.0.0.0:8443", "all 8443 https"],
  ["gin", "[GIN-debug] Listening and serving HTTP on localhost:8080", "loopback 8080 http"],
  ["echo", "⇨ http server started on \u001b[32m[::]:1323\u001b[0m", "all 1323 http"],
  ["echo", "⇨ https server started on 127.0.0.1:1323", "loopback 1323 https"],
  ["fiber", " │               http://127.0.0.1:3000               │", "loopback 3000 http"],
  ["fiber", " │       (bound on host 0.0.0.0 and port 3000)       │", "all 3000 -"],
  ["fiber", "INFO Server started on: \thttp://127.0.0.1:3000 (bound on host 0.0.0.0 and port 3000)", "all 3000 http"],
  [
    "fiber",
    "INFO Server started on: \thttp://127.0.0.1:3000 (bound on host 127.0.0.1 and port 3000)",
    "loopback 3000 http",
  ],
  ["Kestrel", "      Now listening on: http://[::]:8080", "all 8080 http"],
  ["Kestrel", "      Now listening on: http://localhost:5000", "loopback 5000 http"],
  ["Kestrel", "      Now listening on: https://localhost:5001", "loopback 5001 https"],
  ["Kestrel", "      Now listening on: http://*:80", "all 80 http"],
  ["Kestrel", "      Now listening on: http://+:8080", "all 8080 http"],
  [
    "Kestrel",
    '{"EventId":14,"LogLevel":"Information","Category":"Microsoft.Hosting.Lifetime","Message":"Now listening on: ' +
      'http://[::1]:8080"}',
    "loopback 8080 http",
  ],
  ["Kestrel", "      Application started. Press Ctrl+C to shut down.", ""],
  [
    "PHP",
    "[Thu Jan  1 12:00:00 2026] PHP 8.2.0 Development Server (http://127.0.0.1:8000) started",
    "loopback 8000 http",
  ],
  ["PHP", "[Thu Jan  1 12:00:00 2026] PHP 8.2.0 Development Server (http://0.0.0.0:8000) started", "all 8000 http"],
  [
    "PHP",
    "[Thu Jan  1 12:00:00 2026] PHP 8.2.0 Development Server (http://localhost:8000) started",
    "loopback 8000 http",
  ],
  ["PHP-FPM", "[01-Jan-2026 12:00:00] NOTICE: fpm is running, pid 1", "unknown - fastcgi"],
  ["Laravel", "   INFO  Server running on [http://127.0.0.1:8000].", "loopback 8000 http"],
  ["Laravel", "Starting Laravel development server: http://0.0.0.0:8000", "all 8000 http"],
  ["Symfony", " [OK] Web server listening on http://127.0.0.1:8000", "loopback 8000 http"],
  ["Symfony", "      http://127.0.0.1:8000", "loopback 8000 http"],
  ["Symfony", 'Jan  1 12:00:00 |INFO   | PHP    listening path="/usr/bin/php8.2" php="8.2.0" port=44893', ""],
  [
    "Apache",
    "AH00558: apache2: Could not reliably determine the server's fully qualified domain name, using 172.17.0.2. " +
      "Set the 'ServerName' directive globally to suppress this message",
    "",
  ],
  [
    "Apache",
    "[Thu Jan 01 12:00:00.000000 2026] [mpm_prefork:notice] [pid 1] AH00163: Apache/2.4.57 (Debian) PHP/8.2.0 " +
      "configured -- resuming normal operations",
    "",
  ],
  ["Swoole", "Swoole http server is started at http://127.0.0.1:9501", "loopback 9501 http"],
  ["Hyperf", "[INFO] HTTP Server listening at 0.0.0.0:9501", "all 9501 http"],
  [
    "FrankenPHP",
    '{"level":"info","ts":1767225600.12,"msg":"FrankenPHP started","php_version":"8.3.0","num_threads":4}',
    "",
  ],
  [
    "Caddy",
    '{"level":"info","ts":1767225600.1,"logger":"http.auto_https","msg":"server is listening only on the HTTP ' +
      'port, so no automatic HTTPS will be applied to this server","server_name":"srv0","http_port":80}',
    "unknown 80 http",
  ],
  [
    "Caddy",
    "2026/01/01 12:00:00.123\tINFO\thttp.auto_https\tserver is listening only on the HTTPS port but has no TLS " +
      'connection policies; adding one to enable TLS\t{"server_name": "srv0", "https_port": 443}',
    "unknown 443 https",
  ],
  [
    "Caddy",
    '{"level":"info","ts":1767225600.1,"logger":"admin","msg":"admin endpoint ' +
      'started","address":"localhost:2019","enforce_origin":false}',
    "",
  ],
  ["Caddy", "2026/01/01 12:00:00 Caddy serving static files on :8080", "all 8080 -"],
  [
    "actix",
    '[2026-01-01T12:00:00Z INFO  actix_server::builder] starting service: "actix-web-service-127.0.0.1:8080", ' +
      "workers: 4, listening on: 127.0.0.1:8080",
    "loopback 8080 -",
  ],
  ["actix", "[2026-01-01T12:00:00Z INFO  actix_server::builder] starting 4 workers", ""],
  ["axum", "2026-01-01T12:00:00.000000Z DEBUG shop: listening on 127.0.0.1:3000", "loopback 3000 -"],
  ["axum", "2026-01-01T12:00:00.000000Z  INFO shop: listening on 0.0.0.0:3000", "all 3000 -"],
  ["Rocket", "🚀 Rocket has launched from http://127.0.0.1:8000", "loopback 8000 http"],
  ["Rocket", "🚀 Rocket has launched from https://0.0.0.0:8000", "all 8000 https"],
  [
    "warp",
    "INFO Server::run{addr=127.0.0.1:3030}: warp::server: listening on http://127.0.0.1:3030",
    "loopback 3030 http",
  ],
  [
    "Phoenix",
    "12:00:00.123 [info] Running ShopWeb.Endpoint with cowboy 2.9.0 at 127.0.0.1:4000 (http)",
    "loopback 4000 http",
  ],
  ["Phoenix", "12:00:00.123 [info] Running ShopWeb.Endpoint with Bandit 1.1.0 at :::4000 (http)", "all 4000 http"],
  ["Phoenix", "12:00:00.123 [info] Access ShopWeb.Endpoint at http://localhost:4000", ""],
  ["nginx", "2026/01/01 12:00:00 [notice] 1#1: start worker process 29", ""],
  ["nginx", "10-listen-on-ipv6-by-default.sh: info: Enabled listen on IPv6 in /etc/nginx/conf.d/default.conf", ""],
  ["nginx", "2026/01/01 12:00:00 [emerg] 1#1: bind() to 0.0.0.0:80 failed (13: Permission denied)", ""],
  ["h2c", "2026/01/01 12:00:00 serving h2c on :8080", "all 8080 h2c"],
];
