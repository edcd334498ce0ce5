/** Exit statuses of the program. */
export const EXIT = {
  ok: 0,
  failed: 1,
  /** Unknown command or flag, a value that does not validate. */
  misuse: 2,
  /** Something is there already, and --force was not given. */
  refused: 3,
  /** Done, but without some assets, which have been named. */
  incomplete: 4,
  /** 128 + SIGINT. */
  interrupted: 130,
  /** 128 + SIGPIPE: the reader of our output has gone. */
  brokenPipe: 141,
  /** 128 + SIGTERM. */
  terminated: 143,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
