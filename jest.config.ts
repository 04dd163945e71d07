import type { Config } from 'jest';

const project = (displayName: string, suffix: string): Config => ({
  displayName,
  rootDir: import.meta.dirname,
  roots: ['<rootDir>/apps', '<rootDir>/libs', '<rootDir>/tools', '<rootDir>/test'],
  testMatch: [`**/*${suffix}`],
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': '@swc/jest' },
});

const againstTheStack = {
  globalSetup: '<rootDir>/test/stack.setup.ts',
  globalTeardown: '<rootDir>/test/stack.teardown.ts',
};

const config: Config = {
  testTimeout: 30_000,
  projects: [
    { ...project('unit', '.spec.ts'), testPathIgnorePatterns: ['\\.(int|e2e)\\.spec\\.ts$'] },
    { ...project('int', '.int.spec.ts'), ...againstTheStack },
    { ...project('e2e', '.e2e.spec.ts'), ...againstTheStack },
  ],
};

export default config;
