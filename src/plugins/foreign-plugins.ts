import type { Plugin } from 'graphql-yoga';

/**
 * Hooks that run on the fast path as well: Yoga calls them while it is created or closed, or for the parameters of a
 * request. Any other hook belongs to Yoga's `Request` and `Response`, which the fast path does not create.
 */
const hooksOfBothPaths: ReadonlySet<string> = new Set([
  ...['onPluginInit', 'onYogaInit', 'onSchemaChange', 'onDispose'],
  ...['onParams', 'onEnveloped', 'onParse', 'onValidate', 'onContextBuilding'],
  ...['onExecute', 'onSubscribe', 'onExecutionResult'],
]);

/**
 * Finds the plugins that are neither the gateway's own nor Yoga's, including those that a plugin adds while it is
 * initialized.
 *
 * @param foreign the plugins that were passed to the gateway
 * @returns a plugin that must be initialized before them, and a function that lists them once Yoga is created
 */
export function trackForeignPlugins(foreign: readonly Plugin[]): { plugin: Plugin; list(): readonly Plugin[] } {
  let active: readonly Plugin[] = foreign;
  let own = new Set<Plugin>();
  return {
    plugin: {
      onPluginInit({ plugins }) {
        active = plugins;
        own = new Set(plugins.filter((plugin) => !foreign.includes(plugin)));
      },
    },
    list: () => active.filter((plugin) => plugin && !own.has(plugin)),
  };
}

/**
 * Refuses plugins with a hook that the fast path would not call. A hook that this version does not know is refused, too.
 *
 * @throws {Error} with the names of the hook and of the plugin, and how to start with it
 */
export function refuseBypassedHooks(plugins: readonly Plugin[]): void {
  for (const [index, plugin] of plugins.entries()) {
    const hook = hooksOf(plugin).find((name) => !hooksOfBothPaths.has(name));
    if (hook === undefined) continue;
    throw new Error(
      `The fast path cannot call ${hook} of ${nameOf(plugin, index)}: set ACCELERATORS to none, or to a list without fast-path and deduplicate.`,
    );
  }
}

/** Hooks may be methods of a class, which are not enumerable. */
function hooksOf(plugin: Plugin): readonly string[] {
  const names: string[] = [];
  for (
    let object: object = plugin;
    object !== Object.prototype && object !== null;
    object = Object.getPrototypeOf(object)
  ) {
    names.push(...Object.getOwnPropertyNames(object));
  }
  return names.filter(
    (name) => (/^on[A-Z]/.test(name) || name === 'instrumentation') && plugin[name as keyof Plugin] !== undefined,
  );
}

/** A plugin's name is its property `name`, or the name of its class. */
function nameOf(plugin: Plugin & { name?: unknown }, index: number): string {
  if (typeof plugin.name === 'string') return `the plugin ${plugin.name}`;
  const { name } = plugin.constructor;
  return name === 'Object' ? `plugin ${index + 1}` : `the plugin ${name}`;
}
