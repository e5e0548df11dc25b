/** One value per slot and column. Instants in epoch ms, NaN for none; words by their number. */
export interface Columns {
  readonly state: Uint8Array;
  readonly reason: Uint8Array;
  readonly attempts: Float64Array;
  readonly flaps: Float64Array;
  readonly since: Float64Array;
  readonly nextRetryAt: Float64Array;
  /** Earliest. */
  readonly givesUpAt: Float64Array;
  readonly lastEventAt: Float64Array;
  readonly lastSeenAt: Float64Array;
  /** When the outage of a dog that is out was last observed: what the cleanup goes by. */
  readonly observedAt: Float64Array;
  readonly network: Uint32Array;
  readonly gateway: Uint32Array;
  readonly site: Uint32Array;
  readonly appId: Uint32Array;
  readonly raw: Uint32Array;
  readonly lastRaw: Uint32Array;
}

export function createColumns(slots: number): Columns {
  return {
    state: new Uint8Array(slots),
    reason: new Uint8Array(slots),
    attempts: new Float64Array(slots),
    flaps: new Float64Array(slots),
    since: new Float64Array(slots),
    nextRetryAt: new Float64Array(slots),
    givesUpAt: new Float64Array(slots),
    lastEventAt: new Float64Array(slots),
    lastSeenAt: new Float64Array(slots),
    observedAt: new Float64Array(slots),
    network: new Uint32Array(slots),
    gateway: new Uint32Array(slots),
    site: new Uint32Array(slots),
    appId: new Uint32Array(slots),
    raw: new Uint32Array(slots),
    lastRaw: new Uint32Array(slots),
  };
}

/** The same columns with room for half as many slots again. */
export function longer(columns: Columns): Columns {
  const grown = createColumns(Math.ceil(columns.state.length * 1.5));
  for (const name of Object.keys(columns) as (keyof Columns)[]) grown[name].set(columns[name]);
  return grown;
}
