// Says in one line what an older Node could only fail to parse: it cannot load TypeScript at all.
const OLDEST = 24;

if (Number(process.versions.node.split(".")[0]) < OLDEST) {
  process.stderr.write(
    `Leash needs Node ${OLDEST} or newer and this is ${process.version}: use npm run (it brings its own Node) or node_modules/.bin/node\n`,
  );
  process.exit(1);
}
