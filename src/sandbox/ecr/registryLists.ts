/** The registry's lists: tags of a repository, and the catalog. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { fail, unsupported } from "./registryManifests";

/** A page, and the most of one: as ECR's own API (maxResults of ListImages and DescribeRepositories). */
const PAGE = 100;
const MOST = 1000;

const outOfRange = (than: string): string =>
  `Invalid parameter at 'maxResults' failed to satisfy constraint: 'Member must have value ${than}'`;

/**
 * Answers with a page of names in their order. Where more follow, `Link` has the whole address of the next page;
 * `last` is a
 * token in ECR's, and the last name of a page where a client makes the address itself: both are taken.
 */
export async function sendList(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  given: Iterable<string>,
  bodyOf: (names: readonly string[]) => object,
): Promise<void> {
  if (request.method !== "GET" && request.method !== "HEAD") return unsupported(request, response);
  const size = Number(url.searchParams.get("n") ?? PAGE);
  const bad = !Number.isInteger(size) || size < 1 ? "greater than or equal to 1" : `less than or equal to ${MOST}`;
  if (!Number.isInteger(size) || size < 1 || size > MOST)
    return fail(request, response, 400, "UNSUPPORTED", outOfRange(bad));
  const last = url.searchParams.get("last");
  const names = [...given].sort((a, b) => (a < b ? -1 : 1)).filter((name) => last === null || name > last);
  const page = names.slice(0, size);
  const text = JSON.stringify(bodyOf(page));
  const next = new URLSearchParams({ last: page.at(-1) ?? "", n: String(size) }).toString();
  const address = `http://${request.headers.host ?? ""}${url.pathname}?${next}`;
  response.writeHead(200, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    ...(names.length > page.length ? { link: `<${address}>; rel="next"` } : {}),
  });
  response.end(request.method === "HEAD" ? undefined : text);
}
