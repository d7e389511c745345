import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/support/bundle.ts",
    // On a busy machine encoding AVIF and starting wrangler take their time; nothing here is measured.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    reporters: ["default", ["junit", { outputFile: ".relevo/reports/vitest.xml" }]],
  },
});
