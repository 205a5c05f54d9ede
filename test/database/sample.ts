import {
  Column,
  Entity,
  Index,
  type MigrationInterface,
  PrimaryColumn,
  type QueryRunner,
  Table,
  Unique,
} from 'typeorm';
import { columns } from '#platform';
import { columnTypes } from '../../migrations/column-types';

/** A table with a column of every type. */
@Entity('samples')
@Unique(['owner', 'name'])
@Index(['count'])
export class Sample {
  @PrimaryColumn(columns.id)
  id!: string;

  @Column(columns.text(50))
  owner!: string;

  @Column(columns.text(50))
  name!: string;

  @Column({ ...columns.longText, nullable: true })
  body!: string | null;

  @Column({ ...columns.integer, default: 7 })
  count!: number;

  @Column({ ...columns.bigInteger, default: 0 })
  total!: number;

  @Column({ ...columns.boolean, default: true })
  isOn!: boolean;

  @Column({ ...columns.time, nullable: true })
  seenAt!: Date | null;

  @Column({ ...columns.json, nullable: true })
  extra!: unknown;
}

export class CreateSamples4102444800000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const types = columnTypes(runner);
    await runner.createTable(
      new Table({
        name: 'samples',
        columns: [
          { name: 'id', ...types.id, isPrimary: true, primaryKeyConstraintName: 'pk_samples' },
          { name: 'owner', ...types.text(50) },
          { name: 'name', ...types.text(50) },
          { name: 'body', ...types.longText, isNullable: true },
          { name: 'count', ...types.integer, default: '7' },
          { name: 'total', ...types.bigInteger, default: '0' },
          { name: 'is_on', ...types.boolean, default: types.true },
          { name: 'seen_at', ...types.time, isNullable: true },
          { name: 'extra', ...types.json, isNullable: true },
        ],
        uniques: [{ name: 'uq_samples_owner_name', columnNames: ['owner', 'name'] }],
        indices: [{ name: 'ix_samples_count', columnNames: ['count'] }],
      }),
      true,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('samples');
  }
}
