import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from 'vitest'
import { NotAllowedError, NotFoundError } from '../../src/errors.ts'
import { createGuard } from '../../src/net/guard.ts'
import { createNet } from '../../src/net/net.ts'
import { Roots } from '../../src/net/roots.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** root/in.txt, root/100%25.txt, root/sub/, outside/secret.txt; root2 is a link to root. */
function layOut() {
  const folder = temporaryFolder()
  const root = join(folder, 'root')
  const outside = join(folder, 'outside')
  mkdirSync(join(root, 'sub'), { recursive: true })
  mkdirSync(outside)
  writeFileSync(join(root, 'in.txt'), 'inside')
  writeFileSync(join(root, '100%25.txt'), 'percent')
  writeFileSync(join(outside, 'secret.txt'), 'secret')
  symlinkSync(root, join(folder, 'root2'))
  return { folder, root, outside, net: createNet({ allow: [root], cwd: root }) }
}

async function textOf(net: ReturnType<typeof createNet>, href: string): Promise<string> {
  const document = await net.readDocument(href, { maxBytes: 1000 })
  return Buffer.from(document?.bytes ?? []).toString()
}

test('files below the root are read by absolute path, path from the working directory and file URL', async () => {
  const { net, root } = layOut()
  expect(await textOf(net, join(root, 'in.txt'))).toBe('inside')
  expect(await textOf(net, 'sub/../in.txt')).toBe('inside')
  expect(await textOf(net, pathToFileURL(join(root, 'in.txt')).href)).toBe('inside')
})

test('percent signs are decoded in file URLs, and letters of the name in paths', async () => {
  const { net, root } = layOut()
  expect(await textOf(net, join(root, '100%25.txt'))).toBe('percent')
  expect(await textOf(net, `file://${root}/100%2525.txt`)).toBe('percent')
  await expect(textOf(net, `file://${root}/100%25.txt`)).rejects.toMatchObject({ status: 404 })
  await expect(textOf(net, `file://otherhost${root}/in.txt`)).rejects.toMatchObject({ status: 422 })
  await expect(textOf(net, `file://${root}/..%2foutside/secret.txt`)).rejects.toMatchObject({ status: 422 })
})

test('a way out by .. is refused, and nothing tells whether a file is there', async () => {
  const { net, root, folder } = layOut()
  for (const name of ['secret.txt', 'absent.txt', 'absent/absent.txt']) {
    for (const href of [`../outside/${name}`, `${root}/../outside/${name}`, `file://${root}/%2e%2e/outside/${name}`]) {
      await expect(textOf(net, href)).rejects.toMatchObject({ status: 403, code: 'NOT_ALLOWED' })
    }
  }
  await expect(textOf(net, `${folder}/rootless`)).rejects.toMatchObject({ status: 403 })
})

test('links that lead out are refused alike, whether their target is there or not', async () => {
  const { net, root, outside } = layOut()
  symlinkSync(join(outside, 'secret.txt'), join(root, 'to-file'))
  symlinkSync(join(outside, 'absent.txt'), join(root, 'to-nothing'))
  symlinkSync(outside, join(root, 'to-folder'))
  symlinkSync(join(outside, 'absent'), join(root, 'to-no-folder'))
  symlinkSync('loop', join(root, 'loop'))
  const errors: string[] = []
  for (const path of [
    'to-file',
    'to-nothing',
    'to-folder/secret.txt',
    'to-folder/absent.txt',
    'to-folder/a/b/c',
    'to-no-folder/x',
    'loop',
    'loop/x',
  ]) {
    const error = await textOf(net, path).catch((thrown: Error) => thrown)
    expect(error).toMatchObject({ status: 403 })
    errors.push(String((error as Error).message).replace(path, 'PATH'))
  }
  expect(new Set(errors)).toHaveLength(1)
})

test('links that stay inside are followed', async () => {
  const { net, root } = layOut()
  symlinkSync(join(root, 'in.txt'), join(root, 'sub', 'again'))
  symlinkSync('sub', join(root, 'sub2'))
  expect(await textOf(net, 'sub2/again')).toBe('inside')
})

test('a root that is a link is entered by either name', async () => {
  const { root, folder } = layOut()
  const net = createNet({ allow: [join(folder, 'root2')], cwd: folder })
  expect(await textOf(net, 'root2/in.txt')).toBe('inside')
  expect(await textOf(net, join(root, 'in.txt'))).toBe('inside')
})

test('a root that is made after the start is entered', async () => {
  const folder = temporaryFolder()
  const net = createNet({ allow: ['later'], cwd: folder })
  await expect(textOf(net, 'later/x')).rejects.toMatchObject({ status: 403 })
  mkdirSync(join(folder, 'later'))
  writeFileSync(join(folder, 'later', 'x'), 'now')
  expect(await textOf(net, 'later/x')).toBe('now')
})

test('absent files inside the root are 404', async () => {
  const { net } = layOut()
  for (const path of ['absent', 'absent/x', 'in.txt/x', 'sub/absent', 'x'.repeat(300), 'x/'.repeat(3000)]) {
    await expect(textOf(net, path)).rejects.toMatchObject({ status: 404 })
  }
  await expect(textOf(net, 'in.txt\0.tif')).rejects.toMatchObject({ status: 422 })
})

test('folders, pipes and devices are refused without waiting', async () => {
  const { net, root } = layOut()
  execFileSync('mkfifo', [join(root, 'pipe')])
  for (const path of ['sub', '', 'pipe']) {
    await expect(net.open(path)).rejects.toMatchObject({ status: 403 })
  }
  const guard = createGuard({ allow: [root], cwd: root })
  for (const path of ['sub', 'pipe']) await expect(guard.resolveFile(path)).rejects.toMatchObject({ status: 403 })
  const devices = createNet({ allow: ['/dev'], cwd: '/' })
  for (const path of ['/dev/zero', '/dev/null']) await expect(devices.open(path)).rejects.toMatchObject({ status: 403 })
})

test('a scheme that cannot be read is named, with those that can', async () => {
  const { net } = layOut()
  await expect(net.open('ftp://host/x.tif')).rejects.toMatchObject({ status: 422, parameter: 'url' })
  await expect(net.open('ftp://host/x.tif')).rejects.toThrow(/ftp:.*file:.*http:.*https:/)
})

test('a file to be written may be absent, if its folder is there and below a root; links do not lead out', async () => {
  const folder = temporaryFolder()
  const outside = temporaryFolder()
  mkdirSync(join(folder, 'sub'))
  symlinkSync(outside, join(folder, 'out'))
  writeFileSync(join(outside, 'there.db'), '')
  symlinkSync(join(outside, 'there.db'), join(folder, 'link.db'))
  const roots = new Roots([folder], folder)
  expect(await roots.resolveTarget('sub/new.db')).toBe(join(folder, 'sub/new.db'))
  await expect(roots.resolveTarget('absent/new.db')).rejects.toThrow(NotFoundError)
  for (const path of ['out/new.db', 'link.db', '../new.db', join(outside, 'new.db')]) {
    await expect(roots.resolveTarget(path)).rejects.toThrow(NotAllowedError)
  }
})
