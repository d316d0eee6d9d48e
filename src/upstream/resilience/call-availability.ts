/** Whether an upstream has one call that it may lack; the process finds out by the first response. */
export type CallAvailability = {
  /** Whether the call is to be made; it is, as long as nothing is known. */
  isAvailable(): boolean;
  /** The API has responded to the call. */
  confirm(): void;
  /** The address of the call does not exist: the call is not made for ten minutes, unless `confirm` is called before. */
  deny(): void;
};

/** In ms. A server in front of the upstream may have answered, so the call is tried again after this. */
const deniedMs = 10 * 60_000;

/** Creates the state, in which the call is available. */
export function createCallAvailability(): CallAvailability {
  let deniedUntil = Number.NEGATIVE_INFINITY;
  return {
    isAvailable: () => performance.now() >= deniedUntil,
    confirm() {
      deniedUntil = Number.NEGATIVE_INFINITY;
    },
    deny() {
      deniedUntil = performance.now() + deniedMs;
    },
  };
}
