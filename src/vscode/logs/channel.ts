import { createWriteStream, mkdirSync, type WriteStream } from "node:fs";
import { copyFile, readFile, appendFile, rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import * as vscode from "vscode";
import { isVisible } from "./visibility";

/** What one channel takes before a successor goes on. */
export interface ChannelLimits {
  bytes: number;
  lines: number;
}

/** Below VS Code's own: 20 MB or 250,000 lines lose highlighting, 30 MB is cut off at the beginning. */
const channelLimits: ChannelLimits = { bytes: 18 * 1024 * 1024, lines: 230_000 };

/** One append at most so large, and so much a second: the window draws meanwhile. */
const pieceCharacters = 512 * 1024;
const bytesPerSecond = 8 * 1024 * 1024;

const showMilliseconds = 2_000;

const languageId = "slipway-log";

/**
 * The output of one tail: a channel, and beside it a file with the same text. A channel that nears its limits is left to its
 * file, and another goes on where it ended.
 */
export class TailChannel implements vscode.Disposable {
  private channel: vscode.OutputChannel;
  private file: string;
  private stream: WriteStream;
  private bytes = 0;
  private lines = 0;
  private number = 1;
  private queue: Promise<void> = Promise.resolve();
  private disposed = false;
  private shownAt = -Infinity;
  /** Files of the channels that this one has followed, oldest first. */
  readonly parts: string[] = [];

  /**
   * @param title the first channel's name; its successors have a number as well
   * @param folder where the files go
   * @param onSuccessor called when another channel has taken over
   */
  constructor(
    private readonly title: string,
    private readonly folder: string,
    private readonly onSuccessor: () => void = () => undefined,
    private readonly limits: ChannelLimits = channelLimits,
  ) {
    mkdirSync(folder, { recursive: true });
    this.channel = vscode.window.createOutputChannel(this.name, languageId);
    this.file = this.fileName();
    this.stream = createWriteStream(this.file);
  }

  get name(): string {
    return this.number === 1 ? this.title : `${this.title} (${this.number})`;
  }

  get visible(): boolean {
    return isVisible(this.name);
  }

  /** Appends whole lines; resolves when more can be taken. */
  append(text: string): Promise<void> {
    this.queue = this.queue.then(() => this.appendAll(text)).catch(() => undefined);
    return this.queue;
  }

  show(preserveFocus = false): void {
    this.shownAt = performance.now();
    this.channel.show(preserveFocus);
  }

  /** Empties the channel and its file; the files of those before stay. */
  clear(): Promise<void> {
    this.queue = this.queue.then(async () => {
      this.channel.clear();
      await closed(this.stream);
      this.stream = createWriteStream(this.file);
      this.bytes = this.lines = 0;
    });
    return this.queue;
  }

  /** Writes all that was printed, of every channel, to one file. */
  async save(target: string): Promise<void> {
    await this.queue;
    await new Promise<void>((resolve) => this.stream.write("", () => resolve()));
    const [first, ...rest] = [...this.parts, this.file];
    await copyFile(first as string, target);
    for (const part of rest) await appendFile(target, await readFile(part));
  }

  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    this.channel.dispose();
    const files = [this.file, ...this.parts];
    void closed(this.stream).then(() => Promise.all(files.map((file) => rm(file, { force: true }))));
  }

  private async appendAll(text: string): Promise<void> {
    for (let from = 0; from < text.length && !this.disposed; ) {
      let to = Math.min(text.length, from + pieceCharacters);
      // Whole lines, unless one alone is larger.
      const cut = to < text.length ? text.lastIndexOf("\n", to - 1) + 1 : to;
      if (cut > from) to = cut;
      await this.appendPiece(text.slice(from, to));
      from = to;
    }
  }

  private async appendPiece(piece: string): Promise<void> {
    const bytes = Buffer.byteLength(piece);
    const lines = countLines(piece);
    if (this.bytes > 0 && (this.bytes + bytes > this.limits.bytes || this.lines + lines > this.limits.lines))
      await this.succeed();
    this.bytes += bytes;
    this.lines += lines;
    this.channel.append(piece);
    if (!this.stream.write(piece)) await new Promise<void>((resolve) => this.stream.once("drain", resolve));
    if (bytes > 64 * 1024) await pause((bytes / bytesPerSecond) * 1000);
  }

  /** Leaves the channel to its file, and goes on in another one. */
  private async succeed(): Promise<void> {
    // Showing takes its time: a channel that was asked for just now is not seen yet.
    const wasVisible = this.visible || performance.now() - this.shownAt < showMilliseconds;
    const [before, beforeFile] = [this.channel, this.file];
    await closed(this.stream);
    this.parts.push(beforeFile);
    this.number++;
    this.file = this.fileName();
    this.stream = createWriteStream(this.file);
    this.channel = vscode.window.createOutputChannel(this.name, languageId);
    this.channel.append(
      `-- ${vscode.l10n.t(
        "Continued from {0} ({1} lines): VS Code keeps no more in one channel.",
        vscode.Uri.file(beforeFile).toString(),
        this.lines.toLocaleString("en"),
      )}\n`,
    );
    this.bytes = this.lines = 0;
    if (wasVisible) this.show(true);
    before.dispose();
    this.onSuccessor();
  }

  private fileName(): string {
    return path.join(
      this.folder,
      `${this.title
        .replace(/[^\w.-]+/g, "_")
        .replace(/^_+|_+$/g, "")
        .slice(0, 80)}-${Date.now().toString(36)}-${this.number}.log`,
    );
  }
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

const closed = (stream: WriteStream): Promise<void> => new Promise((resolve) => stream.end(() => resolve()));
