/** The words of an EXPOSE, as BuildKit reads them: `80`, `8000-8010/udp`, `8080:80`, `127.0.0.1:8080:80`. */
import { parseAddress } from "../base/cidr";

export type Protocol = "tcp" | "udp" | "sctp";

export interface PortRange {
  first: number;
  last: number;
  protocol: Protocol;
}

/** @returns the ports inside the container, or why the word is refused */
export function readExposedPorts(word: string): PortRange | string {
  const parts = word.split(":");
  const [written = "", ...more] = (parts.at(-1) ?? "").split("/");
  const host = parts.length > 1 ? (parts.at(-2) ?? "") : "";
  const address = parts.slice(0, -2).join(":");
  const protocol = more.join("/").toLowerCase() || "tcp";
  if (written === "") return "no port is named";
  if (protocol !== "tcp" && protocol !== "udp" && protocol !== "sctp") return `there is no protocol ${protocol}`;
  if (address !== "" && !isAddress(address)) return `${address} is no address`;
  const inside = rangeOf(written);
  if (!inside) return `${written} is no port from 0 to 65535 and no range of them`;
  const outside = host === "" ? inside : rangeOf(host);
  if (!outside) return `${host} is no port from 0 to 65535 and no range of them`;
  const [first, last] = inside;
  if (last !== first && last - first !== outside[1] - outside[0]) return "the two ranges are not of one length";
  return { first, last, protocol };
}

function rangeOf(text: string): [number, number] | undefined {
  const dash = text.indexOf("-");
  const [first, last] = dash < 0 ? [text, text] : [text.slice(0, dash), text.slice(dash + 1)];
  const numbers = [first, last].map((each) => (/^\+?\d+$/.test(each) ? Number(each) : Number.NaN));
  const [from = Number.NaN, to = Number.NaN] = numbers;
  return from <= to && to <= 65_535 ? [from, to] : undefined;
}

const isAddress = (text: string): boolean => parseAddress(/^\[(.*)\]$/.exec(text)?.[1] ?? text) !== undefined;
