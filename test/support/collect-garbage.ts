import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');

/** Collects the whole heap of this process at once. The flag adds the function to contexts that are created after it. */
export const collectGarbage = runInNewContext('gc') as () => void;
