import { workTurns } from '../../async/work-turns.ts';
import { parseJson } from '../decode/json.ts';
import type { ResponseBody } from './body.ts';

/** Parsing takes about a microsecond for so many bytes. */
const bytesPerUnit = 100;
/** A longer body is parsed in a turn of the event loop of its own: many of them may arrive at once. */
const maxBytesAtOnce = 250_000;

/**
 * Parses the body of a response.
 *
 * @param isWrite the success of a write may have no body; that of a read cannot
 * @param caller the caller among whose operations the turns of the event loop are shared
 * @throws {UpstreamBadResponse}
 */
export function parseBody(bytes: Buffer, isWrite: boolean, caller: string): ResponseBody | Promise<ResponseBody> {
  if (bytes.length <= maxBytesAtOnce) return parseAtOnce(bytes, isWrite);
  return workTurns.run(
    caller,
    () => parseAtOnce(bytes, isWrite),
    () => bytes.length / bytesPerUnit,
  );
}

function parseAtOnce(bytes: Buffer, isWrite: boolean): ResponseBody {
  const isEmpty = isWrite && isBlank(bytes);
  return { bytes, json: isEmpty ? undefined : parseJson(bytes) };
}

/** Whether a body has nothing but white space of JSON. */
function isBlank(bytes: Buffer): boolean {
  return bytes.length < 64 && /^[ \t\r\n]*$/.test(bytes.toString('latin1'));
}
