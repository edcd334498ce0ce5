import { expect, test } from 'vitest'
import { baseUrl } from '../../src/http/base-url.ts'

const arrival = { protocol: 'http', headers: { host: 'inside:8000' }, trusted: true, rootPath: '' }

test('the address is that of the request, with the root path of the operator', () => {
  expect(baseUrl(arrival)).toBe('http://inside:8000')
  expect(baseUrl({ ...arrival, rootPath: '/tiles' })).toBe('http://inside:8000/tiles')
})

test('a trusted proxy says what the client sees: X-Forwarded-*, last entry of each', () => {
  const headers = {
    host: 'inside:8000',
    'x-forwarded-proto': 'http, https',
    'x-forwarded-host': 'forged, maps.example',
    'x-forwarded-prefix': '/a/',
  }
  expect(baseUrl({ ...arrival, headers })).toBe('https://maps.example/a')
})

test('Forwarded comes before X-Forwarded-*', () => {
  const headers = {
    host: 'inside',
    forwarded: 'for=1.2.3.4;host=x, for=5.6.7.8; proto=https; host="maps.example:8443"',
    'x-forwarded-host': 'other',
  }
  expect(baseUrl({ ...arrival, headers })).toBe('https://maps.example:8443')
})

test('nobody else is believed', () => {
  const headers = {
    host: 'inside:8000',
    forwarded: 'host=evil;proto=https',
    'x-forwarded-host': 'evil',
    'x-forwarded-prefix': '/evil',
  }
  expect(baseUrl({ ...arrival, headers, trusted: false })).toBe('http://inside:8000')
})

test.each(['evil"><script>', 'a b', 'host/path', 'user@host', ''])('a host that is none (%j) is not repeated', (host) => {
  expect(baseUrl({ ...arrival, headers: { host } })).toBe('http://localhost')
  expect(baseUrl({ ...arrival, headers: { host: 'inside', 'x-forwarded-host': host } })).toBe('http://inside')
})

test('IPv6 hosts and ports are hosts', () => {
  expect(baseUrl({ ...arrival, headers: { host: '[::1]:8000' } })).toBe('http://[::1]:8000')
})
