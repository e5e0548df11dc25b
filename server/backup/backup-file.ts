import { createHash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import type { z } from "zod";
import {
  BACKUP_FORMAT,
  BackupError,
  type BackupHeader,
  type BackupRow,
  type BackupSecret,
  type BackupSection,
  type BackupTrailer,
  backupHeader,
  backupSecret,
  backupSection,
  backupTrailer,
} from "./backup-lines.ts";
import type { Dump } from "./dump-tables.ts";

const LEVEL = 3;

/** A backup whose rows are written, under another name yet. */
export interface WrittenBackup {
  readonly bytes: number;
  /** Puts it on the disk and under its name: that takes as long as the disk wants, and no transaction waits for it. */
  finish(): Promise<void>;
  discard(): Promise<void>;
}

/** Writes a backup, mode 0600: under another name, so that what is called `path` is whole and on the disk. Throws where `path` exists. */
export async function writeBackup(
  path: string,
  header: BackupHeader,
  secrets: readonly BackupSecret[],
  dump: Dump,
): Promise<WrittenBackup> {
  const partial = `${path}.partial`;
  await refuseNoFolder(dirname(path));
  await refuseExisting(path);
  const compress = createZstdCompress({
    params: { [constants.ZSTD_c_compressionLevel]: LEVEL, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  const file = createWriteStream(partial, { flags: "wx", mode: 0o600 });
  let isOurs = false;
  file.once("open", () => {
    isOurs = true;
  });
  try {
    await pipeline(textOf(header, secrets, dump), compress, file);
  } catch (error) {
    if (isOurs) await rm(partial, { force: true });
    throw codeOf(error) === "EEXIST"
      ? new BackupError(`${partial} is there: another backup is being made, or was cut short; remove it then`)
      : error;
  }
  return {
    bytes: file.bytesWritten,
    discard: () => rm(partial, { force: true }),
    async finish() {
      await sync(partial);
      await rename(partial, path);
      await sync(dirname(path));
    },
  };
}

async function* textOf(header: BackupHeader, secrets: readonly BackupSecret[], dump: Dump): AsyncGenerator<string> {
  const hash = createHash("sha256");
  const tell = (text: string) => {
    hash.update(text);
    return text;
  };
  yield tell([header, ...secrets].map((line) => `${JSON.stringify(line)}\n`).join(""));
  for await (const text of dump.text) yield tell(text);
  const end: BackupTrailer = { counts: dump.counts, rows_sha256: dump.digest(), sha256: hash.digest("hex") };
  yield `${JSON.stringify({ end })}\n`;
}

/** What a reader of a backup is told, in the order of the file. */
export interface BackupReader {
  header?(header: BackupHeader): void;
  secret?(secret: BackupSecret): void;
  section?(section: BackupSection): void | Promise<void>;
  row?(row: BackupRow, section: BackupSection): void | Promise<void>;
}

/**
 * Reads a backup to its end and checks it: format, every line, counts, digests. Throws a BackupError with one line where it is
 * damaged, cut short, of a newer Leash, or none at all.
 */
export async function readBackup(path: string, reader: BackupReader = {}): Promise<BackupTrailer> {
  const check = new BackupCheck(path, reader);
  const take = async (chunks: AsyncIterable<Buffer>) => {
    for await (const line of linesOf(chunks)) {
      const pending = check.line(line);
      if (pending) await pending;
    }
  };
  try {
    await pipeline(createReadStream(path), createZstdDecompress(), take);
  } catch (error) {
    if (error instanceof BackupError || !isOfTheFile(error)) throw error;
    throw new BackupError(`${path} ${wordsOf(codeOf(error), check.isBegun)}`, { cause: error });
  }
  return check.end();
}

const NEWLINE = 0x0a;

/** Lines end with a newline and nothing else: JSON leaves U+2028 as it is, which `node:readline` takes for an end. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let begun: Buffer[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      const last = chunk.subarray(from, end);
      yield begun.length === 0 ? last.toString() : Buffer.concat([...begun, last]).toString();
      begun = [];
      from = end + 1;
    }
    if (from < chunk.length) begun.push(chunk.subarray(from));
  }
  if (begun.length > 0) yield Buffer.concat(begun).toString();
}

/** Follows the lines of a backup and holds each to what it must be. */
class BackupCheck {
  readonly #path: string;
  readonly #reader: BackupReader;
  readonly #hash = createHash("sha256");
  readonly #rows = createHash("sha256");
  readonly #counts: Record<string, number> = {};
  #section: BackupSection | null = null;
  #trailer: BackupTrailer | null = null;
  isBegun = false;

  constructor(path: string, reader: BackupReader) {
    this.#path = path;
    this.#reader = reader;
  }

  line(text: string): void | Promise<void> {
    if (this.#trailer) throw this.#damaged("something after its end");
    const value = this.#json(text);
    if (!this.isBegun) return this.#header(text, value);
    if (Array.isArray(value)) return this.#row(text, value as BackupRow);
    if (typeof value === "object" && value !== null && "end" in value) return this.#take(value);
    this.#hash.update(`${text}\n`);
    if (typeof value === "object" && value !== null && "folder_file" in value)
      return this.#reader.secret?.(this.#parsed(backupSecret, value));
    this.#rows.update(`${text}\n`);
    this.#section = this.#parsed(backupSection, value);
    this.#counts[this.#section.table] = 0;
    return this.#reader.section?.(this.#section);
  }

  end(): BackupTrailer {
    if (!this.#trailer) throw new BackupError(`${this.#path} is cut short: its end is missing`);
    return this.#trailer;
  }

  #header(text: string, value: unknown): void {
    const parsed = backupHeader.safeParse(value);
    if (!parsed.success) throw new BackupError(`${this.#path} is no backup of Leash`);
    if (parsed.data.leash_backup > BACKUP_FORMAT) {
      const { leash_backup: format, leash } = parsed.data;
      throw new BackupError(`${this.#path} is of a newer Leash (${leash}, format ${format}): restore it with that one`);
    }
    this.isBegun = true;
    this.#hash.update(`${text}\n`);
    this.#reader.header?.(parsed.data);
  }

  #row(text: string, row: BackupRow): void | Promise<void> {
    const section = this.#section;
    if (!section || row.length !== section.columns.length) throw this.#damaged("a row that fits no table");
    this.#hash.update(`${text}\n`);
    this.#rows.update(`${text}\n`);
    this.#counts[section.table] = (this.#counts[section.table] ?? 0) + 1;
    return this.#reader.row?.(row, section);
  }

  #take(value: unknown): void {
    const { end } = this.#parsed(backupTrailer, value);
    const isWhole =
      end.sha256 === this.#hash.digest("hex") &&
      end.rows_sha256 === this.#rows.digest("hex") &&
      JSON.stringify(Object.entries(end.counts).sort()) === JSON.stringify(Object.entries(this.#counts).sort());
    if (!isWhole) throw this.#damaged("its content is not what was written");
    this.#trailer = end;
  }

  #json(text: string): unknown {
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw this.isBegun
        ? this.#damaged("a line that is no JSON")
        : new BackupError(`${this.#path} is no backup of Leash`);
    }
  }

  #parsed<T>(schema: z.ZodType<T>, value: unknown): T {
    const parsed = schema.safeParse(value);
    if (!parsed.success) throw this.#damaged("a line that is not of this format");
    return parsed.data;
  }

  #damaged(why: string): BackupError {
    return new BackupError(`${this.#path} is damaged: ${why}`);
  }
}

async function refuseExisting(path: string): Promise<void> {
  const existing = await open(path, "r").catch(() => null);
  if (!existing) return;
  await existing.close();
  throw new BackupError(`${path} is there already: a backup is never written over another`);
}

async function refuseNoFolder(path: string): Promise<void> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw new BackupError(`there is no folder ${path}: make it first`);
}

/** A file's content, or what was made or renamed in a folder, is there after a power cut, too. */
export async function sync(path: string): Promise<void> {
  const opened = await open(path, "r");
  await opened.sync().finally(() => opened.close());
}

/** Failures of reading and decompressing; what a reader throws is its own. */
function isOfTheFile(error: unknown): boolean {
  return error instanceof Error && "code" in error && /^(ZSTD_|E[A-Z]+$|Z_|ERR_)/.test(String(error.code));
}

function wordsOf(code: string, isBegun: boolean): string {
  if (code === "ENOENT") return "is not there";
  if (code === "Z_BUF_ERROR") return "is cut short: its end is missing";
  if (/^E[A-Z]+$/.test(code)) return `cannot be read (${code})`;
  return isBegun ? `is damaged (${code})` : `is no backup of Leash, or damaged at its start (${code})`;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? String(error.code) : error.message;
}
