/** So many refusals in a row, over so long a time in ms, suggest that a token that was accepted before was revoked. */
const revocationRefusals = 3;
const revocationMs = 1_000;

/** What the upstream has answered to the calls with one token. */
export class TokenOutcomes {
  /** Whether a call was accepted after another one was refused: the token is valid, and the refusal was about the call. */
  isAcceptedAgain = false;
  #isAccepted = false;
  #refusalsInRow = 0;
  #rowStartedAt = 0;

  accepted(): void {
    this.#isAccepted = true;
    if (this.#refusalsInRow === 0) return;
    this.isAcceptedAgain = true;
    this.#refusalsInRow = 0;
  }

  /** @param now in ms on the monotonic clock */
  refused(now: number): void {
    if (this.#refusalsInRow === 0) this.#rowStartedAt = now;
    this.#refusalsInRow += 1;
  }

  /** Whether the token was accepted, and several calls over a second were refused since. @param now in ms */
  suggestRevocation(now: number): boolean {
    return this.#isAccepted && this.#refusalsInRow >= revocationRefusals && now >= this.#rowStartedAt + revocationMs;
  }
}
