// Libraries are read from their sources ('source' export condition), so that tests need no build of them.
const swc = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};

const project = (displayName, roots, more = {}) => ({
  displayName,
  rootDir: import.meta.dirname,
  roots,
  testEnvironment: 'node',
  testMatch: ['**/*.test.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', { ...swc, swcrc: false }] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  transformIgnorePatterns: ['/node_modules/(?!@quayside/)'],
  ...more,
});

/** Of several rooms, and in need of no servers. */
const PROPERTIES = 'test/properties';
const DEMO = 'test/demo';
/** These stop what others use, or need the machine for themselves: one after the other, after the rest. */
const ALONE = ['/test/core/halts', '/test/core/stores', '/test/door/badInputs', '/test/slices/kills', '/test/slices/path', '/test/start/', '/test/browser/'];
/** Long proofs have commands of their own (package.json: verify:…, bench). */
const LONG = ['/test/verify/', '/test/bench/'];

export default {
  maxWorkers: 2,
  projects: [
    project('rooms', ['<rootDir>/libs', '<rootDir>/apps', `<rootDir>/${PROPERTIES}`, `<rootDir>/${DEMO}`]),
    project('stack', ['<rootDir>/test'], { testPathIgnorePatterns: ['/node_modules/', `/${PROPERTIES}/`, `/${DEMO}/`, ...LONG, ...ALONE] }),
    project('alone', ['<rootDir>/test'], { testMatch: ALONE.map((path) => `**${path}*.test.ts`) }),
    project('verify', ['<rootDir>/test/verify']),
  ],
};
