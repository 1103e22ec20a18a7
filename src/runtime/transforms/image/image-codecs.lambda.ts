/** The codecs and the letters of watermarks: a layer of its own, loaded with the first picture. */
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { codecs } from './codecs';
import glyphs from './glyphs.json';
import { answerJobs, CODECS_WORKER, WorkerEngine } from './worker-engine';

if (!isMainThread && workerData === CODECS_WORKER) answerJobs(parentPort!, codecs);

const engine = new WorkerEngine(__filename);

export { engine, glyphs };
