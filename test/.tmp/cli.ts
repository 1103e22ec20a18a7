import { main } from '../../src/command/main';
main(process.argv.slice(2));
