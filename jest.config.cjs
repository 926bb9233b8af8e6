module.exports = {
  // Node's, which also closes the simulated account that a test leaves open.
  testEnvironment: '<rootDir>/test/setup/environment.cjs',
  roots: ['<rootDir>/test', '<rootDir>/scripts', '<rootDir>/simulator/test', '<rootDir>/schedule-expressions/test'],
  testMatch: ['**/*.test.ts'],
  // Note what permissions the runs need and which doubts they meet; nothing without PERMISSIONS_LOG and DOUBTS_LOG.
  setupFilesAfterEnv: ['<rootDir>/test/setup/permissions.ts', '<rootDir>/test/setup/doubts.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, sourceMaps: 'inline' }],
  },
  // A worker per core: jest leaves one idle by default, which is half of a small CI machine.
  maxWorkers: '100%',
  // Simulated accounts are large; a worker that holds on to more than this is replaced.
  workerIdleMemoryLimit: '1GB',
  // A test that needs longer than this is stuck: nothing here waits on the wall clock.
  testTimeout: 60_000,
};
