import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { makeDemo } from '../../scripts/demo/make.ts'
import { script } from '../../scripts/servers/real.ts'
import { parseConfig } from '../../src/config.ts'
import { root } from './demo.ts'

interface Service {
  command?: string[]
  volumes?: string[]
  depends_on?: string[] | Record<string, unknown>
  networks?: string[] | Record<string, { ipv4_address?: string }>
}
interface Compose {
  services: Record<string, Service>
  networks: Record<string, unknown>
  volumes: Record<string, unknown>
}

const compose = parse(await readFile(`${root}docker/compose.yaml`, 'utf8')) as Compose

test('every file, service, network and volume that a service of the compose file names is there', async () => {
  const missing: string[] = []
  for (const service of Object.values(compose.services)) {
    for (const volume of service.volumes ?? []) {
      const [source] = volume.split(':')
      if (source === '../demo') await makeDemo(console.log)
      if (!(source.startsWith('.') ? existsSync(resolve(root, 'docker', source)) : source in compose.volumes))
        missing.push(source)
    }
    for (const name of Array.isArray(service.depends_on) ? service.depends_on : Object.keys(service.depends_on ?? {}))
      expect(compose.services).toHaveProperty(name)
    for (const name of Array.isArray(service.networks) ? service.networks : Object.keys(service.networks ?? {}))
      expect(compose.networks).toHaveProperty(name)
  }
  expect(missing).toEqual([])
})

test('the server takes the flags of the compose file, and they allow the bucket by the address that it has', () => {
  const { allow, trustProxy } = parseConfig(compose.services.smalti.command, {})
  const address = (compose.services.bucket.networks as Record<string, { ipv4_address: string }>).inside.ipv4_address
  expect(allow).toEqual([`http://${address}:8080/`])
  expect(trustProxy).toHaveLength(1)
})

test.each(['nginx.conf', 'files.conf'])('nginx accepts docker/%s', async (file) => {
  await expect(script('nginx', 'check', `${root}docker/${file}`)).resolves.toBe('')
})
