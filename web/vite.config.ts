import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  root: here('.'),
  plugins: [react()],
  // The server puts a new one into each page it sends.
  html: { cspNonce: '__CSP_NONCE__' },
  resolve: { alias: [{ find: /^#contract\//, replacement: `${here('../contract/src')}/` }] },
  build: { outDir: here('./dist'), emptyOutDir: true, target: 'es2022', sourcemap: false, assetsInlineLimit: 0 },
  server: { port: 5173, fs: { allow: [here('..')] }, proxy: { '/api': 'http://127.0.0.1:3000', '/socket.io': { target: 'http://127.0.0.1:3000', ws: true } } },
})
