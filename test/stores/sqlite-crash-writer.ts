import { createNet } from '../../src/net/net.ts'
import { sqliteKind } from '../../src/stores/sqlite-store.ts'
import { versionOf } from './crash-mosaic.ts'

/** Writes one version after the other until it is killed: node sqlite-crash-writer.ts FOLDER. A line on stdout a write. */
const [folder] = process.argv.slice(2)
const context = {
  net: createNet({ allow: [folder], cwd: folder }),
  cwd: folder,
  limits: { maxBytes: 2 ** 26, maxUnpacked: 2 ** 29, memory: 2 ** 27 },
}
for (let version = 1; ; version++) {
  await sqliteKind.create?.('sqlite:///crash.db:crash', versionOf(version), context, { overwrite: true })
  process.stdout.write(`${version}\n`)
}
