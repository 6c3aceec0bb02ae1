import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A stored content, found by its month and SHA-256. */
@Entity({ name: 'contents' })
export class ContentEntity {
  /** First day of the month of the documents that name it, `yyyy-MM-dd`. */
  @PrimaryColumn('date') month!: string;
  @PrimaryColumn('bytea') sha256!: Buffer;
  @Column('uuid', { name: 'content_id' }) contentId!: string;
  @Column('bigint') size!: string;
}

/** A piece of a content; all but the last have the same length. */
@Entity({ name: 'content_chunks' })
export class ContentChunkEntity {
  @PrimaryColumn('date') month!: string;
  @PrimaryColumn('uuid', { name: 'content_id' }) contentId!: string;
  @PrimaryColumn('integer') position!: number;
  @Column('bytea') bytes!: Buffer;
}

/** A content whose chunks are being written. */
@Entity({ name: 'uploads' })
export class UploadEntity {
  @PrimaryColumn('uuid', { name: 'content_id' }) contentId!: string;
  @Column('date') month!: string;
  @Column('timestamptz', { name: 'started_at', default: () => 'now()' }) startedAt!: Date;
}
