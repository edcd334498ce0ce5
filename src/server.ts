/** The server by itself, as `smalti serve` starts it. */
// In turns: it starts the process again, and whatever is loaded before that is loaded twice.
await import('./work/own-settings.ts')
await import('./serve.ts')
