import { expect, test } from 'vitest'
import { errorAnswer } from '../../src/http/error-body.ts'
import { safeError } from '../../src/http/logger.ts'
import { carriesSecret, withoutSecrets } from '../../src/http/secrets.ts'
import { NotFoundError, ParameterError, UpstreamError } from '../../src/errors.ts'

const signed = 'https://bob:hunter2@host.example/a/b.json?X-Amz-Signature=abc123#frag'

test('user names, passwords and query strings of every address in a text are cut out', () => {
  expect(withoutSecrets(`cannot read ${signed}: 403 (and s3://key@bucket/x?token=abc123)`)).toBe(
    'cannot read https://host.example/a/b.json?…: 403 (and s3://bucket/x?…)',
  )
  expect(withoutSecrets('demo/blue-marble.json has no ?query')).toBe('demo/blue-marble.json has no ?query')
})

test('the question mark of a key in a bucket is a letter, unless a signature follows', () => {
  for (const address of ['s3://bucket/what?.tif', 'gs://bucket/a?b=c#d.tif', 'az://container/a?.tif']) {
    expect(withoutSecrets(`cannot read ${address}`)).toBe(`cannot read ${address}`)
    expect(carriesSecret(address)).toBe(false)
  }
  for (const address of [
    's3://bucket/a?X-Amz-Signature=hush',
    'az://container/a?sv=1&sig=hush',
    'gs://b/a?x=1&X-Goog-Credential=hush',
  ]) {
    expect(withoutSecrets(`cannot read ${address}`)).not.toContain('hush')
    expect(carriesSecret(address)).toBe(true)
  }
})

test('an address with a query or a password is the sender’s own', () => {
  expect([signed, 'https://h/a.json?x=1', 'https://u:p@h/a.json'].map(carriesSecret)).toEqual([true, true, true])
  expect(['https://h/a.json', '/data/what?.json', 'demo/a.json', 'https://h/a.json?'].map(carriesSecret)).toEqual([
    false,
    false,
    false,
    false,
  ])
})

test('a 4xx names what is at fault, without its secrets', () => {
  const { status, body } = errorAnswer(new NotFoundError(`${signed}: not found`), () => false)
  expect(status).toBe(404)
  expect(body).toEqual({ detail: 'https://host.example/a/b.json?…: not found', code: 'NOT_FOUND' })
})

test('a parameter is named, with its place', () => {
  expect(errorAnswer(new ParameterError('z', 'is wrong'), () => true).body.detail).toEqual([
    { loc: ['path', 'z'], msg: 'is wrong', type: 'value_error' },
  ])
})

test('a 5xx says nothing of hosts, paths and reasons', () => {
  const upstream = errorAnswer(new UpstreamError(`${signed}: connection refused by 10.0.0.1`), () => false)
  const fault = errorAnswer(new TypeError('cannot read /etc/secret of undefined'), () => false)
  expect([upstream.status, fault.status]).toEqual([502, 500])
  expect(JSON.stringify([upstream, fault])).not.toMatch(/host\.example|10\.0\.0\.1|secret|TypeError|abc123/)
})

test('the log has the whole error and its causes, but not the secrets', () => {
  const line = JSON.stringify(safeError(new UpstreamError(`${signed}: failed`, { cause: new Error(`GET ${signed} 500`) })))
  expect(line).toContain('GET https://host.example/a/b.json')
  expect(line).toContain('secrets.test.ts')
  expect(line).not.toMatch(/hunter2|abc123/)
})
