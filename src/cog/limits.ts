/** What a file may make us reserve, whatever it says. */

/** Directories of a file; a COG has one a level and as many masks. */
export const MAX_DIRECTORIES = 64
/** Entries of one directory. */
export const MAX_ENTRIES = 1024
/** Bytes of one tag's values that are handed to the parser. Longer ones (comments, embedded documents) are left out. */
export const MAX_TAG_BYTES = 1_048_576
/** First read of a file: the header of most COGs. In bytes. */
export const HEADER_GUESS = 32_768
/** Reads and bytes that the header of one file may take. */
export const MAX_HEADER_READS = 40
export const MAX_HEADER_BYTES = 8_388_608
/** Decoded bytes of one block. */
export const MAX_BLOCK_BYTES = 67_108_864
/** Of one that libtiff decodes by itself, and pixels of its rows: it holds several copies, and lists of runs. */
export const MAX_FOREIGN_BYTES = 16_777_216
export const MAX_FOREIGN_WIDTH = 65_535
/** Blocks, decoded bytes, and separate reads of one window. */
export const MAX_WINDOW_BLOCKS = 4096
export const MAX_WINDOW_BYTES = 268_435_456
export const MAX_WINDOW_READS = 1024
/** Samples of a pixel. */
export const MAX_BANDS = 1024
/** Side of an image in pixels. */
export const MAX_SIDE = 2 ** 31
