import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';
import type { Plugin } from 'vite';

const SERVER = process.env.RINGDESK_URL ?? 'http://127.0.0.1:8080';
const SMALL = 1024; // bytes; below that a compressed file saves nothing

/** The server sends a ready-made `.gz` where the browser takes one. Made from what was written, for plugins change code to the last. */
function compressed(): Plugin {
  return {
    name: 'ringdesk-gzip',
    apply: 'build',
    async writeBundle({ dir = '' }, bundle) {
      for (const name of Object.keys(bundle).filter((file) => /\.(js|css|svg|json)$/.test(file))) {
        const content = await readFile(join(dir, name));
        if (content.length >= SMALL) await writeFile(join(dir, `${name}.gz`), gzipSync(content, { level: 9 }));
      }
    },
  };
}

export default defineConfig({
  plugins: [react(), compressed()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  // The server puts a nonce of its own into every page in place of this.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    outDir: '../static',
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // the CSP allows fonts from here, not from data: addresses
    chunkSizeWarningLimit: 700,
    rolldownOptions: {
      output: {
        // A few files that rarely change, instead of fifty that each page asks for in its own selection.
        codeSplitting: {
          groups: [
            {
              name: 'framework',
              test: /node_modules\/(react|react-dom|scheduler|@tanstack|i18next|react-i18next|socket\.io|engine\.io)/,
              priority: 3,
            },
            {
              name: 'components',
              test: /node_modules\/(@mantine\/(core|hooks|form|notifications|spotlight)|@floating-ui|react-remove)/,
              priority: 2,
            },
            { name: 'icons', test: /node_modules\/@tabler/, priority: 2 },
            { name: 'shared', test: /src\/(shared|features\/(session|presence|people))\/.*(?<!\.css)$/, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    proxy: {
      '/api': SERVER,
      '/socket.io': { target: SERVER, ws: true },
    },
  },
  test: { include: ['src/**/*.test.ts'], environment: 'node' },
});
