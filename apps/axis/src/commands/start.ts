import { loadConfig } from '@axis/platform';
import { runAxis } from '../environment/run-axis';
import { type Command, tell, untilAsked } from './command';

/** `npm start`: the whole axis, its data kept. */
export const start: Command = async () => {
  const asked = untilAsked();
  const axis = await runAxis(loadConfig(process.env));
  tell(`The axis answers at ${axis.url} – API page: ${axis.url}/docs – Ctrl-C stops it.`);
  await asked;
  tell('Stopping …');
  await axis.stop();
  return 0;
};
