import { env } from 'node:process';
import babel from '@rolldown/plugin-babel';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// The app and the gateway have one origin, as behind a reverse proxy: no CORS, and `script-src 'self'` is enough.
const proxy = { '/graphql': { target: env['GATEWAY_URL'] ?? 'http://127.0.0.1:4000' } };

export default defineConfig({
  // Replaces each graphql`…` with the artifact that relay-compiler has written for it.
  plugins: [react(), babel({ plugins: ['relay'] })],
  // Relay and React are most of the one bundle, which the browser caches.
  build: { chunkSizeWarningLimit: 700 },
  server: { proxy },
  preview: { proxy },
});
