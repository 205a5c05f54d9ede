/** Of `FilesConfig`. */
export const FILES_CONFIG = Symbol('files config');
