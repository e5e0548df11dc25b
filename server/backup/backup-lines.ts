import { z } from "zod";

/** Raised where an older Leash could no longer read the file. */
export const BACKUP_FORMAT = 1;

/**
 * A backup is a zstd stream of JSON lines: the header, secrets, each table (its columns, then a row a line as an array in their
 * order), the trailer. Numbers, text, null; bytes as base64. The same whatever database it came from.
 */
export const backupHeader = z.object({
  leash_backup: z.number().int(),
  /** The newest migration of the database it was taken from. */
  schema: z.string(),
  leash: z.string(),
  /** Where it came from, and as of when (epoch ms). */
  database: z.enum(["sqlite", "postgres"]),
  at: z.number(),
});
export type BackupHeader = z.infer<typeof backupHeader>;

export const backupSecret = z.object({ folder_file: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/), text: z.string() });
export type BackupSecret = z.infer<typeof backupSecret>;

export const backupSection = z.object({ table: z.string(), columns: z.array(z.string()) });
export type BackupSection = z.infer<typeof backupSection>;

export const backupTrailer = z.object({
  end: z.object({
    counts: z.record(z.string(), z.number().int()),
    /** Of the lines of all tables: the same for the same rows. */
    rows_sha256: z.string(),
    /** Of every line before this one. */
    sha256: z.string(),
  }),
});
export type BackupTrailer = z.infer<typeof backupTrailer>["end"];

export type Cell = string | number | null;
/** In the order of the section's columns. */
export type BackupRow = readonly Cell[];

/** A backup that cannot be restored; the message is one line for the operator. */
export class BackupError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "BackupError";
  }
}
