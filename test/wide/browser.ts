import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright-core'

export interface Browser extends AsyncDisposable {
  readonly context: BrowserContext
}

/** A page that notes everything that a user's console and network tab would show as wrong. */
export interface WatchedPage {
  readonly page: Page
  /** Console errors and warnings, page errors, failed requests and replies above 399, in words. */
  readonly complaints: string[]
}

/** Debian's Chromium without a window and without the network; WebGL by software. */
export async function openBrowser(): Promise<Browser> {
  const profile = await mkdtemp(join(tmpdir(), 'chromium-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: [
      '--no-sandbox',
      '--use-gl=angle',
      '--use-angle=swiftshader',
      '--enable-unsafe-swiftshader',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
  return {
    context,
    [Symbol.asyncDispose]: async () => {
      await context.close()
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

export async function openPage(browser: Browser, size: { width: number; height: number }): Promise<WatchedPage> {
  const page = await browser.context.newPage()
  await page.setViewportSize(size)
  const complaints: string[] = []
  page.on('console', (message) => {
    // Software WebGL says so on every read-back; a user's graphics card does not.
    if (/GPU stall due to ReadPixels|GL Driver Message/.test(message.text())) return
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`console ${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`))
  page.on('requestfailed', (request) => {
    // A map gives up tiles that have left the view.
    if (request.failure()?.errorText !== 'net::ERR_ABORTED')
      complaints.push(`request failed: ${request.url()} ${request.failure()?.errorText}`)
  })
  page.on('response', (reply) => {
    if (reply.status() >= 400) complaints.push(`${reply.status()} ${reply.url()}`)
  })
  return { page, complaints }
}
