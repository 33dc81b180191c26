/** application/vnd.amazon.eventstream framing: big-endian lengths, string headers, two CRC32 sums. */
import { crc32 } from "node:zlib";

/** One framed message with string headers. */
function frame(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const parts: Buffer[] = [];
  for (const [name, value] of Object.entries(headers)) {
    const n = Buffer.from(name);
    const v = Buffer.from(value);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(v.length);
    parts.push(Buffer.from([n.length]), n, Buffer.from([7]), length, v);
  }
  const head = Buffer.concat(parts);
  const total = 12 + head.length + payload.length + 4;
  const out = Buffer.alloc(total);
  out.writeUInt32BE(total, 0);
  out.writeUInt32BE(head.length, 4);
  out.writeUInt32BE(crc32(out.subarray(0, 8)) >>> 0, 8);
  head.copy(out, 12);
  out.set(payload, 12 + head.length);
  out.writeUInt32BE(crc32(out.subarray(0, total - 4)) >>> 0, total - 4);
  return out;
}

/** An `event` message with a JSON payload. */
export function eventFrame(type: string, payload: unknown): Buffer {
  const headers = { ":message-type": "event", ":event-type": type, ":content-type": "application/json" };
  return frame(headers, Buffer.from(JSON.stringify(payload)));
}

/** An `exception` message: how a stream ends with an error. */
export function exceptionFrame(type: string, message: string): Buffer {
  const headers = { ":message-type": "exception", ":exception-type": type, ":content-type": "application/json" };
  return frame(headers, Buffer.from(JSON.stringify({ message })));
}
