/**
 * Node's http, not by `import` of its names: that looks at all of them, at WebSocket too, for which Node then loads its fetch. 20 ms of a
 * start.
 */
export const { Agent, STATUS_CODES } = process.getBuiltinModule('node:http')
