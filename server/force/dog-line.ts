/** What operators' calls ask of the gateway: implemented by server/gateway, faked in tests. */
export interface DogLine {
  /** True while this gateway holds the dog's session. */
  isConnected(sn: string): boolean;
  /** Closes the dog's session with 4000 (initiator operator). False when there is none. */
  closeForced(sn: string): boolean;
  /** Lifts the penalties of this sn so that its next dial is not held back. Journals first what it failed before. */
  liftPenalties(sn: string): void;
  /** Closes every live socket of a retired dog with 4501 and refuses it until it has not tried for 10 minutes. */
  revoke(sn: string): void;
  /** Tells the connected dogs that understand it what policy holds now. */
  pushPolicy(): void;
}
