/** For `--require`: a process that ends says which files it loaded. */
process.on('exit', () => process.stderr.write(`loaded ${JSON.stringify(Object.keys(require.cache))}\n`));
