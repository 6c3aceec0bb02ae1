import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** A stored content, found by its month and SHA-256: its bytes are in the row when small, else in chunks. */
@Entity({ name: 'contents' })
@Check('contents_whole_or_chunked', '(bytes IS NULL) <> (content_id IS NULL)')
export class ContentEntity {
  /** First day of the month of the documents that name it, `yyyy-MM-dd`. */
  @PrimaryColumn('date') month!: string;
  @PrimaryColumn('bytea') sha256!: Buffer;
  /** Bytes; a bigint, so a string in JavaScript. */
  @Column('bigint') size!: string;
  @Column('bytea', { nullable: true }) bytes!: Buffer | null;
  @Column('uuid', { name: 'content_id', nullable: true }) contentId!: string | null;
}

/** 256 KiB of a large content; the last piece may be shorter. */
@Entity({ name: 'content_chunks' })
export class ContentChunkEntity {
  @PrimaryColumn('date') month!: string;
  @PrimaryColumn('uuid', { name: 'content_id' }) contentId!: string;
  @PrimaryColumn('integer') position!: number;
  @Column('bytea') bytes!: Buffer;
}

/** Chunks that belong to no content: they are being written, or their content was removed. */
@Entity({ name: 'uploads' })
export class UploadEntity {
  @PrimaryColumn('uuid', { name: 'content_id' }) contentId!: string;
  @Column('date') month!: string;
  /** When its last chunk was written. */
  @Column('timestamptz', { name: 'touched_at', default: () => 'now()' }) touchedAt!: Date;
}
