// Packs the program's sources and the packages that every start needs into a few files, so that a start reads those and not a
// thousand: src/work/own-settings.ts runs them instead of the sources while none of the sources has changed. Quick when nothing is to
// do; without rolldown (`npm ci --omit=dev`) there is no bundle, and the sources run as they are. `npm ci` (prepare) and `npm start`
// (setup.mjs) run it. With --for-good no source will be looked at again, and need not be there: for an image.
// Plain JavaScript: nothing of the project is needed.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { basename, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'node_modules/.cache/bundle')
const isForGood = process.argv.includes('--for-good')
/** Longest wait for the start that leaves compiled code behind. */
const WARM_UP_MS = 30_000
/** Bundles that stay: a server that runs may still load parts of an older one. */
const KEPT = 5
/** What runs in threads: programs of their own. */
const THREAD = /'\.\/([\w-]+)\.ts' : '\.\/\1\.js'/
/** Native parts (of sharp: its JavaScript, of fifty files, is taken along), what has files of its own, or is of no use at a start. */
const OUTSIDE = [
  /^lerc/,
  /^@img/,
  /^better-sqlite3/,
  /^piscina/,
  /^@aws-sdk/,
  /^@azure/,
  /^@google-cloud/,
  /^@opentelemetry/,
  /^pino-pretty/,
  /^thread-stream/,
  /^light-my-request/,
  /^@fastify\/fast-json-stringify-compiler/,
]

/** Everything whose change makes another bundle: path, bytes, time. */
function stampOf() {
  const files = ['package-lock.json', 'scripts/bundle.mjs', 'node_modules/.package-lock.json']
  for (const place of ['src', 'routes'])
    for (const entry of readdirSync(join(root, place), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) files.push(relative(root, join(entry.parentPath, entry.name)))
  return files.sort().map((file) => {
    const { size, mtimeMs } = statSync(join(root, file))
    return [file, size, Math.floor(mtimeMs)]
  })
}

async function bundle(rolldown, stamp, target) {
  const sources = stamp.map(([file]) => file).filter((file) => file.endsWith('.ts'))
  const threads = sources.flatMap((file) => {
    const name = THREAD.exec(readFileSync(join(root, file), 'utf8'))?.[1]
    return name ? [join(root, file, '..', `${name}.ts`)] : []
  })
  const next = `${target}.${process.pid}`
  // Each by itself: what two of them share would be many files, and no thread loads it for another.
  await bundleOne(rolldown, 'main', join(root, 'src/serve.ts'), next)
  for (const file of threads) await bundleOne(rolldown, basename(file, '.ts'), file, next)
  writeFileSync(join(next, 'package.json'), '{"type":"module"}')
  renameSync(next, target)
}

async function bundleOne(rolldown, name, file, into) {
  const build = await rolldown({
    input: { [name]: file },
    platform: 'node',
    external: OUTSIDE,
    logLevel: 'silent',
    plugins: [
      {
        name: 'places',
        // What lies beside a source is looked for there; threads lie beside the bundle.
        transform(code, id) {
          const isForeign = !id.startsWith(root) || (id.includes('node_modules') && !id.includes('node_modules/sharp/'))
          if (isForeign || THREAD.test(code) || !code.includes('import.meta.url')) return null
          return code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
        },
      },
    ],
  })
  const minify = { compress: false, mangle: false, codegen: { removeWhitespace: true } }
  await build.write({
    dir: into,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: `${name}-[name]-[hash].js`,
    minify,
  })
  await build.close()
}

/** The start looks there which bundle is whose. */
function publish(stamp, target) {
  const file = join(folder, 'bundled.json')
  writeFileSync(`${file}.${process.pid}`, JSON.stringify({ folder: basename(target), stamp: isForGood ? [] : stamp }))
  renameSync(`${file}.${process.pid}`, file)
  const now = new Date()
  utimesSync(target, now, now)
  const bundles = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const byAge = bundles.map(({ name }) => [statSync(join(folder, name)).mtimeMs, name]).sort(([a], [b]) => b - a)
  for (const [, name] of byAge.slice(KEPT)) rmSync(join(folder, name), { recursive: true, force: true })
}

/** One start of the server, so that the first one of a user finds its code compiled, too. Where it cannot be, nothing is lost. */
async function warmUp() {
  const args = [join(root, 'src/main.ts'), 'serve', '--port', '0', '--workers', '1', '--allow', folder]
  const server = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled') },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const late = setTimeout(() => server.kill('SIGKILL'), WARM_UP_MS)
  server.stdout.on('data', (text) => String(text).includes('listening on') && server.kill('SIGTERM'))
  await once(server, 'exit')
  clearTimeout(late)
}

const wanted = stampOf()
const target = join(folder, createHash('sha256').update(JSON.stringify(wanted)).digest('hex').slice(0, 16))
try {
  const isNew = !existsSync(target)
  if (isNew) {
    const { rolldown } = await import('rolldown').catch(() => ({}))
    if (rolldown) {
      mkdirSync(folder, { recursive: true })
      await bundle(rolldown, wanted, target)
    }
  }
  if (existsSync(target)) publish(wanted, target)
  if (isNew && existsSync(target)) await warmUp()
} catch (error) {
  // A start from the sources is slower and otherwise the same: no reason to fail.
  console.error(`no bundle, so that starts take longer: ${error.message}`)
}
