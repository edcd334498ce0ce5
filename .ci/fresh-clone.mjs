// The README's first command as a new user types it: a fresh clone, whatever Node.js the machine has, `npm run demo`.
// Prints the times of the first start and of later ones; a later start must give its first tile within 2 s.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const limit = 2
const folder = mkdtempSync(join(tmpdir(), 'fresh-clone-'))
// npm's variables of the run around this one must not leak into the clone's.
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|config_local_prefix)/.test(name)),
)

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/** Seconds from the command to the first tile. */
async function start(patience) {
  const port = await freePort()
  const begin = performance.now()
  const child = spawn('npm', ['run', 'demo', '--', '--port', String(port)], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  const note = (text) => (output += text)
  child.stdout.setEncoding('utf8').on('data', note)
  child.stderr.setEncoding('utf8').on('data', note)
  const ended = once(child, 'exit')
  try {
    while ((performance.now() - begin) / 1000 < patience && child.exitCode === null) {
      // The address is the one that the command prints.
      const tilejson = output.match(/http:\/\/\S+tilejson\.json\S*/)?.[0]
      const tile = tilejson && (await firstTile(tilejson))
      if (tile) return { seconds: (performance.now() - begin) / 1000, tile, output }
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
    throw new Error(`no tile within ${patience} s:\n${output.slice(-3000)}`)
  } finally {
    // npm, its shell and the server are one process group.
    if (child.exitCode === null) process.kill(-child.pid, 'SIGTERM')
    await ended
  }
}

async function firstTile(tilejson) {
  try {
    const { tiles, minzoom } = await (await fetch(tilejson)).json()
    const url = tiles[0].replace('{z}', Math.max(1, minzoom)).replace('{x}', 0).replace('{y}', 0)
    const reply = await fetch(url)
    if (reply.status !== 200) return undefined
    return { type: reply.headers.get('content-type'), bytes: (await reply.arrayBuffer()).byteLength }
  } catch {
    return undefined
  }
}

try {
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', process.cwd(), folder])
  console.log(`node of the machine: ${execFileSync('node', ['-v'], { env, encoding: 'utf8' }).trim()}`)
  const first = await start(600)
  console.log(
    `first start, with everything to install and to make: ${first.seconds.toFixed(1)} s to the first tile (${first.tile.type}, ${first.tile.bytes} bytes)`,
  )
  const later = []
  for (let round = 0; round < 3; round++) later.push((await start(60)).seconds)
  console.log(
    `later starts: ${later.map((seconds) => seconds.toFixed(2)).join(', ')} s to the first tile (limit ${limit} s for the best)`,
  )
  process.exitCode = Math.min(...later) < limit ? 0 : 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
