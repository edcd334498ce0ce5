import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { App } from '../../routes/context.ts'
import { fixtures, realApp } from '../routes/real-app.ts'

const docker = new URL('../../docker/', import.meta.url)

const url = (path: string) => `url=${encodeURIComponent(`${fixtures}${path}`)}`

async function yamlOf(file: string): Promise<unknown> {
  return parse(await readFile(new URL(file, docker), 'utf8'))
}

interface Panel {
  readonly title: string
  readonly type: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[]
}

const { panels, templating } = JSON.parse(await readFile(new URL('grafana/dashboard.json', docker), 'utf8')) as {
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly query: { readonly query: string } }[] }
}
const queries = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => [title, expr] as const))

let app: App
let close: () => Promise<void>
beforeAll(async () => {
  ;({ app, close } = await realApp())
})
afterAll(() => close())

/** Names of the samples, each with the names of its labels. */
async function samples(): Promise<Map<string, Set<string>>> {
  // A picture and a failure, so that everything that counts them is there.
  await app.inject(`/mosaic/6/34/22.png?${url('mosaics/mosaic.json')}`)
  await app.inject(`/cog/info?${url('absent.tif')}`)
  const found = new Map<string, Set<string>>()
  for (const line of (await app.inject('/metrics')).body.split('\n')) {
    const [, name, labels] = /^([a-z_]\w*)(?:\{(.*)\})? /i.exec(line) ?? []
    if (name === undefined) continue
    const known = found.get(name) ?? new Set(['job', 'instance'])
    for (const [, label] of (labels ?? '').matchAll(/(\w+)="/g)) known.add(label)
    found.set(name, known)
  }
  return found
}

test('every metric of the dashboard is one that the server has, with the labels by which it is asked for', async () => {
  const there = await samples()
  const unknown: string[] = []
  const asked = [...queries, ...templating.list.map(({ name, query }) => [name, query.query] as const)]
  for (const [title, expr] of asked) {
    for (const [, name, matchers] of expr.matchAll(/\b((?:smalti|nodejs|process)_\w+)(?:\{([^}]*)\})?/g)) {
      const labels = there.get(name)
      const own = [...(matchers ?? '').matchAll(/(\w+)[=!]/g), ...expr.matchAll(/by \(([^)]*)\)/g)]
        .flatMap(([, list]) => list.split(/,\s*/))
        .filter((label) => label !== 'le')
      if (!labels || own.some((label) => !labels.has(label))) unknown.push(`${title}: ${name} by ${own.join()}`)
    }
  }
  expect(unknown).toEqual([])
})

test('the server has no metric that the dashboard does not show', async () => {
  const shown = queries.map(([, expr]) => expr).join()
  const ours = [...(await samples()).keys()].filter((name) => name.startsWith('smalti_'))
  expect(ours.filter((name) => !shown.includes(name))).toEqual([])
})

test('no panel lies on another', () => {
  const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
  )
  expect(new Set(cells).size).toBe(cells.length)
})

test('Prometheus asks the service of the compose file', async () => {
  const { scrape_configs: jobs } = (await yamlOf('prometheus.yml')) as {
    scrape_configs: { static_configs: { targets: string[] }[] }[]
  }
  const { services } = (await yamlOf('compose.yaml')) as { services: Record<string, { networks: unknown }> }
  const [service, port] = jobs[0].static_configs[0].targets[0].split(':')
  expect([Object.keys(services).includes(service), port]).toEqual([true, '8000'])
})
