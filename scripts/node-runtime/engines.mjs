// @ts-check

/**
 * Decides whether another Node has to be installed.
 *
 * @param {{ current: string, engines: string, preferred: string, isLowest?: boolean }} options `current`: the version
 *   that runs now, such as `20.20.2`; `engines`: the range in package.json; `preferred`: the version in .nvmrc; `isLowest`:
 *   whether exactly the lowest version of the range is wanted, to test under it.
 * @returns {string | undefined} The version to install; undefined if the current one is supported.
 */
export function nodeToInstall({ current, engines, preferred, isLowest = false }) {
  if (!isLowest) return isSupported(current, engines) ? undefined : preferred;
  const lowest = lowestVersion(engines);
  return current === lowest ? undefined : lowest;
}

/**
 * @param {string} version Such as `24.1.0`.
 * @param {string} engines A range such as `^22.19.0 || >=26.0.0`. No other operators are read.
 */
export function isSupported(version, engines) {
  const numbers = toNumbers(version);
  return alternatives(engines).some(({ operator, lowest }) => {
    const isSameMajor = numbers[0] === lowest[0];
    return compare(numbers, lowest) >= 0 && (operator === '>=' || isSameMajor);
  });
}

/** @param {string} engines A range as in `isSupported`. */
function lowestVersion(engines) {
  const versions = alternatives(engines).map(({ lowest }) => lowest);
  return versions.sort(compare)[0]?.join('.') ?? '';
}

/** @param {string} engines */
function alternatives(engines) {
  return engines.split('||').map((text) => {
    const [, operator, version = ''] = /^\s*(\^|>=)(\d+\.\d+\.\d+)\s*$/.exec(text) ?? [];
    if (operator === undefined) throw new Error('engines.node in package.json must consist of ^x.y.z and >=x.y.z');
    return { operator, lowest: toNumbers(version) };
  });
}

/** @param {string} version */
const toNumbers = (version) => version.split('.', 3).map((part) => Number.parseInt(part, 10));

/**
 * @param {number[]} a
 * @param {number[]} b
 */
function compare(a, b) {
  const index = a.findIndex((number, at) => number !== b[at]);
  return index === -1 ? 0 : (a[index] ?? 0) - (b[index] ?? 0);
}
