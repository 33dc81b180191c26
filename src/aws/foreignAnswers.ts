/** Web pages in AWS's place: a network's sign-in page, a proxy that cannot reach AWS or wants a password. */
import type { Readable } from "node:stream";

interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Readable;
}

/** Of the answer's beginning, in bytes. */
const mostRead = 8192;
const readMilliseconds = 2000;

/** The name of the error that is thrown; `translate` makes words of it. */
export const foreignAnswer = "ForeignAnswer";

/** What AWS itself never answers: a page for a person, a redirection, and what only a proxy says. */
const isForeign = ({ statusCode, headers }: HttpAnswer): boolean =>
  /^(text\/html|application\/xhtml)/i.test(headers["content-type"] ?? "") ||
  statusCode === 407 ||
  statusCode === 511 ||
  (statusCode >= 300 && statusCode < 400);

async function beginningOf(body: Readable | undefined): Promise<string> {
  if (typeof body?.on !== "function") return "";
  const stop = setTimeout(() => body.destroy(), readMilliseconds);
  let text = "";
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      text += chunk.toString("utf8");
      if (text.length > mostRead) break;
    }
  } catch {
    // What came of it is enough.
  } finally {
    clearTimeout(stop);
  }
  return text;
}

type Handler = (args: unknown) => Promise<{ response: unknown }>;

/** Closest to the wire: before the SDK takes a web page for AWS's answer. */
const look =
  (next: Handler): Handler =>
  async (args) => {
    const result = await next(args);
    const answer = result.response as HttpAnswer;
    if (!isForeign(answer)) return result;
    const page = await beginningOf(answer.body);
    const title = /<title[^>]*>([^<]{1,200})/i.exec(page)?.[1]?.replace(/\s+/g, " ").trim();
    const location = answer.headers["location"];
    const said = [title, location === undefined ? undefined : `-> ${location}`].filter(Boolean).join(" ");
    throw Object.assign(new Error(said), {
      name: foreignAnswer,
      $metadata: { httpStatusCode: answer.statusCode },
    });
  };

/** Makes a client of the SDK recognize them. */
export function recognizeForeignAnswers(client: { middlewareStack: { add(...input: never[]): void } }): void {
  const add = client.middlewareStack.add.bind(client.middlewareStack) as (handler: unknown, options: object) => void;
  add(look, { step: "deserialize", priority: "low", name: "recognizeForeignAnswers", override: true });
}
