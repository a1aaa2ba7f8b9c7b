import { defineConfig } from "vitest/config";

export default defineConfig({
  root: import.meta.dirname,
  cacheDir: "../node_modules/.vite",
  test: {
    testTimeout: 30_000,
    restoreMocks: true,
    unstubGlobals: true,
    // Making a page takes longer than most files that need none.
    projects: [
      { extends: true, test: { name: "parts", environment: "node", include: ["tests/*.test.ts"] } },
      {
        extends: true,
        test: {
          name: "pages",
          environment: "jsdom",
          include: ["tests/*.test.tsx"],
          setupFiles: ["tests/setup.ts"],
        },
      },
    ],
    coverage: {
      provider: "v8",
      include: ["src/**"],
      exclude: ["src/types.ts", "src/main.tsx"],
      reportsDirectory: "../coverage",
    },
  },
});
