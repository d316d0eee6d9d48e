import {
  Conflict,
  Forbidden,
  Gone,
  NotFound,
  RateLimited,
  Unauthenticated,
  UpstreamBadResponse,
} from '../../errors.ts';

/** What an upstream that is alive says, beside what was asked for. */
const answers = [Conflict, Forbidden, Gone, NotFound, RateLimited, Unauthenticated, UpstreamBadResponse];

/** Whether a call failed by an answer of the upstream, however unwelcome, and not for the lack of one. */
export function isUpstreamAnswer(error: unknown): boolean {
  return answers.some((answer) => error instanceof answer);
}
