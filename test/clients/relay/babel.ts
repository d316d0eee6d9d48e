import { fileURLToPath } from 'node:url';
import { transformAsync } from '@babel/core';

/** A plugin for Vite that replaces each graphql tag of Relay's tests by the artifact that relay-compiler made of it. */
export const relayBabel = {
  name: 'relay',
  enforce: 'pre' as const,
  async transform(code: string, file: string) {
    if (!file.includes('/test/clients/relay/') || !code.includes('graphql`')) return null;
    const cwd = fileURLToPath(new URL('.', import.meta.url));
    const result = await transformAsync(code, {
      cwd,
      filename: file,
      babelrc: false,
      configFile: false,
      sourceMaps: true,
      parserOpts: { plugins: ['typescript', 'jsx'] },
      plugins: [['babel-plugin-relay', { artifactDirectory: `${cwd}__generated__`, eagerEsModules: true }]],
    });
    return result?.code ? { code: result.code, map: result.map } : null;
  },
};
