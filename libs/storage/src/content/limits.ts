/** A content up to this many bytes is one row, written with its document; a larger one is written in chunks before. */
export const INLINE_LIMIT = 1024 * 1024;

/** Length of every chunk but the last. Written in stone with the first stored chunk. */
export const CHUNK_BYTES = 256 * 1024;

/** How much is written or read at a time of a large content, and so how much of it is in memory. */
export const CHUNKS_AT_ONCE = 4;
