import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** A table with a partition for every month: by the document's UUIDv7 (`id`), by a date (`month`) or by a time (`time`). */
@Entity({ name: 'partitioned_tables' })
@Check('partitioned_tables_part_by_check', `part_by IN ('id', 'month', 'time')`)
export class PartitionedTableEntity {
  @PrimaryColumn('text') name!: string;
  @Column('text', { name: 'part_by' }) partBy!: 'id' | 'month' | 'time';
}
