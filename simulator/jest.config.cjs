module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' }, sourceMaps: 'inline' }],
  },
  // A process per core: jest leaves one idle by default, which is half of a small CI machine.
  maxWorkers: '100%',
  // Simulated accounts are large; a process that holds on to more than this is replaced.
  workerIdleMemoryLimit: '1GB',
  // A test that needs longer than this is stuck: nothing here waits on the wall clock.
  testTimeout: 60_000,
};
