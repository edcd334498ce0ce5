// Installs the dependencies when they are missing or not those of package-lock.json; quick when nothing is to do.
// Plain JavaScript without imports of packages: it runs before there are any, under whatever Node the machine has (20 or later).
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = new URL('..', import.meta.url)
const runtimeOnly = process.argv.includes('--runtime')

/** Why `npm ci` is needed, or undefined. With --runtime, absent devDependencies are fine (`npm ci --omit=dev`). */
function reason() {
  const wanted = packagesOf('package-lock.json')
  const installed = packagesOf('node_modules/.package-lock.json')
  if (!installed) return 'Installing the dependencies (only now and when they change; about a minute) ...'
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '' || (runtimeOnly && entry.dev)) continue
    const found = installed[path]
    // Optional packages are those of other platforms, too.
    if (found ? found.version !== entry.version || found.integrity !== entry.integrity : !entry.optional) {
      return 'The dependencies have changed: installing them again ...'
    }
  }
  return undefined
}

function packagesOf(file) {
  const path = new URL(file, root)
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined
}

function install() {
  // npm under the Node that runs npm: the one in node_modules is about to be replaced.
  const npm = process.env.npm_execpath
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  const node = process.env.npm_node_execpath ?? process.execPath
  const options = { cwd: fileURLToPath(root), stdio: 'inherit' }
  const { status } = npm
    ? spawnSync(node, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
  return status ?? 1
}

const why = reason()
if (why) {
  console.error(why)
  if (install() !== 0) {
    console.error('npm ci failed: its message is above. It needs the npm registry (or a mirror of it) within reach.')
    process.exit(1)
  }
}

const local = new URL('node_modules/.bin/node', root)
if (!runtimeOnly && !existsSync(local) && Number(process.versions.node.split('.')[0]) < 24) {
  console.error(
    `Node 24 or later is needed, this is ${process.version}; the package "node" that brings it is not installed (is "ignore-scripts" or "omit" set in npm's configuration?).`,
  )
  process.exit(1)
}

// A server starts from its bundle, where there is one to be made.
const bundler = new URL('bundle.mjs', import.meta.url)
if (runtimeOnly && existsSync(bundler)) {
  const node = existsSync(local) ? fileURLToPath(local) : process.execPath
  spawnSync(node, [fileURLToPath(bundler)], { stdio: 'inherit' })
}
