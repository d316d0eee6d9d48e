let isEnabled = true;
let isPermitted: boolean | undefined;

/**
 * Switches the accelerator `generated-rows` on or off, for the whole process: the row classes of the upstream's resources
 * belong to modules, not to a gateway. Code that was generated before stays in use.
 */
export function enableCodeGeneration(isOn: boolean): void {
  isEnabled = isOn;
}

/** Whether code may be generated: it is switched on, and Node permits it (not with `--disallow-code-generation-from-strings`). */
export function canGenerateCode(): boolean {
  isPermitted ??= probe();
  return isEnabled && isPermitted;
}

function probe(): boolean {
  try {
    new Function('');
    return true;
  } catch {
    return false;
  }
}
