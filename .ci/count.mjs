// Prints `PASSED FAILED` of a report: vitest's JSON, or { passed, failed }.
// Under CI a skipped test fails where it has no reason to be skipped: in the wide tests always, elsewhere where TEST_SHARED is set.
import { readFileSync } from 'node:fs'

const file = process.argv[2]
const report = JSON.parse(readFileSync(file, 'utf8'))
if (report.testResults === undefined) {
  console.log(report.passed, report.failed)
} else {
  const tests = report.testResults.flatMap((result) => result.assertionResults)
  // A file that cannot be loaded has no tests.
  const unloaded = report.testResults.filter(
    (result) => result.status === 'failed' && !result.assertionResults.some((test) => test.status === 'failed'),
  )
  const skipped = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed')
  const strict = process.env.CI === 'true' && (file.endsWith('wide.json') || process.env.TEST_SHARED !== undefined)
  if (strict) for (const test of skipped) console.error(`skipped under CI: ${test.fullName}`)
  const failed = tests.filter((test) => test.status === 'failed').length + unloaded.length + (strict ? skipped.length : 0)
  console.log(tests.filter((test) => test.status === 'passed').length, failed)
}
