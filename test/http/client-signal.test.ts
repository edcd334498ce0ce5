import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished, expect, it } from 'vitest'
import { TimeoutError } from '../../src/errors.ts'
import { clientSignal } from '../../src/http/client-signal.ts'

/** A server that reads the body, and then gives the signal and never answers. */
async function listen(seconds: number): Promise<{ server: Server; port: number; signal: Promise<AbortSignal> }> {
  const { promise, resolve } = Promise.withResolvers<AbortSignal>()
  const server = createServer((incoming, reply) => {
    const signal = clientSignal(reply, seconds)
    incoming.resume().on('close', () => resolve(signal))
  }).listen(0, '127.0.0.1')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port, signal: promise }
}

function post(port: number) {
  const client = request({ port, host: '127.0.0.1', method: 'POST' })
  client.on('error', () => undefined)
  client.end('a body')
  return client
}

it('stays quiet when the body has been read, and aborts when the client goes', async () => {
  const { port, signal } = await listen(60)
  const client = post(port)
  const found = await signal
  expect(found.aborted).toBe(false)
  const aborted = once(found, 'abort')
  client.destroy()
  await aborted
  expect(found.reason).not.toBeInstanceOf(TimeoutError)
})

it('aborts as a timeout when the time is over', async () => {
  const { port, signal } = await listen(0.05)
  post(port)
  const found = await signal
  if (!found.aborted) await once(found, 'abort')
  expect(found.reason).toBeInstanceOf(TimeoutError)
})
