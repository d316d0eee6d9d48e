import type { Config } from './config.ts';
import { findEnvironmentRisks } from './environment-risks.ts';
import { findUnusedExclusions } from './proxy.ts';
import { namesInEnvironment } from './settings.ts';
import { findUnknownVariables } from './variable-names.ts';

/** Finds what an operator may not intend in a valid configuration: one sentence for each, without values that may be secret. */
export function findWarnings(env: Record<string, string | undefined>, config: Config): string[] {
  const warnings = findUnknownVariables(env, namesInEnvironment);
  if (config.mode === 'passthrough' && config.credential !== undefined && config.session.keys.length === 0) {
    warnings.push(
      'UPSTREAM_CLIENT_KEY is set, but passthrough mode calls the upstream with the tokens of callers only',
    );
  }
  const unusedExclusions = findUnusedExclusions(config.proxy);
  if (unusedExclusions !== undefined) warnings.push(unusedExclusions);
  if (config.cursorKeys.length === 0) {
    warnings.push('CURSOR_KEYS is not set: cursors are encrypted with a new key, and will not survive a restart');
  }
  if (config.mode === 'demo' && config.session.keys.length === 0) {
    warnings.push(
      'SESSION_KEYS is not set: customer sessions are encrypted with a new key, and will not survive a restart',
    );
  }
  const { clientLimits, resilience } = config;
  const needs = { maxConnections: clientLimits.maxConnections, upstreamConnections: resilience.connections };
  return [...warnings, ...findEnvironmentRisks(env, needs)];
}
