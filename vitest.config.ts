import { defineConfig } from 'vitest/config';

/** `unit` needs a Redis only (test/redis.ts provides it), `browser` a chromium; they and the others run by name. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/e2e/**', 'test/contract/*real.test.ts', 'test/browser/**', 'test/chaos/**'],
          globalSetup: ['test/redis.ts'],
          // A busy machine is no fault of what is tested: none of these is a limit that a test is about.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/contract/*real.test.ts', 'test/e2e/**/*.test.ts'],
          globalSetup: ['test/redis.ts', 'test/e2e/clouds.ts', 'test/e2e/cluster.ts', 'test/e2e/ansible.ts'],
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: ['test/browser/chromium.ts'],
          // Each file has a demo of its own, which waits for its clouds most of the time.
          maxWorkers: 2,
          // Vitest waits for a second, which a page on a busy machine may need.
          expect: { poll: { timeout: 60_000 } },
          testTimeout: 600_000,
          hookTimeout: 240_000,
        },
      },
      {
        test: {
          name: 'chaos',
          include: ['test/chaos/**/*.test.ts'],
          globalSetup: ['test/chaos/seed.ts'],
          maxWorkers: 2,
          testTimeout: 1_800_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
