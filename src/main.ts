#!/usr/bin/env node
// Nothing is imported up here: an older Node.js must get as far as the message.
const NODE = 24
const OVERVIEW = ['--help', '-h', '--version', '-V']

if (Number(process.versions.node.split('.')[0]) < NODE) {
  process.stderr.write(`smalti: Node.js ${NODE} or later is needed; this is ${process.versions.node} (${process.execPath})\n`)
  process.exit(1)
}
const [first] = process.argv.slice(2)
// The server is what is meant where no command is named. Each loads what it needs and nothing else.
if (first === undefined || first === 'serve' || (first.startsWith('-') && !OVERVIEW.includes(first))) {
  // Alone: it starts the process again, and whatever is loaded before that is loaded twice.
  await import('./work/own-settings.ts')
  await import('./serve.ts')
} else {
  // Compiled code is kept for the next command: a third of a second of a start. The server keeps its own (work/own-settings.ts).
  const { enableCompileCache } = await import('node:module')
  const { cacheFolder } = await import('./cli/cache-folder.ts')
  enableCompileCache(cacheFolder('compiled'))
  const { program } = await import('./cli/program.ts')
  await program()
}
