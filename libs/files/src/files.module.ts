import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Departures, type FilesConfig, HourlySweep } from '#platform';
import { FileCollection } from './collection/file-collection';
import { FileUseEntity } from './file-use.entity';
import { FileEntity } from './file.entity';
import { Files } from './files';
import { FILES_CONFIG } from './files-config';
import { FilesRepository } from './files.repository';
import { FileStore } from './store/file-store';
import { LocalStore } from './store/local-store';
import { S3Store } from './store/s3-store';
import { Uploads } from './uploads';

@Module({})
export class FilesModule {
  static forRoot(config: FilesConfig): DynamicModule {
    return {
      module: FilesModule,
      global: true,
      imports: [TypeOrmModule.forFeature([FileEntity, FileUseEntity])],
      providers: [
        { provide: FILES_CONFIG, useValue: config },
        {
          provide: FileStore,
          useFactory: () => (config.s3 === undefined ? new LocalStore(config.directory) : new S3Store(config.s3)),
        },
        FileCollection,
        Files,
        FilesRepository,
        Uploads,
        {
          provide: Symbol('files of who leaves'),
          inject: [Departures, FileCollection],
          useFactory: (departures: Departures, collection: FileCollection) => {
            departures.addRemoved('files');
            departures.add(() => Promise.resolve({ afterwards: () => collection.collectAbandoned() }));
          },
        },
        {
          provide: Symbol('leftover files'),
          inject: [FileCollection],
          useFactory: (collection: FileCollection) => new HourlySweep('files', () => collection.collect()),
        },
      ],
      exports: [FileCollection, Files, Uploads],
    };
  }
}
