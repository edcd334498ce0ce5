import { createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { HttpLimits } from '../../src/net/limits.ts'
import { createNet } from '../../src/net/net.ts'
import type { NetOptions } from '../../src/net/net.ts'
import { newTrace } from '../../src/net/source.ts'
import { countingBytes, serve, serveRange } from './local-server.ts'

const bytes = countingBytes(10_000)
const quick: Partial<HttpLimits> = { totalMs: 1500, headersMs: 300, stallMs: 200, minBytesPerSecond: 1000, retryMs: 5 }

function netFor(origins: readonly string[], options: Partial<NetOptions> = {}) {
  return createNet({ allow: origins.map((origin) => `${origin}/`), cwd: '/', limits: quick, ...options })
}

async function readOf(origin: string, options: Partial<NetOptions> = {}): Promise<Uint8Array> {
  const source = await netFor([origin], options).open(`${origin}/x`)
  return source.read(0, 100)
}

/** A server below HTTP. */
async function serveRaw(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', () => answer(socket))
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function expectTimeout(origin: string, options: Partial<NetOptions> = {}): Promise<number> {
  const start = performance.now()
  await expect(readOf(origin, options)).rejects.toMatchObject({ status: 504, code: 'TIMEOUT' })
  return performance.now() - start
}

const resolvesTo =
  (...addresses: string[]): NonNullable<NetOptions['resolveName']> =>
  (_name, _options, callback) =>
    callback(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )

describe('retries', () => {
  test('a server that fails twice and then answers is fine', async () => {
    const server = await serve((request, response) => {
      if (server.requests.length <= 2) return void response.writeHead(server.requests.length === 1 ? 500 : 503).end()
      return serveRange(request, response, bytes)
    })
    const trace = newTrace()
    const source = await netFor([server.origin]).open(`${server.origin}/x`)
    expect(await source.read(0, 100, { trace })).toEqual(bytes.slice(0, 100))
    expect(trace.reads).toBe(3)
  })

  test('three tries are all', async () => {
    const server = await serve((_request, response) => response.writeHead(503).end())
    await expect(readOf(server.origin)).rejects.toMatchObject({ status: 502 })
    expect(server.requests).toHaveLength(3)
  })

  test('an error of ours is not tried again', async () => {
    const server = await serve((_request, response) => response.writeHead(400).end())
    await expect(readOf(server.origin)).rejects.toMatchObject({ status: 502 })
    expect(server.requests).toHaveLength(1)
  })

  test('429 waits as long as Retry-After says', async () => {
    const times: number[] = []
    const server = await serve((request, response) => {
      times.push(performance.now())
      if (times.length === 1) return void response.writeHead(429, { 'retry-after': '1' }).end()
      return serveRange(request, response, bytes)
    })
    expect(await readOf(server.origin)).toHaveLength(100)
    expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(990)
  })

  test('a Retry-After beyond the time that is left is not waited for', async () => {
    const server = await serve((_request, response) => response.writeHead(429, { 'retry-after': '3600' }).end())
    const start = performance.now()
    await expect(readOf(server.origin)).rejects.toMatchObject({ status: 502 })
    expect(performance.now() - start).toBeLessThan(1000)
    expect(server.requests).toHaveLength(1)
  })

  test('a reset connection is tried again, a closed port ends as 502', async () => {
    let count = 0
    const origin = await serveRaw((socket) => {
      count++
      if (count === 1) socket.resetAndDestroy()
      else socket.end('HTTP/1.1 206 x\r\nContent-Range: bytes 0-99/100\r\nContent-Length: 100\r\n\r\n' + 'x'.repeat(100))
    })
    expect(await readOf(origin)).toHaveLength(100)
    await expect(readOf('http://127.0.0.1:1')).rejects.toMatchObject({ status: 502 })
  })
})

describe('limits', () => {
  const head = 'HTTP/1.1 206 x\r\nContent-Range: bytes 0-99/100\r\n'

  test('a server that never answers', async () => {
    const server = await serve(() => {})
    expect(await expectTimeout(server.origin)).toBeLessThan(1000)
  })

  test('headers that come a byte at a time', async () => {
    const origin = await serveRaw((socket) => {
      let at = 0
      const clock = setInterval(() => socket.write(head[at++ % head.length] ?? ''), 20)
      socket.on('close', () => clearInterval(clock))
    })
    expect(await expectTimeout(origin)).toBeLessThan(1000)
  })

  test('a body that stops', async () => {
    const origin = await serveRaw((socket) => socket.write(`${head}Content-Length: 100\r\n\r\nxxx`))
    expect(await expectTimeout(origin)).toBeLessThan(1000)
  })

  test('a body that drips', async () => {
    const origin = await serveRaw((socket) => {
      socket.write(`${head}Content-Length: 100\r\n\r\n`)
      const clock = setInterval(() => socket.write('x'), 20)
      socket.on('close', () => clearInterval(clock))
    })
    expect(await expectTimeout(origin)).toBeLessThan(1000)
  })

  test('a body that is never late, yet never done', async () => {
    const origin = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 x\r\n\r\n')
      const clock = setInterval(() => socket.write('x'.repeat(50)), 20)
      socket.on('close', () => clearInterval(clock))
    })
    expect(await expectTimeout(origin, { limits: { ...quick, totalMs: 700 } })).toBeGreaterThan(600)
  })

  test('an endless body ends at the limit of bytes, and its connection is closed', async () => {
    let isClosed = false
    const origin = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 x\r\n\r\n')
      const block = Buffer.alloc(65_536)
      const pour = () => {
        while (!socket.destroyed && socket.write(block));
      }
      socket.on('drain', pour).on('close', () => (isClosed = true))
      pour()
    })
    await expect(readOf(origin)).rejects.toMatchObject({ status: 502 })
    await expect.poll(() => isClosed).toBe(true)
  })

  test('an endless error page does not hold us up, and its connection is closed', async () => {
    let isClosed = false
    const origin = await serveRaw((socket) => {
      socket.write('HTTP/1.1 404 x\r\n\r\n')
      const block = Buffer.alloc(65_536)
      const pour = () => {
        while (!socket.destroyed && socket.write(block));
      }
      socket.on('drain', pour).on('close', () => (isClosed = true))
      pour()
    })
    await expect(readOf(origin)).rejects.toMatchObject({ status: 404 })
    await expect.poll(() => isClosed).toBe(true)
  })

  test('huge headers', async () => {
    const origin = await serveRaw((socket) => socket.write(`${head}X-Large: ${'x'.repeat(100_000)}\r\n\r\n`))
    await expect(readOf(origin)).rejects.toThrow(/headers are too long/)
  })

  test('headers without end', async () => {
    const origin = await serveRaw((socket) => {
      socket.write(head)
      const clock = setInterval(() => socket.write(`X-${Math.random()}: ${'x'.repeat(1000)}\r\n`), 2)
      socket.on('close', () => clearInterval(clock))
    })
    await expect(readOf(origin)).rejects.toThrow(/headers are too long/)
  })

  test('no HTTP at all', async () => {
    const origin = await serveRaw((socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n'))
    await expect(readOf(origin)).rejects.toMatchObject({ status: 502 })
  })

  test('requests to one origin at a time', async () => {
    let now = 0
    let most = 0
    const server = await serve((request, response) => {
      most = Math.max(most, ++now)
      setTimeout(() => {
        now--
        serveRange(request, response, bytes)
      }, 20)
    })
    const source = await netFor([server.origin], { limits: { ...quick, connectionsPerOrigin: 3 } }).open(`${server.origin}/x`)
    await Promise.all(Array.from({ length: 12 }, (_, index) => source.read(index * 10, 10)))
    expect(most).toBe(3)
  })

  test('an abort ends the request at once, with the reason, and frees its slot', async () => {
    const server = await serve((request, response) => {
      if (server.requests.length > 1) serveRange(request, response, bytes)
    })
    const source = await netFor([server.origin], { limits: { ...quick, connectionsPerOrigin: 1 } }).open(`${server.origin}/x`)
    const abort = new AbortController()
    const first = source.read(0, 10, { signal: abort.signal })
    const second = source.read(0, 10)
    setTimeout(() => abort.abort(new Error('gone')), 50)
    await expect(first).rejects.toThrow('gone')
    expect(await second).toHaveLength(10)
  })
})

describe('redirects', () => {
  test('are followed to what is allowed, without a referrer, and the range goes along', async () => {
    const target = await serve((request, response) => serveRange(request, response, bytes))
    const server = await serve((_request, response) =>
      response.writeHead(302, { location: `${target.origin}/y?token=1` }).end('moved'),
    )
    const source = await netFor([server.origin, target.origin]).open(`${server.origin}/x?sig=secret`)
    expect(await source.read(5, 10)).toEqual(bytes.slice(5, 15))
    expect(target.requests[0]?.url).toBe('/y?token=1')
    expect(target.requests[0]?.headers['range']).toBe('bytes=5-14')
    expect(JSON.stringify(target.requests[0]?.rawHeaders)).not.toContain('secret')
  })

  test('are resolved against the address that redirects', async () => {
    const server = await serve((request, response) => {
      if (request.url === '/b/y') return serveRange(request, response, bytes)
      return void response.writeHead(308, { location: '../b/y' }).end()
    })
    const source = await netFor([server.origin]).open(`${server.origin}/a/x`)
    expect(await source.read(0, 10)).toEqual(bytes.slice(0, 10))
  })

  test('to what is not allowed are refused, and nothing is sent there', async () => {
    const shut = await serve((request, response) => serveRange(request, response, bytes))
    const targets = [`${shut.origin}/y`, `http://localhost:${shut.port}/y`, `http://[::ffff:127.0.0.1]:${shut.port}/y`]
    targets.push('http://169.254.169.254/latest/', 'file:///etc/passwd', 'ftp://127.0.0.1/', '/open/../shut', '//[')
    for (const location of targets) {
      const server = await serve((_request, response) => response.writeHead(302, { location }).end())
      const net = createNet({ allow: [`${server.origin}/open/`], cwd: '/', limits: quick })
      const source = await net.open(`${server.origin}/open/x`)
      await expect(source.read(0, 10)).rejects.toMatchObject({ status: 403, code: 'NOT_ALLOWED' })
      expect(server.requests).toHaveLength(1)
    }
    expect(shut.requests).toHaveLength(0)
  })

  test('in a circle end', async () => {
    const server = await serve((_request, response) => response.writeHead(301, { location: '/x' }).end())
    await expect(readOf(server.origin)).rejects.toThrow(/more than 5 times/)
    expect(server.requests).toHaveLength(6)
  })

  test('to nowhere are an error', async () => {
    const server = await serve((_request, response) => response.writeHead(302).end())
    await expect(readOf(server.origin)).rejects.toMatchObject({ status: 502 })
  })
})

describe('names', () => {
  test.each([
    '127.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '10.0.0.1',
    '169.254.169.254',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fd00::1',
  ])('an allowed name that leads to %s is refused when the connection is made', async (address) => {
    const server = await serve((request, response) => serveRange(request, response, bytes))
    const origin = `http://data.example:${server.port}`
    await expect(readOf(origin, { resolveName: resolvesTo(address) })).rejects.toMatchObject({ status: 403, code: 'NOT_ALLOWED' })
    expect(server.requests).toHaveLength(0)
  })

  test('a private address beside it in the list changes nothing: the name is not that origin', async () => {
    const server = await serve((request, response) => serveRange(request, response, bytes))
    const name = `http://data.example:${server.port}`
    const net = netFor([name, server.origin], { resolveName: resolvesTo('127.0.0.1') })
    const source = await net.open(`${name}/x`)
    await expect(source.read(0, 10)).rejects.toMatchObject({ status: 403 })
  })

  test('the address is checked for https as well, before a handshake', async () => {
    let connections = 0
    const origin = await serveRaw(() => connections++)
    const name = origin.replace('http://127.0.0.1', 'https://data.example')
    await expect(readOf(name, { resolveName: resolvesTo('127.0.0.1') })).rejects.toMatchObject({ status: 403 })
    expect(connections).toBe(0)
  })

  test('a redirect to an allowed name is checked by its address too', async () => {
    const server = await serve((_request, response) => response.writeHead(302, { location: 'http://data.example/y' }).end())
    const net = netFor([server.origin, 'http://data.example'], { resolveName: resolvesTo('127.0.0.1') })
    const source = await net.open(`${server.origin}/x`)
    await expect(source.read(0, 10)).rejects.toMatchObject({ status: 403 })
  })

  test('localhost that is listed leads to loopback, by the real resolver', async () => {
    const server = await serve((request, response) => serveRange(request, response, bytes))
    expect(await readOf(`http://localhost:${server.port}`)).toHaveLength(100)
    const elsewhere = { resolveName: resolvesTo('10.0.0.1') }
    await expect(readOf(`http://localhost:${server.port}`, elsewhere)).rejects.toMatchObject({ status: 403 })
  })

  test('of several addresses only the public ones are handed out', async () => {
    const { createGuard } = await import('../../src/net/guard.ts')
    const guard = createGuard({ allow: [], cwd: '/', resolveName: resolvesTo('10.0.0.1', '8.8.8.8', '::1', '2606:4700::1') })
    const found = await new Promise((resolve) => {
      guard.lookupFor('https://data.example')('data.example', { all: true }, (_error, addresses) => resolve(addresses))
    })
    expect(found).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1', family: 6 },
    ])
  })

  test('a name that does not exist is 502', async () => {
    await expect(readOf('http://no-such-host.invalid')).rejects.toMatchObject({ status: 502 })
  })
})
