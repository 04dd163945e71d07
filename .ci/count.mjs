import { readFileSync } from 'node:fs';

const [checkExit, checkFile, testExit, testFile] = process.argv.slice(2);

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** A test file that could not run at all counts as one failure. */
const failures = (jest) => (jest ? jest.numFailedTests + jest.numRuntimeErrorTestSuites : 0);

/** Whatever the results say, a command that failed, or left none, is at least one failure. */
const atLeastOne = (count, exit, results) => (exit === '0' && results ? count : Math.max(count, 1));

const check = read(checkFile);
const tests = read(testFile);
const otherChecks = (check?.failed ?? []).filter((name) => name !== 'unit tests').length;
const unitFailed = check?.failed.includes('unit tests') ? Math.max(failures(check.unit), 1) : 0;
const passed = (check?.unit?.numPassedTests ?? 0) + (tests?.numPassedTests ?? 0);
const failed = atLeastOne(otherChecks + unitFailed, checkExit, check) + atLeastOne(failures(tests), testExit, tests);

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
