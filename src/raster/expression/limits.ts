/** What a URL may ask for. A tile of 256 x 256 takes about 0.1 ms a node. */
export const MAX_LENGTH = 2048
/** Parentheses, signs and powers inside each other. */
export const MAX_DEPTH = 64
/** Numbers, bands, operators and calls of the whole expression. */
export const MAX_NODES = 512
/** Blocks between semicolons: bands of the result. */
export const MAX_BLOCKS = 64
/** Different bands that are read. */
export const MAX_BANDS = 64
