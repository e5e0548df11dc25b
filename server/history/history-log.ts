/** The levels the past speaks on; the main thread's log says it. */
export interface HistoryLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
