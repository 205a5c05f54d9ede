import { copyFileSync } from 'node:fs';

/** Served by our own pages; only its bundle is needed at run time, not the package and its dozens of peers. */
copyFileSync('node_modules/redoc/bundles/redoc.standalone.js', 'dist/apps/api/src/http/docs/redoc.standalone.js');

copyFileSync('apps/api/src/compat/ask/chat.proto', 'dist/apps/api/src/compat/ask/chat.proto');
